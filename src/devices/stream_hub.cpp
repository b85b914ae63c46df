#include "devices/stream_hub.h"

#include "base/json.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace caredian::devices {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kPiece = std::size_t{64} * 1024; // bytes given to a client at once, about

struct Event {
    std::uint64_t number = 0;
    std::string device;
    std::string measurement;
    std::string path;
    std::string text;
};
using EventPtr = std::shared_ptr<const Event>;

// What the ring holds from one position on, as one client gets it.
struct Piece {
    std::uint64_t from = 0, to = 0; // positions; equal: nothing
    bool more = false;              // the ring holds more than fits
    std::string text;
};

// The subscribers of one worker. All but `size` and `posted` is touched on that worker only.
struct Group {
    explicit Group(asio::any_io_executor e) : executor(std::move(e)) {}
    // Wakes the members now, or when the pace allows it.
    static void rouse(std::shared_ptr<Group> group, std::chrono::milliseconds pace, MonoTime now);
    void wake_all();
    asio::any_io_executor executor;
    std::atomic<std::size_t> size{0};
    std::atomic<bool> posted{false}; // the members will be woken
    std::vector<Subscription::Impl*> members;
    std::optional<MonoTime> roused;
    Piece last; // unfiltered: browsers of one worker mostly ask for the same
};

void write_fields(JsonWriter& json, const readings::Reading& reading) {
    json.key("fields").begin_object();
    for (const auto& field : reading.fields) {
        json.key(field.name);
        std::visit(
            [&json](const auto& value) {
                if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>)
                    json.value(std::string_view(value));
                else
                    json.value(value);
            },
            field.value);
    }
    json.end_object();
}

std::string event_text(std::string_view boot, std::uint64_t number, const readings::Reading& r) {
    std::string out = "id: ";
    out.append(boot).append("-").append(std::to_string(number));
    out += "\nevent: reading\ndata: ";
    JsonWriter json(out);
    json.begin_object().member("time", r.time);
    json.member("measurement", std::string_view(r.series.measurement));
    json.member("device", r.series.tag("device"));
    json.key("tags").begin_object();
    for (const auto& [name, value] : r.series.tags)
        if (name != "device") json.member(name, std::string_view(value));
    json.end_object();
    write_fields(json, r);
    json.member("initial", r.initial);
    if (r.received != r.time) json.member("received", r.received);
    json.end_object();
    out += "\n\n";
    return out;
}

} // namespace

struct StreamHub::State {
    State(StreamOptions o, const Clock& c, std::string b)
        : options(o), clock(c), boot(std::move(b)) {}

    bool watched() const {
        return subscribers.load(std::memory_order_relaxed) > 0 ||
               clock.mono().time_since_epoch().count() < keep_until.load(std::memory_order_relaxed);
    }
    void append(std::vector<EventPtr> events);
    void wake();
    // The number after a Last-Event-ID that this ring can go on from.
    std::optional<std::uint64_t> resume(std::string_view last_event_id) const;
    Piece collect(std::uint64_t position, const StreamFilter& filter);
    std::string mark(std::uint64_t position) const { // the id of what came before `position`
        return "id: " + boot + "-" + std::to_string(position - 1) + "\n";
    }

    const StreamOptions options;
    const Clock& clock;
    const std::string boot;
    std::atomic<readings::Row> row{0};
    std::atomic<std::size_t> subscribers{0};
    std::atomic<std::int64_t> keep_until{0}; // steady clock
    std::atomic<bool> stopped{false};

    mutable std::mutex mutex;
    std::deque<EventPtr> ring; // numbers without gaps, the last is next - 1
    std::size_t bytes = 0;
    std::uint64_t next = 1;
    std::map<std::size_t, std::shared_ptr<Group>> groups; // by worker
};

struct Subscription::Impl {
    Impl(std::shared_ptr<StreamHub::State> h, std::shared_ptr<Group> g, StreamFilter f)
        : hub(std::move(h)), group(std::move(g)), filter(std::move(f)), timer(group->executor) {}
    bool ended() const { return closed || hub->stopped.load(); }
    void collect(std::string& out);
    void wake() {
        woken = true;
        timer.cancel();
    }

    std::shared_ptr<StreamHub::State> hub;
    std::shared_ptr<Group> group;
    StreamFilter filter;
    asio::steady_timer timer;
    std::uint64_t position = 0; // the next number to give
    std::string greeting;       // said first
    bool woken = true;          // there may be something to collect
    bool closed = false;
};

void Group::wake_all() {
    posted = false; // before looking: what comes from now on posts again
    for (auto* member : members) member->wake();
}

void Group::rouse(std::shared_ptr<Group> group, std::chrono::milliseconds pace, MonoTime now) {
    auto& me = *group;
    if (!me.roused || now - *me.roused >= pace) {
        me.roused = now;
        return me.wake_all();
    }
    *me.roused += pace;
    // Not a member: a group outlives its worker's io_context, a timer must not.
    auto beat = std::make_shared<asio::steady_timer>(me.executor, *me.roused - now);
    beat->async_wait([beat, group = std::move(group)](auto) { group->wake_all(); });
}

void StreamHub::State::append(std::vector<EventPtr> events) {
    std::lock_guard lock(mutex);
    for (auto& event : events) {
        bytes += event->text.size();
        ring.push_back(std::move(event));
    }
    while (ring.size() > options.events || (bytes > options.bytes && ring.size() > 1)) {
        bytes -= ring.front()->text.size();
        ring.pop_front();
    }
}

void StreamHub::State::wake() {
    std::lock_guard lock(mutex);
    bool last_time = stopped.load();
    auto pace = last_time ? std::chrono::milliseconds(0) : options.pace;
    for (auto& entry : groups) {
        const auto& group = entry.second;
        if (group->size.load() == 0) continue;
        if (group->posted.exchange(true) && !last_time) continue;
        asio::post(group->executor,
                   [group, pace, &now = clock] { Group::rouse(group, pace, now.mono()); });
    }
}

std::optional<std::uint64_t> StreamHub::State::resume(std::string_view id) const {
    if (!id.starts_with(boot) || id.size() < boot.size() + 2 || id[boot.size()] != '-')
        return std::nullopt;
    id.remove_prefix(boot.size() + 1);
    std::uint64_t last = 0;
    auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), last);
    if (error != std::errc() || end != id.data() + id.size() || last >= next) return std::nullopt;
    std::uint64_t oldest = next - ring.size();
    return last + 1 >= oldest ? std::optional(last + 1) : std::nullopt;
}

Piece StreamHub::State::collect(std::uint64_t position, const StreamFilter& filter) {
    std::vector<EventPtr> found;
    Piece piece{position, position, false, {}};
    std::size_t size = 0;
    {
        std::lock_guard lock(mutex);
        std::uint64_t oldest = next - ring.size();
        if (position < oldest) { // too slow for the ring
            piece.to = next;
            piece.text = mark(next) + "event: reset\ndata: {}\n\n";
            return piece;
        }
        for (; piece.to < next && size < kPiece; ++piece.to) {
            const auto& event = ring[static_cast<std::size_t>(piece.to - oldest)];
            if (!filter.device.empty() && event->device != filter.device) continue;
            if (!filter.measurement.empty() && event->measurement != filter.measurement) continue;
            size += event->text.size();
            found.push_back(event);
        }
        piece.more = piece.to < next;
    }
    if (filter.sees)
        std::erase_if(found, [sees = filter.sees()](const EventPtr& event) {
            return !sees(event->measurement, event->device, event->path);
        });
    piece.text.reserve(size);
    for (const auto& event : found) piece.text += event->text;
    return piece;
}

void Subscription::Impl::collect(std::string& out) {
    if (!filter.device.empty() || !filter.measurement.empty() || filter.sees) {
        auto piece = hub->collect(position, filter);
        position = piece.to;
        woken = woken || piece.more;
        out = std::move(piece.text);
        return;
    }
    auto& last = group->last;
    if (last.from != position || last.from == last.to) last = hub->collect(position, filter);
    position = last.to;
    woken = woken || last.more;
    out = last.text;
}

StreamHub::StreamHub(StreamOptions options, const Clock& clock, Random& random)
    : state_(std::make_shared<State>(options, clock, random.hex(4))) {}

StreamHub::~StreamHub() {
    state_->stopped = true;
    state_->wake();
}

readings::Row StreamHub::cursor() const {
    return state_->row.load(std::memory_order_relaxed);
}

void StreamHub::take(std::span<const readings::Reading> readings, readings::Row last_row) {
    State& state = *state_;
    state.row.store(last_row, std::memory_order_relaxed);
    if (readings.empty()) return;
    if (!state.watched()) {
        std::lock_guard lock(state.mutex);
        state.next += readings.size(); // whoever comes back later is told to start anew
        state.ring.clear();
        state.bytes = 0;
        return;
    }
    // Only this thread moves `next`.
    std::vector<EventPtr> events;
    std::uint64_t number = state.next;
    for (const auto& reading : readings) {
        auto event = std::make_shared<Event>();
        event->number = number;
        event->device = reading.series.tag("device");
        event->measurement = reading.series.measurement;
        event->path = reading.series.tag("path");
        event->text = event_text(state.boot, number++, reading);
        events.push_back(std::move(event));
    }
    {
        std::lock_guard lock(state.mutex);
        state.next = number;
    }
    state.append(std::move(events));
    state.wake();
}

std::unique_ptr<Subscription> StreamHub::subscribe(boost::asio::any_io_executor executor,
                                                   std::size_t worker, StreamFilter filter,
                                                   std::string_view last_event_id) {
    State& state = *state_;
    if (state.subscribers.fetch_add(1) >= state.options.subscribers) {
        state.subscribers.fetch_sub(1);
        return nullptr;
    }
    std::lock_guard lock(state.mutex);
    auto& group = state.groups[worker];
    if (!group) group = std::make_shared<Group>(std::move(executor));
    auto impl = std::make_shared<Subscription::Impl>(state_, group, std::move(filter));
    auto from = state.resume(last_event_id);
    impl->position = from.value_or(state.next);
    impl->greeting = "retry: 2000\n" + state.mark(impl->position) + "\n";
    if (!from && !last_event_id.empty())
        impl->greeting += state.mark(impl->position) + "event: reset\ndata: {}\n\n";
    group->members.push_back(impl.get());
    group->size.fetch_add(1);
    return std::unique_ptr<Subscription>(new Subscription(std::move(impl)));
}

std::size_t StreamHub::subscribers() const {
    return state_->subscribers.load(std::memory_order_relaxed);
}

Subscription::Subscription(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Subscription::~Subscription() {
    Impl& me = *impl_;
    close();
    std::erase(me.group->members, &me);
    me.group->size.fetch_sub(1);
    auto linger = std::chrono::duration_cast<MonoTime::duration>(me.hub->options.linger);
    me.hub->keep_until.store((me.hub->clock.mono() + linger).time_since_epoch().count());
    me.hub->subscribers.fetch_sub(1);
}

void Subscription::close() {
    impl_->closed = true;
    impl_->wake();
}

boost::asio::awaitable<std::string> Subscription::next() {
    auto me = impl_; // the subscription may be gone when this goes on
    std::string out;
    if (me->ended()) co_return out;
    out.swap(me->greeting);
    while (out.empty()) {
        if (!std::exchange(me->woken, false)) {
            boost::system::error_code error;
            auto token = asio::redirect_error(asio::use_awaitable, error);
            me->timer.expires_after(me->hub->options.heartbeat);
            co_await me->timer.async_wait(token);
            if (!error) co_return ":\n\n"; // nothing for so long: say that we are there
            if (!std::exchange(me->woken, false)) co_return std::string(); // cancelled from outside
        }
        if (me->ended()) co_return std::string();
        me->collect(out);
    }
    co_return out;
}

} // namespace caredian::devices
