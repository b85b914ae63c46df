// Home Assistant's mqtt_statestream:
// https://www.home-assistant.io/integrations/mqtt_statestream/
//
//   <base>/<domain>/<object id>/state         the bare state
//   <base>/<domain>/<object id>/last_updated  ISO 8601        field device_time
//   <base>/<domain>/<object id>/last_changed                  left out
//   <base>/<domain>/<object id>/<attribute>   JSON            field <attribute>, flattened
//
// Measurement `ha`, tags device=<domain>.<object id>, domain. One name per type, so that entities
// of different kinds never dispute a field: `value` is a number, `value_bool` is on/off of domains
// that know nothing else, `state` is any other text.
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/numbers.h"

#include <algorithm>
#include <array>

namespace caredian::ingest {

namespace {

// How a domain's states read.
enum class States : std::uint8_t {
    any,    // a number when it is one, else text
    on_off, // a boolean when it is on or off, else text
    text,   // always text: an option named "2" is no number
};

struct Domain {
    std::string_view name;
    States states;
};

// Sorted. A topic below the base whose domain is not here is not claimed.
constexpr std::array domains = std::to_array<Domain>({
    {"ai_task", States::text},
    {"air_quality", States::any},
    {"alarm_control_panel", States::text},
    {"alert", States::text},
    {"assist_satellite", States::text},
    {"automation", States::on_off},
    {"binary_sensor", States::on_off},
    {"button", States::text},
    {"calendar", States::on_off},
    {"camera", States::text},
    {"climate", States::text},
    {"conversation", States::text},
    {"counter", States::any},
    {"cover", States::text},
    {"date", States::text},
    {"datetime", States::text},
    {"device_tracker", States::text},
    {"event", States::text},
    {"fan", States::on_off},
    {"geo_location", States::any},
    {"group", States::text},
    {"humidifier", States::on_off},
    {"image", States::text},
    {"image_processing", States::any},
    {"input_boolean", States::on_off},
    {"input_button", States::text},
    {"input_datetime", States::text},
    {"input_number", States::any},
    {"input_select", States::text},
    {"input_text", States::text},
    {"lawn_mower", States::text},
    {"light", States::on_off},
    {"lock", States::text},
    {"mailbox", States::any}, // gone from releases after 2024
    {"media_player", States::text},
    {"number", States::any},
    {"person", States::text},
    {"plant", States::text},
    {"proximity", States::any},
    {"remote", States::on_off},
    {"scene", States::text},
    {"schedule", States::on_off},
    {"script", States::on_off},
    {"select", States::text},
    {"sensor", States::any},
    {"siren", States::on_off},
    {"stt", States::text},
    {"sun", States::text},
    {"switch", States::on_off},
    {"tag", States::text},
    {"text", States::text},
    {"time", States::text},
    {"timer", States::text},
    {"todo", States::any},
    {"tts", States::text},
    {"update", States::on_off},
    {"utility_meter", States::text},
    {"vacuum", States::text},
    {"valve", States::text},
    {"wake_word", States::text},
    {"water_heater", States::text},
    {"weather", States::text},
    {"zone", States::any},
});
static_assert(std::is_sorted(domains.begin(), domains.end(),
                             [](const Domain& a, const Domain& b) { return a.name < b.name; }));

const Domain* find_domain(std::string_view name) {
    auto at = std::lower_bound(domains.begin(), domains.end(), name,
                               [](const Domain& d, std::string_view n) { return d.name < n; });
    return at != domains.end() && at->name == name ? &*at : nullptr;
}

// <domain>/<object id>/<what>
struct Path {
    const Domain* domain = nullptr;
    std::string_view object, what;
};

class Statestream final : public Decoder {
public:
    explicit Statestream(const std::vector<std::string>& bases) {
        for (const auto& base : bases)
            if (!base.empty()) prefixes_.push_back(base + '/');
    }
    std::string_view name() const override { return "statestream"; }
    bool claims(const TopicLevels& topic) const override {
        return match(topic.topic()).domain != nullptr;
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        Path path = match(in.message.topic);
        if (path.what == "state") return state(path, in, out);
        if (path.what == "last_updated") return last_updated(path, in, out);
        if (path.what == "last_changed") return Outcome::ignore(Ignored::ha_timestamp);
        return attribute(path, in, json, out);
    }

private:
    Path match(std::string_view topic) const {
        for (const auto& prefix : prefixes_) {
            if (!topic.starts_with(prefix)) continue;
            std::string_view rest = topic.substr(prefix.size());
            Path path;
            std::string_view domain = next_token(rest, '/');
            path.object = next_token(rest, '/');
            path.what = rest;
            if (path.object.empty() || path.what.empty()) continue;
            if (path.what.find('/') != std::string_view::npos) continue;
            path.domain = find_domain(domain);
            if (path.domain) return path;
        }
        return {};
    }

    void start(const Path& path, Output& out) {
        device_.assign(path.domain->name);
        device_ += '.';
        device_ += path.object;
        out.start("ha", device_);
        out.tag("domain", path.domain->name);
    }

    Outcome state(const Path& path, const Input& in, Output& out) {
        std::string_view text = in.content.text;
        if (text == "unknown" || text == "unavailable")
            return Outcome::ignore(Ignored::unavailable);
        if (!is_utf8(text)) return Outcome::fail(Broken::invalid_utf8);
        auto number = path.domain->states == States::any ? parse_number(text) : std::nullopt;
        if (!number && path.domain->states == States::any && is_not_a_number(text))
            return Outcome::ignore(Ignored::not_a_number);
        bool on_off = path.domain->states == States::on_off && (text == "on" || text == "off");
        start(path, out);
        if (number) {
            out.number("value", *number);
        } else if (on_off) {
            out.boolean("value_bool", text == "on");
        } else {
            out.text("state", text);
        }
        return Outcome::done();
    }

    Outcome last_updated(const Path& path, const Input& in, Output& out) {
        if (!is_utf8(in.content.text)) return Outcome::fail(Broken::invalid_utf8);
        start(path, out);
        out.text("device_time", in.content.text);
        return Outcome::done();
    }

    // JSON; a bare text (not HA's, but seen from bridges) is taken as it stands.
    Outcome attribute(const Path& path, const Input& in, JsonFields& json, Output& out) {
        Broken broken = json.parse(in.message.payload);
        bool scalar = in.content.kind == Content::Kind::scalar;
        if (broken == Broken::malformed_json && scalar) {
            if (is_not_a_number(in.content.text)) return Outcome::ignore(Ignored::not_a_number);
            start(path, out);
            out.text(path.what, in.content.text);
            return Outcome::done();
        }
        if (broken != JsonFields::good) return Outcome::fail(broken);
        start(path, out);
        for (const auto& f : json.fields()) {
            name_.assign(path.what);
            if (!scalar) name_ += '_';
            name_ += f.name;
            out.field(name_, f);
        }
        if (out.has_fields()) return Outcome::done();
        out.drop();
        return nothing_in(json);
    }

    std::vector<std::string> prefixes_;
    std::string device_, name_;
};

} // namespace

std::unique_ptr<Decoder> make_statestream(const DecodeOptions& options) {
    return std::make_unique<Statestream>(options.statestream_bases);
}

} // namespace caredian::ingest
