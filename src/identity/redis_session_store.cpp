#include "identity/redis_session_store.h"

#include "base/log.h"
#include "identity/errc.h"
#include "identity/session_codec.h"
#include "net/redis/client.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

namespace caredian::identity {

namespace redis = net::redis;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds answer_time{2000};
constexpr std::size_t at_once = 500; // keys of one command

bool is_away(error_code e) {
    return e == redis::Errc::away || e == redis::Errc::timeout || e == redis::Errc::full;
}

std::string milliseconds_until(WallTime from, WallTime to) {
    auto ms = std::chrono::ceil<milliseconds>(to - from).count();
    return std::to_string(std::max<std::int64_t>(ms, 1));
}

std::string number(std::int64_t n) {
    return std::to_string(n);
}

} // namespace

struct RedisSessionStore::Thread {
    Thread(const redis::Options& options, Random& random, OnState on_state)
        : client(context, options, random, hooks(std::move(on_state))),
          guard(boost::asio::make_work_guard(context)), thread([this] {
              client.start();
              context.run();
          }) {}
    ~Thread() {
        boost::asio::post(context, [this] {
            client.stop();
            context.stop();
        });
        thread.join();
    }
    static redis::ClientHooks hooks(OnState on_state) {
        redis::ClientHooks h;
        h.on_state = std::move(on_state);
        return h;
    }
    boost::asio::io_context context{1};
    redis::Client client;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard;
    std::thread thread;
};

RedisSessionStore::RedisSessionStore(const redis::Options& options, SessionEnds& ends,
                                     const Clock& clock, Random& random, OnState on_state)
    : ends_(ends), clock_(clock),
      thread_(std::make_unique<Thread>(options, random, std::move(on_state))) {}

RedisSessionStore::~RedisSessionStore() = default;

result<std::vector<redis::Reply>> RedisSessionStore::call(std::vector<Command> commands) {
    struct State {
        std::vector<Command> commands;
        std::vector<Reply> replies;
        error_code error;
        std::size_t open = 0;
        std::promise<void> done;
    };
    auto state = std::make_shared<State>();
    state->commands = std::move(commands);
    state->open = state->commands.size();
    state->replies.resize(state->open);
    auto answered = state->done.get_future();
    boost::asio::post(thread_->context, [state, client = &thread_->client] {
        for (std::size_t i = 0; i < state->commands.size(); ++i) {
            std::vector<std::string_view> words(state->commands[i].begin(),
                                                state->commands[i].end());
            client->send(words, answer_time, [state, i](result<Reply> r) {
                if (!r)
                    state->error = r.error();
                else if (r->is_error() && !state->error)
                    state->error = redis::Errc::refused;
                if (r) state->replies[i] = std::move(*r);
                if (--state->open == 0) state->done.set_value();
            });
        }
    });
    // The client answers in time; the limit is for the day when its thread does not.
    if (answered.wait_for(answer_time * 3) != std::future_status::ready)
        return redis::Errc::timeout;
    if (!state->error) return std::move(state->replies);
    if (state->error == redis::Errc::refused)
        for (const auto& reply : state->replies)
            if (reply.is_error())
                log::error("identity", "Redis refused a command",
                           {{"reason", reply.text.substr(0, 200)}});
    return state->error;
}

result<void> RedisSessionStore::create(const Session& s) {
    auto left = milliseconds_until(s.created, s.expires);
    auto made = call({{"SET", session_key(s.id), encode_session(s), "NX", "PX", left}});
    if (!made) return made.error();
    if ((*made)[0].is_nil()) return Errc::exists;
    auto owner = owner_key(s.account);
    auto created = number(to_ns(s.created) / 1'000'000);
    auto rest = call({{"SET", used_key(s.id), number(to_ns(s.last_used)), "PX", left},
                      {"ZADD", owner, created, s.id},
                      {"PEXPIRE", owner, left, "NX"},
                      {"PEXPIRE", owner, left, "GT"}});
    if (rest) return {};
    (void)call({{"DEL", session_key(s.id)}}); // nobody could find it to end it
    return rest.error();
}

result<std::vector<Session>> RedisSessionStore::read(const std::vector<std::string>& ids) {
    std::vector<Session> out;
    for (std::size_t from = 0; from < ids.size(); from += at_once) {
        const std::size_t count = std::min(at_once, ids.size() - from);
        Command sessions{"MGET"};
        Command used{"MGET"};
        for (std::size_t i = from; i < from + count; ++i) {
            sessions.push_back(session_key(ids[i]));
            used.push_back(used_key(ids[i]));
        }
        auto got = call({std::move(sessions), std::move(used)});
        if (!got) return got.error();
        const auto& [texts, times] = std::tie((*got)[0].items, (*got)[1].items);
        if (texts.size() != count || times.size() != count) return redis::Errc::protocol;
        for (std::size_t i = 0; i < count; ++i) {
            if (texts[i].is_nil()) continue;
            auto s = decode_session(ids[from + i], texts[i].text, times[i].text);
            if (s) out.push_back(std::move(*s));
        }
    }
    return out;
}

result<std::optional<Session>> RedisSessionStore::find(std::string_view id) {
    auto found = read({std::string(id)});
    if (!found) return found.error();
    if (found->empty()) return std::optional<Session>();
    return std::optional<Session>(std::move((*found)[0]));
}

result<bool> RedisSessionStore::end_at_redis(std::string_view id) {
    auto got = call({{"GETDEL", session_key(id)}, {"DEL", used_key(id)}});
    if (!got) return {boost::system::in_place_error, got.error()};
    const auto& text = (*got)[0];
    if (text.is_nil()) return false;
    if (auto s = decode_session(id, text.text, ""))
        (void)call({{"ZREM", owner_key(s->account), std::string(id)}});
    return true;
}

result<bool> RedisSessionStore::end(std::string_view id) {
    auto ended = end_at_redis(id);
    if (ended || !is_away(ended.error())) return ended;
    if (auto kept = ends_.add_session(id, clock_.wall()); !kept)
        return {boost::system::in_place_error, kept.error()};
    return true;
}

bool RedisSessionStore::wait_until_up(milliseconds limit) {
    constexpr milliseconds step{10};
    for (auto waited = milliseconds(0); waited < limit; waited += step) {
        if (call({{"EXISTS", session_key("")}})) return true;
        std::this_thread::sleep_for(step);
    }
    return false;
}

// What is told of is a change of a key: one that is put there and taken away again. Should the
// second be lost, it runs out by itself.
void RedisSessionStore::announce(std::string_view session) {
    const auto key = session_key(session);
    auto told = call({{"SET", key, "", "PX", "1000"}, {"DEL", key}});
    if (!told)
        log::warning("identity", "other gateways were not told of an end",
                     {{"reason", told.error().message()}});
}

result<void> RedisSessionStore::end_account_at_redis(std::string_view account, WallTime until) {
    auto all = list(account);
    if (!all) return all.error();
    std::erase_if(*all, [&](const Session& s) { return s.created > until; });
    for (std::size_t from = 0; from < all->size(); from += at_once) {
        Command sessions{"DEL"};
        Command used{"DEL"};
        Command owned{"ZREM", owner_key(account)};
        for (std::size_t i = from; i < std::min(from + at_once, all->size()); ++i) {
            const auto& id = (*all)[i].id;
            sessions.push_back(session_key(id));
            used.push_back(used_key(id));
            owned.push_back(id);
        }
        auto ended = call({std::move(sessions), std::move(used), std::move(owned)});
        if (!ended) return ended.error();
    }
    return {};
}

result<void> RedisSessionStore::end_all(std::string_view account) {
    auto now = clock_.wall();
    auto ended = end_account_at_redis(account, WallTime::max());
    if (ended || !is_away(ended.error())) return ended;
    return ends_.add_account(account, now);
}

result<void> RedisSessionStore::settle() {
    return ends_.settle(
        [this](const std::string& id, WallTime) -> result<void> {
            auto r = end_at_redis(id);
            return r ? result<void>() : result<void>(r.error());
        },
        [this](const std::string& account, WallTime at) {
            return end_account_at_redis(account, at);
        });
}

result<void> RedisSessionStore::touch(std::string_view id, WallTime used) {
    // Not atomic, and it need not be: two that touch within a minute differ by less.
    auto now = call({{"GET", used_key(id)}});
    if (!now) return now.error();
    if ((*now)[0].is_nil()) return {};
    auto known = decode_session(
        id, R"({"account":"","created":0,"expires":0,"client":"","agent":""})", (*now)[0].text);
    if (known && known->last_used >= used) return {};
    auto set = call({{"SET", used_key(id), number(to_ns(used)), "XX", "KEEPTTL"}});
    return set ? result<void>() : result<void>(set.error());
}

result<std::vector<Session>> RedisSessionStore::list(std::string_view account) {
    auto ids = call({{"ZRANGE", owner_key(account), "0", "-1"}});
    if (!ids) return ids.error();
    std::vector<std::string> names;
    for (const auto& item : (*ids)[0].items) names.push_back(item.text);
    auto out = read(names);
    if (!out) return out;
    if (out->size() < names.size()) { // some ran out by themselves
        Command gone{"ZREM", owner_key(account)};
        for (const auto& name : names) {
            auto same = [&](const Session& s) { return s.id == name; };
            if (std::none_of(out->begin(), out->end(), same)) gone.push_back(name);
        }
        (void)call({std::move(gone)});
    }
    std::sort(out->begin(), out->end(), [](const Session& a, const Session& b) {
        return std::tie(a.created, a.id) < std::tie(b.created, b.id);
    });
    return out;
}

result<void> RedisSessionStore::update_owner(std::string_view account, const SessionOwner& owner) {
    auto all = list(account);
    if (!all) return all.error();
    std::vector<Command> commands;
    for (auto& s : *all) {
        s.owner = owner;
        commands.push_back({"SET", session_key(s.id), encode_session(s), "XX", "KEEPTTL"});
    }
    if (commands.empty()) return {};
    auto done = call(std::move(commands));
    return done ? result<void>() : result<void>(done.error());
}

result<void> RedisSessionStore::sweep(WallTime expires_before, WallTime used_before) {
    std::string cursor = "0";
    do {
        auto page = call({{"SCAN", cursor, "MATCH", std::string(session_prefix) + "*", "COUNT",
                           number(at_once)}});
        if (!page) return page.error();
        if ((*page)[0].items.size() != 2) return redis::Errc::protocol;
        cursor = (*page)[0].items[0].text;
        std::vector<std::string> ids;
        for (const auto& key : (*page)[0].items[1].items)
            ids.push_back(key.text.substr(session_prefix.size()));
        auto sessions = read(ids);
        if (!sessions) return sessions.error();
        for (const auto& s : *sessions) {
            if (s.expires >= expires_before && s.last_used >= used_before) continue;
            if (auto r = end_at_redis(s.id); !r) return r.error();
        }
    } while (cursor != "0");
    return {};
}

} // namespace caredian::identity
