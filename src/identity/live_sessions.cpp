#include "identity/live_sessions.h"

#include "base/log.h"
#include "identity/redis_session_store.h"
#include "identity/session_codec.h"
#include "net/offload.h"
#include "net/redis/client.h"

namespace caredian::identity {

namespace asio = boost::asio;
using Answer = std::optional<result<Sessions::Live>>;

namespace {

constexpr std::chrono::milliseconds answer_time{250};

class PoolSessions final : public LiveSessions {
public:
    PoolSessions(Sessions& sessions, Pool& pool, LiveHooks hooks)
        : sessions_(sessions), pool_(pool), hooks_(std::move(hooks)) {}
    void start() override {
        if (hooks_.began) hooks_.began();
    }
    void stop() override {}
    asio::awaitable<Answer> find(const Claims& claims) override {
        auto work = [this, claims] { return sessions_.find(claims); };
        co_return co_await net::offload(pool_, std::move(work));
    }

private:
    Sessions& sessions_;
    Pool& pool_;
    LiveHooks hooks_;
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
    net::redis::Client client_;
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
