#include "history/influx/sender.h"

#include "base/log.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <iterator>
#include <utility>

namespace caredian::history::influx {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr nanoseconds first_pause = milliseconds(250), longest_pause = seconds(30);
constexpr nanoseconds longest_asked = std::chrono::minutes(10); // of Retry-After
constexpr nanoseconds stuck_pause = seconds(60), make_again = seconds(60);
constexpr nanoseconds disk_pause = seconds(1);

} // namespace

Sender::Sender(asio::io_context& context, const Options& options, Server server, Outbox& outbox,
               Learned learned, SinkStore store, SinkState& state, const Clock& clock,
               Random& random, HealthRegister& health)
    : options_(options), server_(std::move(server)), outbox_(outbox), learned_(learned),
      store_(std::move(store)), state_(state), clock_(clock), random_(random), health_(health),
      context_(context), main_(context), version_(options.version), confirmed_(state_.kept.load()),
      last_write_(clock_.mono() - std::chrono::hours(1)), last_save_(last_write_),
      last_make_(last_write_) {}

Sender::awaitable<void> Sender::run() {
    while (version_ == Version::find && may_go_on(main_)) co_await find_version();
    for (;;) {
        keep_cursor();
        auto since = clock_.mono() - last_write_;
        if (!stopping_ && since < options_.flush_interval && !outbox_.has_full()) {
            co_await rest(main_, options_.flush_interval - since);
            if (clock_.mono() - last_write_ < options_.flush_interval && !outbox_.has_full())
                continue;
        }
        if (outbox_.take(batch_)) {
            if (!may_go_on(main_)) break;
            co_await deliver();
        } else if (stopping_) {
            break;
        } else {
            co_await rest(main_, until_save());
        }
    }
    last_save_ = {};
    keep_cursor();
}

// ---- one batch

Sender::awaitable<void> Sender::deliver() {
    auto bytes = batch_.text.size();
    auto outcome = co_await push(main_, batch_);
    if (!outcome.whole) co_return; // the journal has it
    confirmed_ = std::max(confirmed_, batch_.last_row);
    outbox_.done(bytes);
    state_.stats.buffered.set(static_cast<std::int64_t>(outbox_.bytes()));
    state_.stats.left_out.set(static_cast<std::int64_t>(outbox_.left_out()));
}

Sender::awaitable<Sender::Outcome> Sender::push(Lane& lane, Lines& lines) {
    Outcome outcome;
    Delivery delivery(lines, learned_.types);
    while (auto piece = delivery.next()) {
        if (!may_go_on(lane)) co_return outcome;
        if (!keep_learned()) {
            co_await rest(lane, disk_pause);
            continue;
        }
        last_write_ = clock_.mono();
        auto text = lines.view(piece->begin, piece->end);
        auto verdict = co_await send(text);
        if (verdict.fate == Fate::stored) {
            state_.stats.writes.add();
            state_.stats.written.add(piece->size());
            state_.stats.bytes.add(text.size());
            state_.stats.last_write_s.set(to_ns(clock_.wall()) / 1'000'000'000);
        } else {
            state_.stats.failures.add();
        }
        auto then = delivery.answered(verdict);
        outcome.set_aside += keep_aside(delivery);
        co_await react(lane, verdict, then);
    }
    outcome.stored = delivery.stored();
    outcome.whole = true;
    co_return outcome;
}

Sender::awaitable<Verdict> Sender::send(std::string_view lines) {
    auto answer = co_await server_.write(lines, version_);
    if (answer) co_return judge(version_, answer->status, answer->retry_after, answer->body);
    Verdict lost;
    lost.fate = Fate::later;
    lost.reason = answer.error().message();
    co_return lost;
}

Sender::awaitable<void> Sender::react(Lane& lane, const Verdict& verdict, Delivery::Then then) {
    if (then == Delivery::Then::go_on) {
        lane.failures = 0;
        tell(HealthState::up);
        co_return;
    }
    tell(HealthState::down, verdict.reason);
    if (then == Delivery::Then::stuck) {
        log::warning("influxdb", "the server refuses a whole batch; it is kept and tried again",
                     {{"sink", options_.name}, {"reason", verdict.reason}});
        ++lane.failures;
        co_return co_await rest(lane, stuck_pause);
    }
    if (verdict.fate == Fate::missing && options_.create &&
        clock_.mono() - last_make_ >= make_again) {
        last_make_ = clock_.mono();
        co_return co_await make_missing();
    }
    co_await pause(lane, verdict);
}

// ---- the history, once more

Sender::awaitable<void> Sender::backfill(std::shared_ptr<Backfill> job) {
    Lane lane(context_);
    others_.push_back(&lane);
    while (version_ == Version::find && may_go_on(lane)) co_await rest(lane, first_pause);
    Lines lines;
    while (may_go_on(lane) && job->fill(lines, options_.batch_bytes, options_.batch_lines)) {
        auto outcome = co_await push(lane, lines);
        job->add(outcome.stored, outcome.set_aside);
        if (!outcome.whole) break;
    }
    job->end(stopping_ ? "the gateway stops" : "");
    std::erase(others_, &lane);
}

Sender::awaitable<void> Sender::refill(PointsOf points) {
    for (;;) {
        auto gaps = store_.gaps();
        if (!gaps || gaps->empty() || stopping_) co_return;
        const Gap gap = gaps->front();
        auto job = points(gap);
        if (!job) co_return; // at the next start, or with the next gap
        co_await backfill(job);
        auto progress = job->progress();
        if (!progress.failed.empty()) co_return;
        if (!store_.remove_gap(gap.id)) co_return;
        log::info("influxdb", "what the journal had no room for was sent from the history",
                  {{"sink", options_.name},
                   {"from", format_rfc3339(from_ns(gap.from))},
                   {"to", format_rfc3339(from_ns(gap.to))},
                   {"lines", progress.lines}});
    }
}

// ---- the server

Sender::awaitable<void> Sender::find_version() {
    const Setup ping{"GET", "/ping", {}, {}};
    auto answer = co_await server_.call(ping, Version::v3);
    auto found = answer ? parse_version(answer->version) : std::nullopt;
    if (found) {
        version_ = *found;
        log::info("influxdb", "the server answers",
                  {{"sink", options_.name}, {"version", answer->version}});
        tell(HealthState::up);
        co_return;
    }
    Verdict wrong;
    wrong.reason = answer ? "the server does not say its version (influxdb.version)"
                          : answer.error().message();
    tell(HealthState::down, wrong.reason);
    co_await pause(main_, wrong);
}

Sender::awaitable<void> Sender::make_missing() {
    Setup setup;
    if (version_ == Version::v2) {
        auto ask = find_org(options_);
        auto org = co_await server_.call(ask, version_);
        auto id = org ? org_id(org->body) : std::nullopt;
        if (!id) {
            log::warning("influxdb", "the organisation is not there, or may not be seen",
                         {{"sink", options_.name}, {"org", options_.org}});
            co_return;
        }
        setup = make_bucket(options_, *id);
    } else {
        setup = make_database(options_, version_);
    }
    auto made = co_await server_.call(setup, version_);
    bool done = made && made->status / 100 == 2;
    std::string reason;
    if (!made)
        reason = made.error().message();
    else if (!done)
        reason = judge(version_, made->status, {}, made->body).reason;
    log::write(done ? log::Level::info : log::Level::warning, "influxdb",
               done ? "the database was made" : "the database could not be made",
               {{"sink", options_.name}, {"database", options_.database}, {"reason", reason}});
}

// ---- waiting

Sender::awaitable<void> Sender::rest(Lane& lane, nanoseconds time) {
    if (std::exchange(lane.woken, false)) co_return;
    lane.timer.expires_after(time);
    co_await lane.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    lane.woken = false;
}

// Longer after each failure, a little by chance so that gateways don't come together.
Sender::awaitable<void> Sender::pause(Lane& lane, const Verdict& verdict) {
    nanoseconds time = first_pause * (1u << std::min(lane.failures, 10u));
    time = std::min(time, longest_pause);
    ++lane.failures;
    if (verdict.fate == Fate::closed || verdict.fate == Fate::missing)
        time = std::max<nanoseconds>(time, seconds(2));
    if (verdict.retry_after)
        time = std::max(time, std::min<nanoseconds>(*verdict.retry_after, longest_asked));
    // Never before the server said.
    auto jitter = (verdict.retry_after ? 1.0 : 0.8) + 0.4 * random_.next_unit();
    auto some = nanoseconds(std::llround(static_cast<double>(time.count()) * jitter));
    auto until = clock_.mono() + some;
    for (auto now = clock_.mono(); now < until && may_go_on(lane); now = clock_.mono()) {
        keep_cursor();
        co_await rest(lane, until - now); // woken by what comes meanwhile
    }
}

void Sender::wake() {
    main_.wake();
}

void Sender::stop(milliseconds patience) {
    stopping_ = true;
    stop_at_ = clock_.mono() + patience;
    main_.wake();
    for (auto* lane : others_) lane->wake();
}

// While stopping: only as long as the server takes what it is sent, and nothing that can wait.
bool Sender::may_go_on(const Lane& lane) const {
    return !stopping_ || (&lane == &main_ && lane.failures == 0 && version_ != Version::find &&
                          clock_.mono() < stop_at_);
}

// ---- the disk

namespace {

template <class T>
result<void> keep(SinkStore& store, std::vector<T>& unkept, std::vector<T> fresh) {
    std::ranges::move(fresh, std::back_inserter(unkept));
    if (unkept.empty()) return {};
    auto done = store.add(unkept);
    if (done) unkept.clear();
    return done;
}

} // namespace

bool Sender::keep_learned() {
    auto done = keep(store_, unkept_types_, learned_.types.take_fresh());
    if (done && learned_.areas) done = keep(store_, unkept_areas_, learned_.areas->take_fresh());
    if (!done && !std::exchange(disk_warned_, true))
        log::warning("influxdb", "what the sink must remember cannot be kept; it is tried again",
                     {{"sink", options_.name}, {"reason", done.error().message()}});
    if (done) disk_warned_ = false;
    return done.has_value();
}

// Lines that were set aside. One that cannot be kept is lost, and that is said.
std::size_t Sender::keep_aside(Delivery& delivery) {
    auto aside = delivery.take_aside();
    if (aside.empty()) return 0;
    log::warning(
        "influxdb", "lines are set aside that the server refuses",
        {{"sink", options_.name}, {"lines", aside.size()}, {"reason", aside.front().reason}});
    state_.stats.set_aside.add(aside.size());
    auto done = store_.add(aside, clock_.wall());
    if (!done)
        log::warning("influxdb", "the lines cannot be kept",
                     {{"sink", options_.name}, {"reason", done.error().message()}});
    return aside.size();
}

nanoseconds Sender::until_save() const {
    if (confirmed_ == state_.kept.load()) return std::chrono::hours(1);
    auto due = last_save_ + options_.save_interval - clock_.mono();
    return std::max<nanoseconds>(due, milliseconds(1));
}

void Sender::keep_cursor() {
    if (confirmed_ == state_.kept.load() || clock_.mono() - last_save_ < options_.save_interval)
        return;
    last_save_ = clock_.mono();
    if (store_.save(confirmed_)) state_.kept.store(confirmed_);
}

void Sender::save() {
    last_save_ = {};
    keep_cursor();
    wake();
}

void Sender::tell(HealthState state, std::string reason) {
    health_.set(options_.name, state, std::move(reason));
}

} // namespace caredian::history::influx
