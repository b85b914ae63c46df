// The gateway's second connection to its broker: it keeps accounts and rights there, and answers
// devices that ask for their next certificate. A thread of its own, on which SQL may block.
#pragma once

#include "base/clock.h"
#include "base/health.h"
#include "base/metrics.h"
#include "base/random.h"
#include "devices/enrol/enrolment.h"
#include "net/mqtt/types.h"

#include <chrono>
#include <memory>
#include <string>

namespace caredian::devices::enrol {

class BrokerLink {
public:
    // `options`: where the broker is, with the certificate of control_name. Shown as health
    // `broker`. All must outlive it.
    BrokerLink(net::mqtt::ClientOptions options, Enrolment& enrolment, const Clock& clock,
               Random& random, Metrics& metrics, HealthRegister& health);
    ~BrokerLink(); // stop()
    BrokerLink(const BrokerLink&) = delete;

    void start(); // connects, and again for ever; returns at once
    void stop();

    // Something has changed; `thrown_out` may be empty. Returns at once. Any thread.
    void changed(const std::string& thrown_out = {});
    // Waits until the broker has everything that was changed before. False: not in time; it will
    // be told when it is back. Any thread but its own.
    bool wait_told(std::chrono::milliseconds timeout);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::devices::enrol
