#include "devices/commands/commands.h"

#include "base/log.h"
#include "guard/audit_command.h"

#include <algorithm>

namespace caredian::devices::commands {

namespace {

constexpr std::size_t id_bytes = 12;
constexpr std::string_view gateway_ends =
    "the gateway ended before an answer came: it may have been done or not";

bool share(const Plan& a, const Plan& b) {
    return std::any_of(a.entities.begin(), a.entities.end(), [&](const auto& entity) {
        return std::find(b.entities.begin(), b.entities.end(), entity) != b.entities.end();
    });
}

} // namespace

const char* room_name(Errc) {
    return "commands";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::busy:
        return "another command for the same thing is on its way";
    case Errc::too_many:
        return "too many commands are on their way";
    case Errc::away:
        return "the broker is away: nothing was sent";
    case Errc::stopping:
        return "the gateway is stopping: nothing was sent";
    }
    return "unknown";
}

Commands::Commands(store::Database& database, guard::Audit& audit, Post post, Pool& pool,
                   const Clock& clock, Random& random)
    : database_(database), store_(database, clock), audit_(audit), post_(std::move(post)),
      pool_(pool), clock_(clock), random_(random),
      number_(static_cast<std::int64_t>(random.next_u64() & 0x3fffffff)) {}

std::int64_t Commands::procedure_number() {
    return 1 + (number_++ & 0x7fffffff);
}

// ---- before it is sent

result<void> Commands::hold(const Plan& plan, const std::string& device) {
    if (!connected_) return Errc::away;
    std::lock_guard lock(mutex_);
    if (stopped_) return Errc::stopping;
    if (under_way_ >= most_in_flight) return Errc::too_many;
    for (const auto& entity : plan.entities)
        if (held_.contains({device, entity})) return Errc::busy;
    for (const auto& entity : plan.entities) held_.emplace(device, entity);
    ++under_way_;
    return {};
}

void Commands::release(const Plan& plan, const std::string& device) {
    std::lock_guard lock(mutex_);
    for (const auto& entity : plan.entities) held_.erase({device, entity});
    --under_way_;
}

result<void> Commands::prepare() {
    if (prepared_) return {};
    auto prepared = CommandStore::prepare(database_);
    if (prepared) prepared_ = true;
    return prepared;
}

result<std::optional<Record>> Commands::find(std::string_view id) {
    if (auto ready = prepare(); !ready) return ready.error();
    return store_.find(id);
}

result<std::vector<Record>> Commands::list(std::string_view device, std::size_t most) {
    if (auto ready = prepare(); !ready) return ready.error();
    return store_.list(device, most);
}

void Commands::maintain() {
    (void)pool_.submit([this] {
        auto done = prepare();
        if (done) done = store_.maintain();
        if (!done)
            log::warning("commands", "old commands could not be cleared away",
                         {{"reason", done.error().message()}});
    });
}

result<CommandStore::Outcome> Commands::begin(const Asked& asked) {
    if (auto ready = prepare(); !ready) return ready.error();
    auto before = store_.repeated(asked.account, asked.once);
    if (!before) return before.error();
    if (*before) return std::move(**before);
    if (auto held = hold(asked.plan, asked.device); !held) return held.error();
    Record record;
    record.id = random_.hex(id_bytes);
    record.device = asked.device;
    record.entity = asked.entity;
    record.request = asked.request;
    record.account = asked.account;
    record.by = asked.by.name;
    record.client = asked.by.client;
    record.sent = clock_.wall();
    record.deadline = record.sent + asked.limits.timeout;
    auto added = store_.add(record, asked.once);
    if (!added || added->added != CommandStore::Added::fresh) {
        release(asked.plan, asked.device);
        return added;
    }
    audit_.write(guard::device_command, asked.by, asked.device, record.id + " " + asked.request);
    return added;
}

void Commands::send(const Record& record, Plan plan, FlightLimits limits, Done done) {
    auto under = std::make_shared<Under>();
    under->record = record;
    under->flight = std::make_unique<Flight>(std::move(plan), limits, clock_.mono());
    under->waiting.push_back(done);
    if (!post_([this, under] { start(under); })) {
        under->waiting.clear();
        refuse(record, under->flight->plan(), std::move(done));
    }
}

// Nothing was sent: it is as if nobody had asked.
void Commands::refuse(const Record& record, const Plan& plan, Done done) {
    release(plan, record.device);
    auto job = [this, record, done] {
        if (auto back = store_.take_back(record); !back)
            log::error("commands", "a command that was not sent could not be taken back",
                       {{"reason", back.error().message()}});
        audit_.write(guard::device_command, {record.by, record.client}, record.device,
                     record.id + " not sent");
        done(record);
    };
    if (!pool_.submit(job)) done(record);
}

void Commands::join(const Record& record, Done done) {
    auto kept = [this, id = record.id, done, record] {
        auto found = store_.find(id);
        done(found ? found->value_or(Record()) : record);
    };
    auto look = [this, id = record.id, done, kept, record] {
        auto at = flights_.find(id);
        if (at != flights_.end() && !at->second->told)
            at->second->waiting.push_back(done);
        else if (!pool_.submit(kept))
            done(record);
    };
    if (!post_(look) && !pool_.submit(kept)) done(record);
}

// ---- ingest thread

void Commands::start(UnderPtr under) {
    const auto& plan = under->flight->plan();
    auto give_back = [this, under] {
        auto waiting = std::exchange(under->waiting, {});
        refuse(under->record, under->flight->plan(), waiting.at(0));
    };
    if (!line_ || !line_->connected() || ended_) return give_back();
    // What is heard from now on is no late answer to an earlier one.
    const auto others = flights_;
    for (const auto& [id, other] : others)
        if (other->record.device == under->record.device && share(other->flight->plan(), plan)) {
            other->flight->stop({});
            settle(other);
        }
    flights_.emplace(under->record.id, under);
    for (const auto& topic : under->flight->answer().topics()) topics_[topic].push_back(under);
    const bool gone = publish(under);
    if (!gone) forget(under);
    if (!gone) return give_back();
    settle(under);
}

void Commands::forget(const UnderPtr& under) {
    if (flights_.erase(under->record.id) == 0) return;
    for (const auto& topic : under->flight->answer().topics()) {
        auto at = topics_.find(topic);
        if (at == topics_.end()) continue;
        std::erase(at->second, under);
        if (at->second.empty()) topics_.erase(at);
    }
}

// After every event of it: sends what is due, tells its end, forgets it.
void Commands::step(const UnderPtr& under) {
    if (under->flight->due(clock_.mono())) (void)publish(under);
    settle(under);
}

bool Commands::publish(const UnderPtr& under) {
    auto& flight = *under->flight;
    const auto& plan = flight.plan();
    const auto now = clock_.mono();
    flight.sent();
    auto done = [this, under](std::uint8_t code) {
        under->flight->acknowledged(code);
        settle(under);
    };
    const bool gone =
        line_->publish(plan.topic, plan.payload, plan.qos, plan.retain, flight.expiry(now), done);
    if (!gone) flight.not_sent();
    return gone;
}

void Commands::settle(const UnderPtr& under) {
    auto& flight = *under->flight;
    const auto& result = flight.result();
    if (!flight.ended()) return;
    if (!under->told || result.state != under->record.state) {
        auto& r = under->record;
        const bool first = !std::exchange(under->told, true);
        r.state = result.state;
        r.attempts = result.attempts;
        r.confirmed = result.confirmed;
        r.answer = result.answer;
        r.error = result.error;
        if (!result.answer.empty() || result.state == State::done) r.answered = clock_.wall();
        if (first) release(flight.plan(), r.device);
        keep(under, std::exchange(under->waiting, {}));
    }
    if (flight.over()) forget(under);
}

void Commands::keep(const UnderPtr& under, const std::vector<Done>& answered) {
    auto job = [this, record = under->record, waiting = answered] {
        if (auto kept = store_.finish(record); !kept)
            log::error("commands", "the result of a command could not be kept",
                       {{"command", record.id}, {"reason", kept.error().message()}});
        for (const auto& done : waiting) done(record);
    };
    if (pool_.submit(job)) return;
    log::error("commands", "the result of a command could not be kept",
               {{"command", under->record.id}, {"reason", "too many wait"}});
    for (const auto& done : answered) done(under->record);
}

void Commands::connection(bool stands) {
    connected_ = stands;
}

void Commands::heard(std::string_view topic, std::string_view payload, bool old) {
    if (topics_.empty() || old) return;
    auto at = topics_.find(std::string(topic));
    if (at == topics_.end()) return;
    const auto listening = at->second; // settle() changes the table
    for (const auto& under : listening) {
        under->flight->heard(topic, payload);
        settle(under);
    }
}

void Commands::timer() {
    std::vector<UnderPtr> all;
    for (const auto& [id, under] : flights_) all.push_back(under);
    const auto now = clock_.mono();
    for (const auto& under : all) {
        under->flight->timer(now);
        step(under);
    }
}

std::optional<MonoTime> Commands::deadline() const {
    std::optional<MonoTime> first;
    for (const auto& [id, under] : flights_) {
        auto due = under->flight->deadline();
        if (due && (!first || *due < *first)) first = due;
    }
    return first;
}

void Commands::end() {
    ended_ = true;
    connected_ = false;
    const auto all = std::exchange(flights_, {});
    topics_.clear();
    for (const auto& [id, under] : all) {
        under->flight->stop(gateway_ends);
        settle(under);
    }
    line_ = nullptr;
}

void Commands::stop() {
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    post_([this] { end(); });
}

} // namespace caredian::devices::commands
