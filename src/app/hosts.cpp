#include "app/hosts.h"

#include "base/encoding.h"
#include "net/address.h"

#include <algorithm>
#include <boost/url/parse.hpp>

namespace caredian::app {

namespace {

// "name:8080" to "name", "[::1]:8080" to "::1"; a trailing dot (the DNS root) goes too.
std::string_view without_port(std::string_view host) {
    if (host.starts_with('[')) {
        auto end = host.find(']');
        return end == std::string_view::npos ? std::string_view() : host.substr(1, end - 1);
    }
    host = host.substr(0, host.find(':'));
    if (host.ends_with('.')) host.remove_suffix(1);
    return host;
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::any_of(names,
                               [&](const auto& known) { return iequals_ascii(known, name); });
}

} // namespace

HostRule::HostRule(const Settings& settings) {
    set(settings);
}

void HostRule::set(const Settings& settings) {
    auto names = std::make_unique<Names>();
    std::string main;
    if (auto url = boost::urls::parse_uri(settings.public_url); url.has_value())
        main = lower_ascii(std::string(url->host_address()));
    for (const auto& name : settings.known_hosts) {
        auto low = lower_ascii(without_port(name));
        if (low != main) names->further.push_back(std::move(low));
    }
    names->all = names->further;
    names->all.emplace_back("localhost");
    if (!main.empty()) names->all.push_back(std::move(main));
    std::lock_guard lock(mutex_);
    known_ = names.get();
    kept_.push_back(std::move(names));
}

bool HostRule::allowed(std::string_view host) const {
    auto name = without_port(host);
    if (name.empty()) return false;
    if (net::parse_address(name)) return true;
    if (name.size() > 6 && iequals_ascii(name.substr(name.size() - 6), ".local")) return true;
    return holds(known_.load(std::memory_order_acquire)->all, name);
}

bool HostRule::further(std::string_view host) const {
    return holds(known_.load(std::memory_order_acquire)->further, without_port(host));
}

} // namespace caredian::app
