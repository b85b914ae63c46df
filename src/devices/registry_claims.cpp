// Whose command topic is it? Anybody who may publish a description can name any topic in it.
#include "devices/implied.h"
#include "devices/registry_impl.h"
#include "devices/topic_base.h"

#include <algorithm>

namespace caredian::devices {

namespace {

std::string_view parent_of(std::string_view topic) {
    auto cut = topic.rfind('/');
    return cut == std::string_view::npos ? std::string_view() : topic.substr(0, cut);
}

// What one device has to do with a topic.
struct Claim {
    // Bytes of the topic that are its own by its own convention: those of zigbee2mqtt/lamp, of
    // cmnd/plug, of a node's name. 0: none.
    std::size_t own = 0;
    bool bridge = false;    // and that is Zigbee2MQTT's word: no other device can say it
    bool speaks = false;    // it was heard there, in the way of some family of devices
    bool described = false; // a description names it
};

// Read as plain JSON, a number or a text: perhaps what somebody tells a device there.
bool is_plain(const TopicLink& link) {
    return link.series.measurement == link.topic.substr(0, link.topic.find('/'));
}

void claim_by(const readings::Description& said, std::string_view topic, Claim& claim) {
    auto own = [&](std::string_view base) {
        if (within(topic, base)) claim.own = std::max(claim.own, base.size());
    };
    if (said.origin == "zigbee2mqtt")
        for (const auto& base : said.topics) {
            own(base);
            claim.bridge = claim.bridge || within(topic, base);
        }
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
    if (state.join_wanted) state.join_again(); // of what was said a moment ago, too
    auto look = [&](const State::Members& members) {
        Claim claim;
        for (const auto* d : members.descriptions) claim_by(d->said, topic, claim);
        for (const auto* source : members.sources)
            for (const auto& link : source->links) {
                claim.speaks = claim.speaks || (link.topic == topic && !is_plain(link));
                auto base = territory_of(source->key, link);
                if (within(topic, base)) claim.own = std::max(claim.own, base.size());
            }
        return claim;
    };
    TopicClaims out;
    auto at = state.devices.find(id);
    const auto mine = at == state.devices.end() ? Claim() : look(at->second);
    const auto own = mine.own;
    out.own = own > 0;
    // Of two names that a bridge gave, the longer one is the device's: the names of others prove
    // nothing, the longest least of all. What two of those hold is of both.
    auto owns = [&](const Claim& other) {
        if (other.bridge) return !mine.bridge || other.own > own;
        return own == 0 && other.own > 0;
    };
    auto shares = [&](const Claim& other) {
        if (own == 0) return other.described;
        if (mine.bridge) return other.bridge && other.own == own;
        return other.own > 0;
    };
    // A description may have joined itself to what speaks there.
    if (own == 0 && mine.speaks) out.owner = id;
    std::pair<bool, std::size_t> best; // of a bridge, how long
    for (const auto& [other, members] : state.devices) {
        if (other == id) continue;
        const auto claim = look(members);
        const std::pair rank(claim.bridge, claim.own);
        if (owns(claim) && rank > best) {
            out.owner = other;
            best = rank;
        } else if (own == 0 && claim.speaks && out.owner.empty()) {
            out.owner = other;
        } else if (shares(claim)) {
            out.shared.push_back(other);
        }
    }
    return out;
}

} // namespace caredian::devices
