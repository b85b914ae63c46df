#include "ingest/decode/decoder.h"
#include "ingest/direct.h"

#include <algorithm>
#include <bit>

namespace caredian::ingest {

namespace {

// By topic first, then by content; the first that does not pass decides. A new decoder is one line
// here.
// clang-format off
constexpr auto makers = {
    make_mapping, // what people say wins over what we know
    make_discovery, // discovery before all others: an emptied topic takes back what was said on it
    make_tasmota_discovery,
    make_known_topics, // conventions that carry no readings
    make_zigbee2mqtt,
    make_statestream,
    make_tasmota,
    make_shelly_gen2, // before gen1: its prefix may be shellies/<id>
    make_shelly_gen1,
    make_ble_gateway,
    make_rtl_433,
    make_frigate,
    make_valetudo,
    make_wled,
    make_homie,
    make_espresense,
    make_esphome_discover,
    make_esphome, // any first level: after those that have their own
    make_generic_json,
    make_number,
    make_boolean,
    make_text,
};
// clang-format on
static_assert(makers.size() <= 32, "TopicMemo::Place::claims has a bit for each");

std::string_view trim_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    auto from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

// "[1" and "[{" are JSON, "[INFO] started" is somebody's log line.
bool begins_like_an_array(std::string_view text) {
    std::string_view inside = trim_blanks(text.substr(1));
    if (inside.empty()) return true;
    constexpr std::string_view starts = "{[\"]-0123456789";
    if (starts.find(inside[0]) != std::string_view::npos) return true;
    for (std::string_view word : {"true", "false", "null", "nan", "NaN", "inf", "Inf"})
        if (inside.starts_with(word)) return true;
    return false;
}

void mark(readings::Description& description, const readings::Message& message) {
    description.time = message.time;
    description.row = message.row;
    if (description.topic.empty()) description.topic = message.topic;
}

} // namespace

void mark(readings::Reading& reading, const readings::Message& message) {
    if (reading.time == WallTime{}) reading.time = message.time; // else a rule gave it
    reading.received = message.time;
    reading.row = message.row;
    reading.initial = message.initial;
    reading.redelivered = message.redelivered;
    reading.first_row = message.first_row;
    reading.topic.assign(message.topic);
}

Decoders::Decoders(const DecodeOptions& options)
    : options_(options), json_(options.max_depth, options.max_fields) {
    for (auto make : makers) decoders_.push_back(make(options_));
}

Content Decoders::look_at(std::string_view payload) {
    Content content;
    content.text = trim_blanks(payload);
    if (content.text.empty()) return content;
    char first = content.text[0];
    if (first == '{') {
        content.kind = Content::Kind::object;
    } else if (first == '[' && begins_like_an_array(content.text)) {
        content.kind = Content::Kind::array;
    } else {
        content.kind = Content::Kind::scalar;
        bool quoted = first == '"' && content.text.size() > 1 && content.text.back() == '"';
        if (quoted && json_.parse(content.text) == JsonFields::good) {
            unquoted_.assign(json_.fields()[0].text);
            content.text = unquoted_;
            content.quoted = true;
            if (trim_blanks(content.text).empty()) content.kind = Content::Kind::empty;
        }
    }
    return content;
}

bool Decoders::too_large(const readings::Message& message) const {
    if (message.payload.size() <= options_.max_payload) return false;
    bool expected = std::any_of(decoders_.begin(), decoders_.end(),
                                [&](const auto& d) { return d->takes_large(message.topic); });
    return !expected || message.payload.size() > options_.max_metadata;
}

std::uint32_t Decoders::find_claims(const TopicLevels& topic) const {
    std::uint32_t claims = 0;
    for (std::size_t i = 0; i < decoders_.size(); ++i)
        if (decoders_[i]->claims(topic)) claims |= 1u << i;
    return claims;
}

void Decoders::set_mappings(std::vector<MappingRule> rules) {
    options_.mappings = std::move(rules);
    decoders_.front() = make_mapping(options_); // makers begins with it
    topics_ = {};
}

Outcome Decoders::decode(const readings::Message& message, ReadingBatch& batch,
                         std::vector<std::string>* left_out) {
    decided_by_ = nullptr;
    const bool direct = is_direct(message.topic);
    if (!direct && too_large(message)) return Outcome::fail(Broken::too_large);
    std::size_t before = batch.size(), described = batch.descriptions().size();
    Output out(batch, options_.max_text, left_out);
    Outcome outcome;
    if (direct) {
        outcome = decode_direct(message, out);
    } else {
        const auto& known = topics_.at(message.topic, [&](const TopicMemo::Place& place) {
            return find_claims(place.levels);
        });
        Input in{message, known.levels, look_at(message.payload)};
        for (std::uint32_t left = known.claims; left != 0; left &= left - 1) {
            auto& decoder = *decoders_[static_cast<std::size_t>(std::countr_zero(left))];
            decided_by_ = &decoder;
            outcome = decoder.decode(in, json_, out);
            if (outcome.kind != Outcome::Kind::not_mine) break;
        }
    }
    bool decoded = outcome.kind == Outcome::Kind::decoded;
    if (!decoded) batch.drop_from(before);
    if (!decoded && outcome.kind != Outcome::Kind::described)
        batch.descriptions().resize(described);
    for (std::size_t i = before; i < batch.size(); ++i) mark(batch[i], message);
    for (std::size_t i = described; i < batch.descriptions().size(); ++i)
        mark(batch.descriptions()[i], message);
    truncated_ += out.truncated();
    left_out_ += out.left_out();
    return outcome;
}

} // namespace caredian::ingest
