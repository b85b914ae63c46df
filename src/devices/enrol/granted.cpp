#include "devices/enrol/granted.h"

#include "access/device_policy.h"

#include <algorithm>

namespace caredian::devices::enrol {

namespace {

void add(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

void tidy(std::vector<std::string>& all) {
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    if (all.size() > most_granted) all.resize(most_granted);
}

} // namespace

Rights topics_of(const std::vector<std::string>& heard) {
    Rights out;
    for (const auto& topic : heard) {
        add(out.publish, state_topics(topic));
        add(out.subscribe, command_topics(topic));
    }
    tidy(out.publish);
    tidy(out.subscribe);
    return out;
}

Rights granted_rights(const access::Policy& policy, std::string_view device,
                      const std::vector<Known>& others, WallTime now) {
    Rights out;
    if (!access::has_grants(policy, device)) return out;
    for (const auto& other : others) {
        if (other.id == device) continue;
        access::Resource what;
        what.device = other.id;
        what.area = other.area;
        what.ours = true;
        auto may = [&](access::Action action) {
            return access::decide_device(policy, device, what, action, now).allowed;
        };
        if (may(access::Action::read)) add(out.subscribe, other.topics.publish);
        if (may(access::Action::control)) add(out.publish, other.topics.subscribe);
    }
    tidy(out.publish);
    tidy(out.subscribe);
    return out;
}

} // namespace caredian::devices::enrol
