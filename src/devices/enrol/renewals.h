// A device asks over the broker for its next certificate. That it may publish there is the proof:
// the broker has seen the one that it has.
#pragma once

#include "devices/enrol/enrolment.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::devices::enrol {

// One thread; blocks (SQL).
class Renewals {
public:
    Renewals(Enrolment& enrolment, const Clock& clock) : enrolment_(enrolment), clock_(clock) {}

    struct Reply {
        std::string topic;
        std::string payload; // JSON: {"certificate","ca","not_after"} or {"error"}
    };
    // `request`: a signing request in PEM. Of a device at most one in ten minutes. nullopt: the
    // topic is not renewal_request of a name.
    std::optional<Reply> answer(std::string_view topic, std::string_view request);

private:
    bool too_soon(const std::string& id);

    Enrolment& enrolment_;
    const Clock& clock_;
    std::map<std::string, MonoTime> last_;
};

} // namespace caredian::devices::enrol
