#include "net/redis/client.h"

#include "net/redis/connection.h"
#include "net/signal.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <optional>
#include <utility>

namespace caredian::net::redis {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using ConnectionPtr = std::shared_ptr<Connection>;
using std::chrono::milliseconds;

namespace {

constexpr auto tick = 50ms;
constexpr auto beat_interval = 500ms;
constexpr auto longest_silence = 1000ms;
constexpr std::string_view invalidations = "__redis__:invalidate";

// Not inside an expression that waits: g++ 12 loses the list.
std::vector<std::string> words_of(std::initializer_list<std::string> words) {
    return words;
}

} // namespace

struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
    Impl(asio::io_context& c, Options o, Random& r, ClientHooks h)
        : context(c), options(std::move(o)), random(r), hooks(std::move(h)), timer(c) {}

    asio::awaitable<void> run();
    asio::awaitable<std::string> connect();
    asio::awaitable<std::string> open(ConnectionPtr connection, const Server& server,
                                      bool sentinel = false);
    asio::awaitable<std::string> find_server(Server& out);
    asio::awaitable<std::string> track(const Server& server);
    asio::awaitable<std::string> stay();
    asio::awaitable<void> sleep(milliseconds time);
    void on_push(const Reply& message);
    void begin_epoch();
    void end_epoch();
    void close(const std::string& reason);
    void set_state(bool is_up, const std::string& reason);

    asio::io_context& context;
    const Options options;
    Random& random;
    ClientHooks hooks;
    asio::steady_timer timer;
    TlsContext tls;
    ConnectionPtr data, tracking;
    std::vector<std::weak_ptr<Connection>> opening; // what a timeout has to close
    std::string channel;
    int subscribed = 0;
    Signal on_subscribed;
    Clock::time_point last_beat;
    bool up = false, epoch = false, stopped = false;
    std::optional<bool> told;
};

Client::Client(asio::io_context& context, Options options, Random& random, ClientHooks hooks)
    : impl_(std::make_shared<Impl>(context, std::move(options), random, std::move(hooks))) {}

Client::~Client() {
    stop();
}

void Client::start() {
    asio::co_spawn(impl_->context, [impl = impl_] { return impl->run(); }, asio::detached);
}

void Client::stop() {
    impl_->stopped = true;
    impl_->hooks = {};
    impl_->timer.cancel();
    impl_->close("stopped");
}

bool Client::up() const {
    return impl_->up;
}

void Client::send(Words words, milliseconds timeout, Handler handler) {
    if (!impl_->up) return handler(make_error_code(Errc::away));
    impl_->data->send(words, Clock::now() + timeout, std::move(handler));
}

asio::awaitable<result<Reply>> Client::ask(Words words, milliseconds timeout) {
    struct State {
        Signal signal;
        std::optional<result<Reply>> answer;
    };
    auto state = std::make_shared<State>();
    send(words, timeout, [state](result<Reply> answer) {
        state->answer = std::move(answer);
        state->signal.notify();
    });
    if (!state->answer) (void)co_await state->signal.wait();
    if (!state->answer) co_return Errc::away; // cancelled
    co_return std::move(*state->answer);
}

void Client::Impl::set_state(bool is_up, const std::string& reason) {
    if (told == is_up) return;
    told = is_up;
    if (hooks.on_state) hooks.on_state(is_up, reason);
}

asio::awaitable<void> Client::Impl::sleep(milliseconds time) {
    error_code ignored;
    timer.expires_after(time);
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> Client::Impl::run() {
    auto self = shared_from_this();
    milliseconds backoff = options.backoff_min;
    while (!stopped) {
        asio::steady_timer limit(context, options.connect_timeout);
        limit.async_wait([this, self](error_code ec) {
            if (!ec) close("no answer in time");
        });
        std::string reason = co_await connect();
        limit.cancel();
        if (reason.empty() && hooks.settle && !co_await hooks.settle())
            reason = "what ended while Redis was away is not settled yet";
        if (reason.empty() && !stopped) {
            backoff = options.backoff_min;
            reason = co_await stay();
        }
        end_epoch();
        close(reason);
        if (stopped) break;
        set_state(false, reason);
        // Half of it by chance, so that many gateways don't come at once.
        auto half = backoff.count() / 2;
        auto part = static_cast<std::int64_t>(random.next_unit() * static_cast<double>(half));
        co_await sleep(milliseconds(half + part));
        backoff = std::min(backoff * 2, options.backoff_max);
    }
}

void Client::Impl::close(const std::string& reason) {
    up = false;
    for (auto& one : std::exchange(opening, {}))
        if (auto connection = one.lock()) connection->close(reason);
    on_subscribed.notify();
}

asio::awaitable<std::string> Client::Impl::open(ConnectionPtr connection, const Server& server,
                                                bool sentinel) {
    opening.push_back(connection);
    std::string reason = co_await connection->open(server, tls);
    if (!reason.empty() || sentinel) co_return reason;
    if (!options.password.empty()) {
        std::vector<std::string> words{"AUTH"};
        if (!options.username.empty()) words.push_back(options.username);
        words.push_back(options.password.reveal());
        auto r = co_await connection->ask(std::move(words), reason);
        if (!r) co_return "signing in: " + reason;
    }
    if (options.database != 0) {
        auto words = words_of({"SELECT", std::to_string(options.database)});
        auto r = co_await connection->ask(std::move(words), reason);
        if (!r) co_return "SELECT: " + reason;
    }
    co_return std::string();
}

asio::awaitable<std::string> Client::Impl::find_server(Server& out) {
    if (options.sentinel_master.empty()) {
        out = options.servers.front();
        co_return std::string();
    }
    std::string reason;
    for (const auto& sentinel : options.servers) {
        auto connection = std::make_shared<Connection>(context);
        reason = co_await open(connection, sentinel, true);
        if (!reason.empty()) continue;
        auto words = words_of({"SENTINEL", "get-master-addr-by-name", options.sentinel_master});
        auto r = co_await connection->ask(std::move(words), reason);
        connection->close("done");
        if (!r) continue;
        unsigned long port = 0;
        if (r->items.size() == 2) port = std::strtoul(r->items[1].text.c_str(), nullptr, 10);
        if (port == 0 || port > 65535) {
            reason = "no sentinel knows the master " + options.sentinel_master;
            continue;
        }
        out = {r->items[0].text, static_cast<std::uint16_t>(port)};
        co_return std::string();
    }
    co_return reason;
}

asio::awaitable<std::string> Client::Impl::connect() {
    if (options.tls) {
        TlsClientOptions files; // read anew: a renewed authority is taken
        files.ca_file = options.ca;
        auto made = make_client_tls(files);
        if (!made) co_return "TLS: " + made.error().message();
        tls = *made;
    }
    Server server;
    std::string reason = co_await find_server(server);
    if (!reason.empty()) co_return reason;
    data = std::make_shared<Connection>(context);
    reason = co_await open(data, server);
    if (!reason.empty()) co_return reason;
    // A replica, or a master that was one until now: writing would fail, reading would be old.
    auto ask_role = words_of({"ROLE"});
    auto role = co_await data->ask(std::move(ask_role), reason);
    if (!role) co_return "ROLE: " + reason;
    if (role->items.empty() || role->items[0].text != "master")
        co_return "the server is a replica, not a master";
    if (hooks.prefix.empty()) co_return std::string();
    co_return co_await track(server);
}

asio::awaitable<std::string> Client::Impl::track(const Server& server) {
    tracking = std::make_shared<Connection>(context);
    std::string reason = co_await open(tracking, server);
    if (!reason.empty()) co_return reason;
    auto ask_id = words_of({"CLIENT", "ID"});
    auto id = co_await tracking->ask(std::move(ask_id), reason);
    if (!id) co_return "CLIENT ID: " + reason;
    channel = "caredian:heartbeat:" + random.token(12);
    subscribed = 0;
    tracking->take_pushes([this, self = shared_from_this()](Reply&& r) { on_push(r); });
    const std::string_view words[] = {"SUBSCRIBE", invalidations, channel};
    tracking->send(words, SteadyTime::max(), {});
    while (subscribed < 2) {
        if (!tracking->is_open()) co_return "SUBSCRIBE: " + tracking->reason();
        if (subscribed < 0) co_return "SUBSCRIBE was refused";
        (void)co_await on_subscribed.wait();
    }
    auto ask_on = words_of({"CLIENT", "TRACKING", "ON", "REDIRECT", std::to_string(id->integer),
                            "BCAST", "PREFIX", hooks.prefix});
    auto on = co_await data->ask(std::move(ask_on), reason);
    if (!on) co_return "CLIENT TRACKING: " + reason;
    co_return std::string();
}

void Client::Impl::on_push(const Reply& message) {
    const auto& parts = message.items;
    if (message.is_error()) subscribed = -10;
    if (parts.size() == 3 && parts[0].text == "subscribe") ++subscribed;
    if (parts.size() != 3 || parts[0].text != "message") return on_subscribed.notify();
    if (parts[1].text == channel) {
        last_beat = Clock::now();
        return;
    }
    if (parts[1].text != invalidations) return;
    if (parts[2].kind == Reply::Kind::list) {
        for (const auto& key : parts[2].items)
            if (hooks.invalidated) hooks.invalidated(key.text);
    } else if (epoch) { // FLUSHALL, FLUSHDB
        end_epoch();
        begin_epoch();
    }
}

void Client::Impl::begin_epoch() {
    epoch = true;
    if (hooks.began) hooks.began();
}

void Client::Impl::end_epoch() {
    if (std::exchange(epoch, false) && hooks.ended) hooks.ended();
}

// Connected: beats until something breaks. Returns why it ended.
asio::awaitable<std::string> Client::Impl::stay() {
    up = true;
    set_state(true, {});
    last_beat = Clock::now();
    auto next_beat = last_beat;
    if (tracking) begin_epoch();
    while (!stopped) {
        auto now = Clock::now();
        data->expire(now);
        if (!data->is_open()) co_return data->reason();
        if (tracking && !tracking->is_open()) co_return "tracking: " + tracking->reason();
        if (tracking && now - last_beat > longest_silence)
            co_return "no word on the tracking connection for a second";
        if (tracking && now >= next_beat) {
            next_beat = now + beat_interval;
            const std::string_view words[] = {"PUBLISH", channel, "1"};
            data->send(words, SteadyTime::max(), {});
        }
        co_await sleep(tick);
    }
    co_return "stopped";
}

} // namespace caredian::net::redis
