#include "base/clock.h"
#include "base/encoding.h"
#include "ingest/decode/decoder.h"

#include <algorithm>
#include <cmath>

namespace caredian::ingest {

namespace {

// By topic first, then by content. A new decoder is one line here.
constexpr auto makers = {
    make_discovery,    // before all others: an emptied topic takes back what was said on it
    make_known_topics, // conventions that carry no readings
    make_zigbee2mqtt,  make_statestream, make_generic_json, make_number, make_boolean, make_text,
};

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
    reading.time = message.time;
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

Outcome Decoders::decode(const readings::Message& message, ReadingBatch& batch) {
    if (too_large(message)) return Outcome::fail(Broken::too_large);
    std::size_t before = batch.size(), described = batch.descriptions().size();
    Output out(batch, options_.max_text);
    Input in{message, look_at(message.payload)};
    Outcome outcome;
    for (const auto& decoder : decoders_) {
        outcome = decoder->decode(in, json_, out);
        if (outcome.kind != Outcome::Kind::not_mine) break;
    }
    bool decoded = outcome.kind == Outcome::Kind::decoded;
    if (!decoded) batch.drop_from(before);
    if (!decoded && outcome.kind != Outcome::Kind::described)
        batch.descriptions().resize(described);
    for (std::size_t i = before; i < batch.size(); ++i) mark(batch[i], message);
    for (std::size_t i = described; i < batch.descriptions().size(); ++i)
        mark(batch.descriptions()[i], message);
    truncated_ += out.truncated();
    return outcome;
}

Outcome nothing_in(const JsonFields& json) {
    return Outcome::ignore(json.not_finite() ? Ignored::not_a_number : Ignored::no_value);
}

std::optional<std::string> device_time(const FlatField& field) {
    if (field.kind == FlatField::Kind::text) {
        // "2026-01-10T12:00:03+09:00", also without an offset, as Tasmota writes local time
        std::string_view t = field.text;
        auto is = [&](std::size_t i, char c) { return t[i] == c; };
        bool date = t.size() >= 16 && t.size() <= 40 && is(4, '-') && is(7, '-') &&
                    (is(10, 'T') || is(10, ' ') || is(10, 't')) && is(13, ':') && t[0] >= '0' &&
                    t[0] <= '9';
        return date ? std::optional(std::string(t)) : std::nullopt;
    }
    if (field.kind != FlatField::Kind::number) return std::nullopt;
    constexpr double from = 978'307'200, to = 4'102'444'800; // 2001, 2100
    for (double unit : {1.0, 1e3, 1e6, 1e9}) {
        double seconds = field.number / unit;
        if (seconds < from || seconds >= to) continue;
        // to µs: what a double holds exactly
        return format_rfc3339(from_ns(std::llround(seconds * 1e6) * 1000));
    }
    return std::nullopt;
}

std::optional<bool> switch_word(std::string_view text) {
    if (text.size() > 5) return std::nullopt;
    if (iequals_ascii(text, "on") || iequals_ascii(text, "true")) return true;
    if (iequals_ascii(text, "off") || iequals_ascii(text, "false")) return false;
    return std::nullopt;
}

std::optional<bool> online_word(std::string_view text) {
    if (iequals_ascii(text, "online")) return true;
    if (iequals_ascii(text, "offline")) return false;
    return std::nullopt;
}

} // namespace caredian::ingest
