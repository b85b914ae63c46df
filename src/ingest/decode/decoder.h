// How a message becomes readings: one Decoder per convention, tried in the order of decoders.cpp.
#pragma once

#include "ingest/decode/json_fields.h"
#include "ingest/decode/output.h"
#include "ingest/decode/topic_memo.h"
#include "ingest/options.h"
#include "ingest/stats.h"
#include "readings/message.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

// What a payload looks like, found once for all decoders.
struct Content {
    enum class Kind : std::uint8_t {
        empty,  // nothing, or blanks
        object, // begins with { : must be JSON
        array,  // begins with [ and then what JSON allows
        scalar, // anything else: `text`, trimmed; the inside of "…" when it is a JSON string
    };
    Kind kind = Kind::empty;
    bool quoted = false; // a JSON string: "21" is text, not a number
    std::string_view text;
};

struct Input {
    const readings::Message& message;
    const TopicLevels& levels; // of the message's topic
    Content content;
};

// What a decoder did with a message.
struct Outcome {
    enum class Kind : std::uint8_t {
        decoded,   // readings are in the output, perhaps descriptions too
        described, // descriptions alone are in the output
        ignored,   // on purpose: `reason`
        broken,    // `broken` says how; the message goes to the dead letters
        not_mine,  // the next decoder may try
    };
    Kind kind = Kind::not_mine;
    Ignored reason = Ignored::count_;
    Broken broken = Broken::count_;

    static Outcome done() { return {Kind::decoded, {}, {}}; }
    static Outcome describe() { return {Kind::described, {}, {}}; }
    static Outcome ignore(Ignored why) { return {Kind::ignored, why, {}}; }
    static Outcome fail(Broken why) { return {Kind::broken, {}, why}; }
    static Outcome pass() { return {}; }
};

// "decoded", "described", "ignored", "broken"; "unknown" of not_mine
std::string_view to_string(Outcome::Kind kind);

// One thread. `json` is a parser that all decoders share: what it holds is gone with the next use.
class Decoder {
public:
    virtual ~Decoder() = default;
    virtual std::string_view name() const = 0;
    // May a message of this topic be mine? By the topic alone: it is asked once and remembered
    // (topic_memo.h), so that a message costs the decoders that may know it and no others.
    virtual bool claims(const TopicLevels& topic) const = 0;
    // The content decides: pass() when in doubt, so that a home's own topics are not misread.
    virtual Outcome decode(const Input& in, JsonFields& json, Output& out) = 0;
    // A topic whose payload may be up to DecodeOptions::max_metadata: asked only for one that is
    // above max_payload.
    virtual bool takes_large(std::string_view /*topic*/) const { return false; }
    // The rule of DecodeOptions::mappings that decided about the last message, from 1; 0: none.
    virtual std::size_t rule() const { return 0; }
};

// All decoders. Pure: the same message and options give the same readings.
class Decoders {
public:
    explicit Decoders(const DecodeOptions& options);
    // Adds the readings and descriptions of one message; row, time, topic and marks are set on
    // each. `left_out`: names of values that a rule could not cast are appended.
    Outcome decode(const readings::Message& message, ReadingBatch& batch,
                   std::vector<std::string>* left_out = nullptr);
    void set_mappings(std::vector<MappingRule> rules); // from the next message on
    // Who decided about the last message; nullptr: nobody was asked.
    const Decoder* decided_by() const { return decided_by_; }
    // Of all messages so far: texts cut; values that a rule could not cast.
    std::size_t truncated() const { return truncated_; }
    std::size_t left_out() const { return left_out_; }

private:
    Content look_at(std::string_view payload);
    bool too_large(const readings::Message& message) const;
    std::uint32_t find_claims(const TopicLevels& topic) const;
    DecodeOptions options_;
    JsonFields json_;
    TopicMemo topics_;
    std::vector<std::unique_ptr<Decoder>> decoders_;
    const Decoder* decided_by_ = nullptr;
    std::string unquoted_;
    std::size_t truncated_ = 0, left_out_ = 0;
};

// What a reading has of its message: row, times, marks, topic.
void mark(readings::Reading& reading, const readings::Message& message);

// ---- shared by decoders

// Which JSON error broke a message.
Broken broken(error_code error);

// What a reading without fields means: its values were nulls or not numbers.
Outcome nothing_in(const JsonFields& json);

// done() when the reading that was started last has fields; else it is taken back and nothing_in().
Outcome done_or_nothing(Output& out, const JsonFields& json);

// A bare payload as one value: a number, true or false as a boolean, else text.
struct Bare {
    FlatField value;
    Outcome outcome; // done() when there is a value; pass() when it is an object or array
};
Bare bare_value(const Content& content);

// A time that the payload carries, as text for the field `device_time`: a text as it stands when it
// reads as a date and time, a number when it is a plausible epoch (seconds, ms, µs or ns between
// 2001 and 2100) as RFC 3339 in UTC. So an uptime in seconds is never a time.
std::optional<std::string> device_time(const FlatField& field);

// ON/OFF, true/false in any case: the boolean. Others ("open", "1", "yes") stay text or number.
std::optional<bool> switch_word(std::string_view text);
// online/offline in any case.
std::optional<bool> online_word(std::string_view text);

// A member that says when: time, timestamp, ts, datetime or device_time in any case.
bool is_time_name(std::string_view name);
// The member that names the device: the text `device`, `device_id` or `id`; nullptr when none does.
const FlatField* device_field(const JsonFields& json);

// ---- one file each
std::unique_ptr<Decoder> make_mapping(const DecodeOptions&);
std::unique_ptr<Decoder> make_discovery(const DecodeOptions&);
std::unique_ptr<Decoder> make_known_topics(const DecodeOptions&);
std::unique_ptr<Decoder> make_zigbee2mqtt(const DecodeOptions&);
std::unique_ptr<Decoder> make_statestream(const DecodeOptions&);
std::unique_ptr<Decoder> make_tasmota_discovery(const DecodeOptions&);
std::unique_ptr<Decoder> make_tasmota(const DecodeOptions&);
std::unique_ptr<Decoder> make_shelly_gen2(const DecodeOptions&);
std::unique_ptr<Decoder> make_shelly_gen1(const DecodeOptions&);
std::unique_ptr<Decoder> make_esphome_discover(const DecodeOptions&);
std::unique_ptr<Decoder> make_esphome(const DecodeOptions&);
std::unique_ptr<Decoder> make_ble_gateway(const DecodeOptions&);
std::unique_ptr<Decoder> make_rtl_433(const DecodeOptions&);
std::unique_ptr<Decoder> make_frigate(const DecodeOptions&);
std::unique_ptr<Decoder> make_valetudo(const DecodeOptions&);
std::unique_ptr<Decoder> make_wled(const DecodeOptions&);
std::unique_ptr<Decoder> make_homie(const DecodeOptions&);
std::unique_ptr<Decoder> make_espresense(const DecodeOptions&);
std::unique_ptr<Decoder> make_generic_json(const DecodeOptions&);
std::unique_ptr<Decoder> make_number(const DecodeOptions&);
std::unique_ptr<Decoder> make_boolean(const DecodeOptions&);
std::unique_ptr<Decoder> make_text(const DecodeOptions&);

} // namespace caredian::ingest
