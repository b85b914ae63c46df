#include "ingest/decode/shelly_describe.h"

#include "ingest/decode/describe.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

void set_topics(std::string_view prefix, readings::Description& out) {
    std::string base(prefix);
    if (base.empty() || !is_topic(base + "/online")) return;
    out.topics = {base + "/#"};
    out.availability_topic = base + "/online";
}

} // namespace

bool is_shelly_id(std::string_view text) {
    auto dash = text.rfind('-');
    if (!text.starts_with("shelly") || dash == std::string_view::npos) return false;
    std::string_view id = text.substr(dash + 1);
    return id.size() >= 6 && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

bool describe_shelly(std::string_view prefix, std::string_view id, std::string_view mac,
                     readings::Description& out) {
    std::string address = mac_connection(mac);
    if (is_shelly_id(id)) {
        auto dash = id.rfind('-');
        out.identifiers.push_back(label(id));
        out.model = label(id.substr(0, dash));
        // Later generations carry the whole MAC in their id.
        if (address.empty()) address = mac_connection(id.substr(dash + 1));
    }
    if (!address.empty()) out.identifiers.push_back(address);
    if (out.identifiers.empty()) return false;
    out.origin = "shelly";
    out.manufacturer = "Shelly";
    set_topics(prefix, out);
    return true;
}

bool read_shelly_announce(const JsonFields& json, std::string_view prefix,
                          readings::Description& out) {
    std::string id = text_label(json, "id");
    bool later = json.top("gen") || json.top("app");
    std::string usual = later ? id : "shellies/" + id;
    std::string base = prefix.empty() ? usual : std::string(prefix);
    if (id.empty() || !is_topic(base)) return false;
    if (!describe_shelly(base, id, text_of(json, "mac"), out)) return false;
    out.topic = base + "/announce"; // many announce on one topic
    out.name = text_label(json, "name");
    out.model_id = text_label(json, "model");
    if (auto app = text_label(json, "app"); !app.empty()) out.model = std::move(app);
    out.sw_version = text_label(json, later ? "ver" : "fw_ver");
    return true;
}

} // namespace caredian::ingest
