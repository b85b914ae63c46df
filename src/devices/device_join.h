// Which sources and descriptions are one device: a pure decision.
//
// A source is what decoders name: measurement, tag `device`, and tag `path` of topics without a
// mapping. Joined are, in this order: descriptions that share an identifier; sources whose topics a
// description claims, or names as its availability topic; sources of one name within a family of
// measurements (zigbee, zigbee_event); a source that says but "online" with the one device that
// speaks below the same topic (bath-node/status, bath-node/sensor/…); what people joined by hand. A
// source that people set apart joins nothing by itself.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices {

struct SourceKey {
    std::string measurement, device, path;
    auto operator<=>(const SourceKey&) const = default;
    // The measurement without its "_event".
    std::string_view family() const;
    std::string anchor() const; // a name among identifiers: "src:…"
};

// What people did: texts are anchors (identifiers, SourceKey::anchor(), topic_anchor()).
struct Manual {
    std::vector<std::set<std::string, std::less<>>> merged;
    std::set<std::string, std::less<>> apart;
};
std::string topic_anchor(std::string_view topic); // of a description without identifiers

struct JoinSource {
    const SourceKey* key = nullptr;
    std::vector<std::string_view> topics; // that it was heard on
    std::string_view device;              // the id that it has had, empty for none
};
struct JoinDescription {
    const std::vector<std::string>* identifiers = nullptr;
    std::string_view topic;               // where it was said
    std::vector<std::string_view> claims; // state topics and topics of its own; "x/#": below x
    std::string_view availability;        // topic, or empty
    std::string_view device;
};

// Group of each source, then of each description; numbers from 0, without gaps.
struct Groups {
    std::vector<std::size_t> source, description;
    std::size_t count = 0;
};
Groups join(const std::vector<JoinSource>& sources,
            const std::vector<JoinDescription>& descriptions, const Manual& manual);

} // namespace caredian::devices
