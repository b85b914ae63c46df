// Whose command topic is it? Anybody who may publish a description can name any topic in it.
#include "devices/implied.h"
#include "devices/registry_impl.h"

#include <algorithm>

namespace caredian::devices {

namespace {

// "a" and all that is below it
bool within(std::string_view topic, std::string_view base) {
    return !base.empty() && topic.starts_with(base) &&
           (topic.size() == base.size() || topic[base.size()] == '/');
}

std::string_view parent_of(std::string_view topic) {
    auto cut = topic.rfind('/');
    return cut == std::string_view::npos ? std::string_view() : topic.substr(0, cut);
}

// What one device has to do with a topic.
struct Claim {
    // Bytes of the topic that are its own by its own convention: those of zigbee2mqtt/lamp, of
    // cmnd/plug, of a node's name. 0: none.
    std::size_t own = 0;
    bool speaks = false;    // it was heard there
    bool described = false; // a description names it
};

void claim_by(const readings::Description& said, std::string_view topic, Claim& claim) {
    auto own = [&](std::string_view base) {
        if (within(topic, base)) claim.own = std::max(claim.own, base.size());
    };
    if (said.origin == "zigbee2mqtt")
        for (const auto& base : said.topics) own(base);
    for (const auto& entity : said.entities) {
        if (said.origin == "tasmota") own(parent_of(entity.command_topic));
        claim.described =
            claim.described || entity.command_topic == topic || entity.state_topic == topic;
    }
}

} // namespace

TopicClaims Registry::claims(std::string_view id, std::string_view topic) const {
    State& state = *state_;
    std::lock_guard lock(state.mutex);
    if (state.join_wanted && state.devices.empty()) state.join_again();
    auto look = [&](const State::Members& members) {
        Claim claim;
        for (const auto* d : members.descriptions) claim_by(d->said, topic, claim);
        for (const auto* source : members.sources)
            for (const auto& link : source->links) {
                claim.speaks = claim.speaks || link.topic == topic;
                auto base = territory_of(source->key, link);
                if (within(topic, base)) claim.own = std::max(claim.own, base.size());
            }
        return claim;
    };
    TopicClaims out;
    auto mine = state.devices.find(id);
    const auto own = mine == state.devices.end() ? 0 : look(mine->second).own;
    for (const auto& [other, members] : state.devices) {
        if (other == id) continue;
        const auto claim = look(members);
        const bool speaks = claim.speaks && !claim.described;
        if (claim.own > own || (own == 0 && speaks))
            out.owner = other;
        else if ((own > 0 && claim.own == own) || (own == 0 && claim.described))
            out.shared.push_back(other);
    }
    return out;
}

} // namespace caredian::devices
