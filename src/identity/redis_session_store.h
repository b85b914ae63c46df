// Sessions in Redis, so that several gateways share them. This is the blocking side: sign-in,
// logout, lists, upkeep. Requests find their session through RedisLiveSessions.
#pragma once

#include "base/random.h"
#include "identity/session_ends.h"
#include "identity/session_store.h"
#include "net/redis/options.h"
#include "net/redis/reply.h"

#include <functional>
#include <initializer_list>
#include <memory>

namespace caredian::identity {

// Any thread but the workers'; each call blocks, at most about two seconds. Has one connection and
// a thread of its own. While Redis is away ends are kept in the database (SessionEnds); everything
// else answers with the room net/redis's errors.
class RedisSessionStore final : public SessionStore {
public:
    using OnState = std::function<void(bool up, const std::string& reason)>; // on that thread
    RedisSessionStore(const net::redis::Options& options, SessionEnds& ends, const Clock& clock,
                      Random& random, OnState on_state = {});
    ~RedisSessionStore() override;

    result<void> create(const Session& session) override;
    result<std::optional<Session>> find(std::string_view id) override;
    result<bool> end(std::string_view id) override;
    result<void> end_all(std::string_view account) override;
    result<void> touch(std::string_view id, WallTime used) override;
    result<std::vector<Session>> list(std::string_view account) override;
    result<void> update_owner(std::string_view account, const SessionOwner& owner) override;
    result<void> sweep(WallTime expires_before, WallTime used_before) override;

    // For the command line, which asks as soon as it begins: waits until Redis answers, at most so
    // long. False: it does not.
    bool wait_until_up(std::chrono::milliseconds limit);

    // Tells every gateway that what has this Principal::session (an API key, a grant) is no longer
    // what it was: they forget it and its streams close, as with a session that ends. Without
    // Redis just now it is not told, and they find out by themselves within 30 s.
    void announce(std::string_view session);

    // Ends at Redis what ended while it was away. Before Redis is believed again.
    result<void> settle();
    SessionEnds& ends() { return ends_; }

private:
    using Reply = net::redis::Reply;
    using Command = std::vector<std::string>;
    // One pipeline; the answers in order. An error of Redis is an error of the call.
    result<std::vector<Reply>> call(std::vector<Command> commands);
    result<bool> end_at_redis(std::string_view id);
    result<void> end_account_at_redis(std::string_view account, WallTime until);
    result<std::vector<Session>> read(const std::vector<std::string>& ids);

    SessionEnds& ends_;
    const Clock& clock_;
    struct Thread;
    std::unique_ptr<Thread> thread_;
};

} // namespace caredian::identity
