#include "access/device_policy.h"
#include "access/policy_impl.h"

namespace caredian::access {

namespace {

Standing standing_of(const Policy::Impl& impl, std::string_view device) {
    Standing out;
    auto found = impl.devices.find(device);
    if (found != impl.devices.end()) out.add(&found->second);
    return out;
}

} // namespace

Decision decide_device(const Policy& policy, std::string_view device, const Resource& what,
                       Action action, WallTime now) {
    const auto& impl = policy.impl();
    if (!impl.known) return {false, Reason::not_known};
    return judge(impl, standing_of(impl, device), what, action, now, {});
}

bool has_grants(const Policy& policy, std::string_view device) {
    return standing_of(policy.impl(), device).each([](const GrantIndex& set) {
        return !set.grants().empty();
    });
}

bool any_device_has_grants(const Policy& policy) {
    return !policy.impl().devices.empty();
}

} // namespace caredian::access
