#include "ingest/decode/discovery_source.h"

#include "ingest/decode/describe.h"

namespace caredian::ingest {

const json::value* DiscoverySource::find(Names names) const {
    const auto* found = member(own, names);
    return found || !shared ? found : member(*shared, names);
}

std::string DiscoverySource::topic(Names names) const {
    const auto* value = find(names);
    const auto* text = value ? value->if_string() : nullptr;
    if (!text || text->empty()) return {};
    std::string out(*text);
    if (base.empty()) return topic_of(value);
    if (out.front() == '~') out.replace(0, 1, base);
    if (out.back() == '~') out.replace(out.size() - 1, 1, base);
    return is_topic(out) ? out : std::string();
}

std::optional<double> DiscoverySource::number(Names names) const {
    const auto* value = find(names);
    if (!value || !value->is_number()) return std::nullopt;
    return value->to_number<double>();
}

bool DiscoverySource::flag(Names names) const {
    const auto* value = find(names);
    return value && value->is_bool() && value->get_bool();
}

std::string DiscoverySource::word(Names names, std::string_view usual) const {
    const auto* value = find(names);
    return value ? wire_text(value) : std::string(usual);
}

} // namespace caredian::ingest
