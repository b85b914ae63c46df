// How a worker asks for a session that it doesn't know, without being blocked.
#pragma once

#include "base/pool.h"
#include "identity/sessions.h"
#include "net/redis/options.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::identity {

class RedisSessionStore;

// What the store tells by itself; on the worker's thread.
struct LiveHooks {
    std::function<void()> began; // an epoch: from now on every change is told (Coherence)
    std::function<void()> ended;
    std::function<void(std::string_view session)> changed; // or ended
    std::function<void(const std::string& session)> over;  // ended, by whomever; after `changed`
};

// Belongs to one worker.
class LiveSessions {
public:
    virtual ~LiveSessions() = default;
    virtual void start() = 0; // before any question
    virtual void stop() = 0;  // no hook is called any more
    // nullopt: too much to do. Errors: expired and not_found say that the session is over; any
    // other, that the store could not be asked.
    virtual boost::asio::awaitable<std::optional<result<Sessions::Live>>>
    find(const Claims& claims) = 0;
    // Keeps that the session was used, forward in time as this gateway sees it; one that has ended
    // stays ended. Nobody waits: what cannot be kept now is dropped, and the first of a row of
    // failures is logged.
    virtual void touch(const std::string& session, WallTime used) = 0;
};

// Asks on the pool. One epoch, from the start on. All must outlive it.
std::unique_ptr<LiveSessions> make_pool_sessions(Sessions& sessions, Pool& pool, LiveHooks hooks);

// Asks Redis on two connections of the worker's own; at most 250 ms. Tells of changes.
std::unique_ptr<LiveSessions> make_redis_sessions(boost::asio::io_context& worker,
                                                  const net::redis::Options& options,
                                                  RedisSessionStore& store, Sessions& sessions,
                                                  Pool& pool, Random& random, LiveHooks hooks);

} // namespace caredian::identity
