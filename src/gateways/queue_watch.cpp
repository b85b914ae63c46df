#include "gateways/queue_watch.h"

#include <algorithm>

namespace caredian::gateways {

namespace {

using std::chrono::seconds;

std::string span_text(seconds s) {
    const auto n = s.count();
    if (n < 120) return std::to_string(n) + " s";
    if (n < 120 * 60) return std::to_string(n / 60) + " min";
    const auto minutes = n / 60 % 60;
    if (n < 48 * 3600)
        return std::to_string(n / 3600) + " h" +
               (minutes ? " " + std::to_string(minutes) + " min" : "");
    return std::to_string(n / 86'400) + " days";
}

} // namespace

std::vector<Away> away(std::span<const Peer> all, const QueueOptions& options,
                       std::int64_t own_rate) {
    std::vector<Away> out;
    for (const auto& peer : all) {
        if (peer.name == options.own || peer.away_ms < options.after.count()) continue;
        Away one;
        one.name = peer.name;
        one.since = seconds(peer.away_ms / 1000);
        const auto rate = static_cast<double>(own_rate > 0 ? own_rate : peer.rate) / 1000;
        const auto waiting = rate * static_cast<double>(peer.away_ms) / 1000;
        const auto queue = static_cast<double>(options.queue);
        one.waiting = static_cast<std::uint64_t>(std::min(waiting, queue));
        if (rate > 0) {
            // Further away than anybody plans.
            const double left = std::clamp((queue - waiting) / rate, 0.0, 10.0 * 365 * 86'400);
            one.full_in = seconds(static_cast<std::int64_t>(left));
        }
        out.push_back(std::move(one));
    }
    return out;
}

std::string describe(const Away& one, std::uint64_t queue) {
    std::string text = one.name + " is away for " + span_text(one.since) + ": about " +
                       std::to_string(one.waiting) + " messages wait for it at the broker";
    if (!one.full_in) return text;
    if (one.full_in->count() == 0)
        return text + ", whose queue of " + std::to_string(queue) +
               " is full: its share is lost from now on";
    return text + ", whose queue of " + std::to_string(queue) + " is full in " +
           span_text(*one.full_in);
}

} // namespace caredian::gateways
