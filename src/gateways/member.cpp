#include "gateways/member.h"

#include "base/json.h"
#include "base/log.h"

#include <algorithm>
#include <pthread.h>

namespace caredian::gateways {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds tick_interval{100}, beat_interval{2000}, retry_interval{500};
constexpr std::chrono::seconds rate_window{60};
// Longer than the rates of others tell of what was before: a broker that is away for all changes
// nothing.
constexpr std::chrono::seconds deaf_for{75};

QueueOptions queue_options(const MemberOptions& o) {
    return {o.name, o.term, o.queue};
}

} // namespace

void append_json(std::string& out, const Standing& s, bool details) {
    JsonWriter w(out);
    w.begin_object().member("holds_home", s.holds);
    if (!details) {
        w.end_object();
        return;
    }
    w.member("name", std::string_view(s.name));
    w.member("holder", std::string_view(s.holder)).member("fence", s.fence);
    w.key("away").begin_array();
    for (const auto& one : s.away) {
        w.begin_object().member("name", std::string_view(one.name));
        w.member("seconds", static_cast<std::int64_t>(one.since.count()));
        w.member("waiting", static_cast<std::int64_t>(one.waiting)).key("full_in");
        if (one.full_in)
            w.value(static_cast<std::int64_t>(one.full_in->count()));
        else
            w.value(nullptr);
        w.end_object();
    }
    w.end_array().end_object();
}

Member::Member(MemberOptions options, store::Database& database, const Clock& clock, Random& random,
               HealthRegister& health)
    : Member(std::move(options), random.hex(8), database, clock, health) {}

Member::Member(MemberOptions options, const std::string& instance, store::Database& database,
               const Clock& clock, HealthRegister& health)
    : options_(std::move(options)), clock_(clock), health_(health), store_(database, options_.home),
      peers_(database, options_.name, instance, options_.version, options_.address),
      pins_(database), state_(database, store_, options_.home), database_(database),
      lease_(options_.name, instance, options_.term), pool_("gateways", 3, 16) {
    health_.declare("gateways", "taking over from one another");
    health_.declare("broker_queue", "what waits at the broker for a gateway that is away");
}

Member::~Member() {
    stop();
}

result<int> Member::join(std::optional<int> kept) {
    kept_ = kept;
    return enter();
}

result<int> Member::enter() {
    if (auto made = store::migrate(database_, "gateways", migrations()); !made) return made.error();
    auto slot = peers_.join(kept_);
    if (!slot) return slot.error();
    if (auto read = pins_.follow(); !read) return read.error();
    health_.set("gateways", HealthState::up);
    joined_ = true;
    return slot;
}

void Member::start(Hooks hooks) {
    hooks_ = std::move(hooks);
    thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "gateways");
        for (;;) {
            tick(hooks_);
            std::unique_lock lock(life_);
            if (wake_.wait_for(lock, tick_interval, [this] { return stopping_; })) return;
        }
    });
}

void Member::stop() {
    {
        std::lock_guard lock(life_);
        stopping_ = true;
        wake_.notify_all();
    }
    if (!thread_.joinable()) return;
    thread_.join();
    pool_.wait_idle();
    leave_state();
    {
        std::lock_guard lock(mutex_);
        lease_.leave();
    }
    if (std::exchange(told_, std::nullopt)) hooks_.lost();
    ask(); // a database that is away lets the term run out instead
}

void Member::tick(const Hooks& hooks) {
    std::optional<std::int64_t> held;
    bool aside = false;
    {
        std::lock_guard lock(mutex_);
        received_ = hooks.received;
        aside = aside_;
        held = this->held();
    }
    if (told_ != held) {
        if (told_) hooks.lost();
        if (held) hooks.gained(*held);
        log::info("gateways",
                  held ? "this gateway works for the home" : "another gateway works for the home",
                  {{"fence", held ? *held : *told_}});
        told_ = held;
    }
    if (aside && !std::exchange(told_aside_, true)) hooks.aside();
    if (aside) return;
    mind_hearing(hooks, held.has_value());
    if (joined_ && !asking_.exchange(true) && !pool_.submit([this] {
            ask();
            asking_ = false;
        }))
        asking_ = false;
    if (clock_.mono() < next_beat_ || beating_.exchange(true)) return;
    next_beat_ = clock_.mono() + beat_interval;
    if (!pool_.submit([this] {
            beat();
            beating_ = false;
        }))
        beating_ = false;
}

void Member::mind_hearing(const Hooks& hooks, bool held) {
    const auto now = clock_.mono();
    if (!held || hooks.hears()) return deaf_since_.reset();
    if (!deaf_since_) deaf_since_ = now;
    if (now - *deaf_since_ < std::max(2 * options_.term, deaf_for)) return;
    std::lock_guard lock(mutex_);
    const auto hears = [this](const Peer& peer) {
        return peer.name != options_.name && milliseconds(peer.away_ms) < options_.term &&
               peer.rate > 0;
    };
    if (std::ranges::none_of(seen_, hears)) return;
    lease_.rest(now + 3 * options_.term);
    log::warning("gateways", "the broker is out of reach from here: another gateway may take over");
}

void Member::ask() {
    std::optional<Lease::Ask> ask;
    {
        std::lock_guard lock(mutex_);
        ask = lease_.ask(clock_.mono());
    }
    if (!ask) return;
    auto row = store_.run(*ask);
    std::lock_guard lock(mutex_);
    lease_.answer(clock_.mono(), row ? std::optional(*row) : std::nullopt);
}

std::int64_t Member::rate() {
    const auto now = clock_.mono();
    std::lock_guard lock(mutex_);
    counts_.emplace_back(now, received_ ? received_() : 0);
    while (counts_.size() > 2 && now - counts_[1].first >= rate_window) counts_.pop_front();
    const auto& [since, count] = counts_.front();
    const std::chrono::duration<double> time = now - since;
    if (time.count() < 1 || counts_.back().second < count) return 0;
    return static_cast<std::int64_t>(static_cast<double>(counts_.back().second - count) /
                                     time.count() * 1000);
}

// What waits for the next one, while the term is ours and began with what the one before left.
void Member::leave_state() {
    std::optional<std::int64_t> fence;
    {
        std::lock_guard lock(mutex_);
        fence = held();
        if (!fence || fence != ready_) return;
    }
    auto kept = state_.flush(*fence);
    if (!kept)
        log::debug("gateways", "the next gateway's state waits",
                   {{"reason", kept.error().message()}});
}

// A start while the database was away enters late, before it says anything under its name: the row
// still tells of the start before. Messages were stored under the kept number meanwhile, so another
// number is none.
result<std::vector<Peer>> Member::seen_now(std::int64_t rate) {
    if (!joined_) {
        auto slot = enter();
        if (!slot) return slot.error();
        if (kept_ && *slot != *kept_) {
            joined_ = false;
            return Errc::taken;
        }
    }
    return peers_.beat(rate);
}

void Member::stand_aside(const std::string& why) {
    health_.set("gateways", HealthState::down, why);
    std::lock_guard lock(mutex_);
    aside_ = true;
}

void Member::beat() {
    leave_state();
    auto own = rate();
    auto peers = seen_now(own);
    if (peers) {
        (void)pins_.follow();
        health_.set("gateways", HealthState::up);
        auto gone = away(*peers, queue_options(options_), own);
        std::string text;
        for (const auto& one : gone)
            text += (text.empty() ? "" : "; ") + describe(one, options_.queue);
        health_.set("broker_queue", gone.empty() ? HealthState::up : HealthState::degraded, text);
        std::lock_guard lock(mutex_);
        seen_ = std::move(*peers);
        away_ = std::move(gone);
    } else if (peers.error() == make_error_code(Errc::taken) && !joined_) {
        stand_aside("another gateway has the number of this one (" + options_.name +
                    "): this one takes no more messages. Was its data_dir copied? Start it again "
                    "to see what the database says");
    } else if (peers.error() == make_error_code(Errc::taken)) {
        stand_aside("another program runs under the name " + options_.name +
                    ": this one takes no more messages. Give each gateway a gateways.name of "
                    "its own, and start it again");
    } else {
        health_.set("gateways", HealthState::degraded, peers.error().message());
    }
}

Standing Member::standing() const {
    std::lock_guard lock(mutex_);
    Standing s;
    s.name = options_.name;
    s.aside = aside_;
    const auto fence = held();
    s.holds = fence && fence == ready_;
    s.holder = gateway_of(lease_.holder());
    s.fence = lease_.fence();
    s.away = away_;
    for (const auto& peer : seen_)
        if (peer.name == s.holder) s.holder_address = peer.address;
    return s;
}

std::optional<std::int64_t> Member::held() const {
    return aside_ ? std::nullopt : lease_.held(clock_.mono());
}

bool Member::holds() const {
    std::lock_guard lock(mutex_);
    return held().has_value();
}

void Member::ready(std::int64_t fence) {
    std::lock_guard lock(mutex_);
    ready_ = fence;
}

bool Member::works() const {
    std::lock_guard lock(mutex_);
    const auto fence = held();
    return fence && fence == ready_;
}

bool Member::goes_on(std::int64_t fence) const {
    std::lock_guard lock(mutex_);
    return held() == fence;
}

bool Member::await_retry(std::int64_t fence) {
    {
        std::unique_lock lock(life_);
        if (wake_.wait_for(lock, retry_interval, [this] { return stopping_; })) return false;
    }
    return goes_on(fence);
}

} // namespace caredian::gateways
