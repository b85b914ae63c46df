#include "app/broker_side.h"

#include "access/device_policy.h"
#include "base/log.h"
#include "devices/enrol/name.h"
#include "net/mqtt/url.h"

#include <algorithm>
#include <stdexcept>

namespace caredian::app {

namespace enrol = devices::enrol;

namespace {

constexpr auto warn_within = std::chrono::hours(24 * 30);
constexpr std::chrono::milliseconds told_within{5000};
constexpr std::string_view own_folder = "broker"; // below data_dir

net::mqtt::ClientOptions link_options(const Settings& settings) {
    net::mqtt::ClientOptions o;
    if (auto wrong = net::mqtt::apply_url(o, settings.mqtt.url); !wrong.empty())
        throw std::runtime_error("mqtt.url: " + wrong);
    use_own_certificate(o, settings, enrol::control_name);
    o.client_id = enrol::control_name;
    o.keep_alive = settings.mqtt.keep_alive;
    return o;
}

} // namespace

std::string broker_address(const Settings& settings) {
    if (!settings.broker.address.empty() || settings.mqtt.url.empty())
        return settings.broker.address;
    net::mqtt::ClientOptions o;
    (void)net::mqtt::apply_url(o, settings.mqtt.url); // checked at load
    const bool v6 = o.host.find(':') != std::string::npos;
    return (v6 ? "[" + o.host + "]" : o.host) + ":" + std::to_string(o.port);
}

enrol::EnrolmentOptions enrolment_options(const Settings& settings) {
    const auto& b = settings.broker;
    enrol::EnrolmentOptions o;
    o.authority.lifetime = b.certificate_lifetime;
    o.address = broker_address(settings);
    o.password_address = b.password_address;
    if (o.password_address.empty()) o.password_address = o.address.substr(0, o.address.rfind(':'));
    o.code_lifetime = b.code_lifetime;
    o.overlap = b.certificate_overlap;
    return o;
}

enrol::BrokerFiles broker_files(const Settings& settings, enrol::Enrolment& enrolment,
                                const Clock& clock) {
    return {enrolment, clock, settings.data_path(own_folder), settings.broker.directory,
            settings.broker.pid_file};
}

void use_own_certificate(net::mqtt::ClientOptions& options, const Settings& settings,
                         std::string_view name) {
    if (!settings.broker.enabled() || !options.tls || !options.certificate_file.empty()) return;
    const auto file = settings.data_path(own_folder) + "/" + std::string(name);
    options.certificate_file = file + ".crt";
    options.key_file = file + ".key";
    if (options.ca_file.empty()) options.ca_file = settings.data_path(own_folder) + "/ca.crt";
}

BrokerSide::BrokerSide(const Settings& settings, PeopleSide& people, const Clock& clock,
                       Random& random, Metrics& metrics, HealthRegister& health)
    : settings_(settings), people_(people), clock_(clock), health_(health),
      sealer_(make_sealer(settings, random)),
      enrolment_(people.database(), sealer_, people.identity().accounts.audit(), clock, random,
                 enrolment_options(settings)),
      files_(broker_files(settings, enrolment_, clock)), pool_("enrolment", 1, 32) {
    if (people.identity().ready())
        prepared_ = enrol::Enrolment::prepare(people.database()).has_value();
    if (!settings.broker.enabled()) return;
    health.declare("certificates", "devices whose certificates end are refused by the broker");
    metrics.add(MetricKind::gauge, "broker_certificates_ending",
                "Certificates of devices that end within 30 days", {},
                [this] { return static_cast<double>(ending_.load()); });
    link_ = std::make_unique<enrol::BrokerLink>(link_options(settings), enrolment_, clock, random,
                                                metrics, health);
    enrolment_.on_change([this](const std::string& thrown_out, bool list_changed) {
        if (list_changed) keep_files(true); // before the broker throws out who could come back
        link_->changed(thrown_out);
    });
    if (prepared_) keep_files(false);
}

BrokerSide::~BrokerSide() {
    stop();
}

void BrokerSide::know(const access::Policies& policies, const devices::Registry& registry) {
    policies_ = &policies;
    registry_ = &registry;
    enrolment_.on_rights([this]() -> enrol::Enrolment::Rule {
        auto policy = policies_->now();
        if (!access::any_device_has_grants(*policy)) return {};
        return [policy, others = known(), now = clock_.wall()](const enrol::EnrolledDevice& d) {
            return enrol::granted_rights(*policy, d.id, others, now);
        };
    });
}

// Those that were heard, and those that have an identity, whether or not they were.
std::vector<enrol::Known> BrokerSide::known() {
    constexpr std::size_t page = 500;
    std::vector<enrol::Known> out;
    for (std::string after;;) {
        auto some = registry_->places(after, page);
        for (const auto& place : some)
            if (auto topics = registry_->topics(place.id))
                out.push_back({place.id, place.area, enrol::topics_of(*topics)});
        if (some.size() < page) break;
        after = some.back().id;
    }
    if (auto enrolled = enrolment_.devices().list())
        for (const auto& one : *enrolled)
            if (!one.revoked) out.push_back({one.id, {}, one.rights()});
    return out;
}

void BrokerSide::follow() {
    if (!link_ || !policies_) return;
    auto policy = policies_->now();
    const bool has = access::any_device_has_grants(*policy);
    const auto places = has ? registry_->generation() : followed_places_;
    const bool same = policy == followed_policy_ && places == followed_places_;
    followed_policy_ = std::move(policy);
    followed_places_ = places;
    if (!same && (has || had_grants_)) link_->changed();
    had_grants_ = has;
}

void BrokerSide::start() {
    if (link_) link_->start();
    maintain();
}

void BrokerSide::stop() {
    pool_.wait_idle(); // its jobs answer to the workers of the server
    if (link_) link_->stop();
}

bool BrokerSide::wait_told() {
    return !link_ || link_->wait_told(told_within);
}

std::chrono::seconds BrokerSide::every() const {
    const auto tenth = settings_.broker.certificate_lifetime / 10;
    return std::clamp<std::chrono::seconds>(tenth, std::chrono::seconds(5),
                                            std::chrono::minutes(10));
}

void BrokerSide::keep_files(bool list_changed) {
    const std::lock_guard lock(writing_);
    auto own = files_.keep_own();
    auto broker = files_.keep_broker(list_changed);
    for (const auto* done : {&own, &broker})
        if (!*done)
            log::error("enrolment", "certificates could not be written",
                       {{"reason", done->error().message()}});
}

void BrokerSide::warn_of_ends() {
    const auto& lifetime = settings_.broker.certificate_lifetime;
    auto soon = enrolment_.ending(std::min<std::chrono::seconds>(warn_within, lifetime / 3));
    if (!soon) return;
    ending_ = static_cast<std::int64_t>(soon->size());
    if (soon->empty()) return health_.set("certificates", HealthState::up);
    std::string names;
    for (std::size_t i = 0; i < std::min<std::size_t>(soon->size(), 10); ++i)
        names.append(i ? ", " : "")
            .append((*soon)[i].device)
            .append(" ")
            .append(format_rfc3339((*soon)[i].not_after).substr(0, 10));
    health_.set("certificates", HealthState::degraded, "they end soon: " + names);
    const auto today =
        to_ns(clock_.wall()) / std::chrono::nanoseconds(std::chrono::hours(24)).count();
    if (warned_day_.exchange(today) != today)
        log::warning("enrolment", "certificates of devices end soon",
                     {{"how_many", soon->size()}, {"devices", names}});
}

void BrokerSide::look() {
    if (!prepared_) prepared_ = enrol::Enrolment::prepare(people_.database()).has_value();
    if (!prepared_) return;
    if (clock_.mono() - swept_ > std::chrono::hours(1) || swept_ == MonoTime() ||
        settings_.broker.certificate_overlap < std::chrono::hours(1)) {
        swept_ = clock_.mono();
        (void)enrolment_.maintain();
    }
    if (!link_) return;
    keep_files(false);
    warn_of_ends();
}

void BrokerSide::maintain() {
    if (!people_.identity().ready() || looking_.exchange(true)) return;
    auto job = [this] {
        look();
        looking_ = false;
    };
    if (!people_.sql().submit(job)) looking_ = false;
}

} // namespace caredian::app
