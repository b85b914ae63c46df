#include "identity/live_sessions.h"

#include "base/log.h"
#include "identity/redis_session_store.h"
#include "identity/session_codec.h"
#include "net/offload.h"
#include "net/redis/client.h"

#include <atomic>
#include <utility>

namespace caredian::identity {

namespace asio = boost::asio;
using Answer = std::optional<result<Sessions::Live>>;

namespace {

constexpr std::chrono::milliseconds answer_time{250};

void warn_of_touch(const std::string& reason) {
    log::warning("identity", "a session's last use could not be kept", {{"reason", reason}});
}

class PoolSessions final : public LiveSessions {
public:
    PoolSessions(Sessions& sessions, Pool& pool, LiveHooks hooks)
        : sessions_(sessions), pool_(pool), hooks_(std::move(hooks)) {}
    void start() override {
        if (hooks_.began) hooks_.began();
    }
    void stop() override {}
    asio::awaitable<Answer> find(const Claims& claims) override {
        auto work = [&sessions = sessions_, claims] { return sessions.find(claims); };
        co_return co_await net::offload(pool_, std::move(work));
    }
    void touch(const std::string& session, WallTime used) override {
        (void)pool_.submit([&sessions = sessions_, fails = fails_, session, used] {
            auto kept = sessions.touch(session, used);
            if (!fails->exchange(!kept) && !kept) warn_of_touch(kept.error().message());
        });
    }

private:
    Sessions& sessions_;
    Pool& pool_;
    LiveHooks hooks_;
    // Apart from us: a job may end after the worker.
    std::shared_ptr<std::atomic<bool>> fails_ = std::make_shared<std::atomic<bool>>(false);
};

class RedisSessions final : public LiveSessions {
public:
    RedisSessions(asio::io_context& worker, const net::redis::Options& options,
                  RedisSessionStore& store, Sessions& sessions, Pool& pool, Random& random,
                  LiveHooks hooks)
        : store_(store), sessions_(sessions), pool_(pool),
          client_(worker, options, random, client_hooks(std::move(hooks))) {}
    void start() override { client_.start(); }
    void stop() override { client_.stop(); }

    asio::awaitable<Answer> find(const Claims& claims) override {
        const std::string session = session_key(claims.session);
        const std::string used = used_key(claims.session);
        const std::string_view words[] = {"MGET", session, used};
        auto reply = co_await client_.ask(words, answer_time);
        if (!reply) co_return Answer(reply.error());
        if (reply->is_error() || reply->items.size() != 2)
            co_return Answer(make_error_code(net::redis::Errc::refused));
        const auto& text = reply->items[0];
        if (text.is_nil()) co_return Answer(make_error_code(Errc::not_found));
        auto found = decode_session(claims.session, text.text, reply->items[1].text);
        if (!found) co_return Answer(make_error_code(Errc::not_found));
        // Ended here while Redis was away: it doesn't know yet.
        if (store_.ends().is_ended(found->id, found->account, found->created))
            co_return Answer(make_error_code(Errc::expired));
        auto live = sessions_.judge(claims, *found);
        if (!live && live.error() == Errc::expired)
            (void)pool_.submit([this, id = found->id] { (void)sessions_.end(id); });
        co_return Answer(std::move(live));
    }
    // On the connection that is there, with whatever else this round of the loop asks: a busy
    // gateway touches thousands of sessions a second.
    void touch(const std::string& session, WallTime used) override {
        const std::string key = used_key(session);
        const std::string time = std::to_string(to_ns(used));
        const std::string_view words[] = {"SET", key, time, "XX", "KEEPTTL"};
        client_.send(words, answer_time, [this](result<net::redis::Reply> reply) {
            const bool kept = reply && !reply->is_error();
            if (!std::exchange(touch_fails_, !kept) && !kept)
                warn_of_touch(reply ? reply->text.substr(0, 200) : reply.error().message());
        });
    }

private:
    net::redis::ClientHooks client_hooks(LiveHooks from) {
        net::redis::ClientHooks h;
        h.prefix = session_prefix;
        h.began = std::move(from.began);
        h.ended = std::move(from.ended);
        h.invalidated = [this, changed = std::move(from.changed),
                         over = std::move(from.over)](std::string_view key) {
            if (!key.starts_with(session_prefix)) return;
            if (changed) changed(key.substr(session_prefix.size()));
            if (over) tell_if_over(std::string(key), over);
        };
        h.settle = [this]() { return settle(); };
        return h;
    }
    void tell_if_over(const std::string& key, std::function<void(const std::string&)> over) {
        const std::string_view words[] = {"EXISTS", key};
        client_.send(words, answer_time,
                     [key, over = std::move(over)](result<net::redis::Reply> r) {
                         if (r && !r->is_error() && r->integer == 0)
                             over(key.substr(session_prefix.size()));
                     });
    }
    asio::awaitable<bool> settle() {
        auto work = [this] { return store_.settle(); };
        auto settled = co_await net::offload(pool_, std::move(work));
        if (settled && !*settled)
            log::warning("identity", "ended sessions cannot be told to Redis yet",
                         {{"reason", settled->error().message()}});
        co_return settled && *settled;
    }

    RedisSessionStore& store_;
    Sessions& sessions_;
    Pool& pool_;
    bool touch_fails_ = false;
    net::redis::Client client_; // last: its handlers use the others
};

} // namespace

std::unique_ptr<LiveSessions> make_pool_sessions(Sessions& sessions, Pool& pool, LiveHooks hooks) {
    return std::make_unique<PoolSessions>(sessions, pool, std::move(hooks));
}

std::unique_ptr<LiveSessions> make_redis_sessions(asio::io_context& worker,
                                                  const net::redis::Options& options,
                                                  RedisSessionStore& store, Sessions& sessions,
                                                  Pool& pool, Random& random, LiveHooks hooks) {
    return std::make_unique<RedisSessions>(worker, options, store, sessions, pool, random,
                                           std::move(hooks));
}

} // namespace caredian::identity
