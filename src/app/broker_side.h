// The broker that this gateway keeps, built from the settings: who has an identity, the files that
// Mosquitto reads, and the connection that keeps its accounts.
#pragma once

#include "access/policies.h"
#include "app/people_side.h"
#include "app/settings.h"
#include "base/metrics.h"
#include "devices/enrol/broker_files.h"
#include "devices/enrol/broker_link.h"
#include "devices/enrol/enrolment.h"
#include "devices/enrol/granted.h"
#include "devices/registry.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace caredian::app {

devices::enrol::EnrolmentOptions enrolment_options(const Settings& settings);
devices::enrol::BrokerFiles broker_files(const Settings& settings,
                                         devices::enrol::Enrolment& enrolment, const Clock& clock);

// With a broker of our own and no other certificate in the settings: the one that we made.
void use_own_certificate(net::mqtt::ClientOptions& options, const Settings& settings,
                         std::string_view name);

// Where devices find the broker: broker.address, else that of mqtt.url.
std::string broker_address(const Settings& settings);

class BrokerSide {
public:
    // Writes the gateway's own certificates when there are none: before anything connects. A
    // database that is away is asked again by maintain().
    BrokerSide(const Settings& settings, PeopleSide& people, const Clock& clock, Random& random,
               Metrics& metrics, HealthRegister& health);
    ~BrokerSide(); // stop()

    devices::enrol::Enrolment& enrolment() { return enrolment_; }
    bool enabled() const { return link_ != nullptr; }
    Pool& pool() { return pool_; } // for calls that wait for the broker
    // From then on grants to devices count. Both must outlive stop().
    void know(const access::Policies& policies, const devices::Registry& registry);
    void start();
    void stop();
    void follow(); // once a second; returns at once. Takes up grants and rooms that have changed
    // Renews what ends soon, and warns of it. Returns at once; every() says how often.
    void maintain();
    std::chrono::seconds every() const;
    // Waits a moment until the broker has heard of what was changed. True without a broker.
    bool wait_told();

private:
    void look();
    std::vector<devices::enrol::Known> known();
    void keep_files(bool list_changed);
    void warn_of_ends();

    const Settings& settings_;
    PeopleSide& people_;
    const Clock& clock_;
    HealthRegister& health_;
    const store::Sealer sealer_;
    devices::enrol::Enrolment enrolment_;
    std::mutex writing_; // of files_
    devices::enrol::BrokerFiles files_;
    std::unique_ptr<devices::enrol::BrokerLink> link_; // none without broker.directory
    std::atomic<bool> looking_{false}, prepared_{false};
    std::atomic<std::int64_t> ending_{0};
    std::atomic<std::int64_t> warned_day_{0};
    MonoTime swept_{};
    const access::Policies* policies_ = nullptr;
    const devices::Registry* registry_ = nullptr;
    access::PolicyPtr followed_policy_; // of follow()
    std::uint64_t followed_places_ = 0;
    bool had_grants_ = false;
    Pool pool_; // after what its jobs use, so that it ends first
};

} // namespace caredian::app
