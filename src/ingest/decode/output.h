// Where decoders put readings: memory that is used again, and the rules for names and texts.
#pragma once

#include "ingest/decode/json_fields.h"
#include "readings/description.h"
#include "readings/reading.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

// Readings of many messages. clear() keeps the memory: a reading costs no allocation once the batch
// has had its largest size (names and texts of up to 15 bytes live inside std::string).
// Descriptions are rare and large: their memory goes with clear().
class ReadingBatch {
public:
    readings::Reading& add();
    void drop_from(std::size_t size) { used_ = size; }
    void clear();
    std::size_t size() const { return used_; }
    readings::Reading& operator[](std::size_t i) { return all_[i]; }
    std::span<const readings::Reading> view() const { return {all_.data(), used_}; }

    std::vector<readings::Description>& descriptions() { return descriptions_; }
    const std::vector<readings::Description>& descriptions() const { return descriptions_; }

private:
    std::vector<readings::Reading> all_;
    std::size_t used_ = 0;
    std::vector<readings::Description> descriptions_;
};

constexpr std::size_t max_name = 128; // bytes of a measurement, tag value or field name

// `text` as a name: not empty (then `fallback`), no control characters, valid UTF-8, at most
// max_name bytes (a longer one ends in a hash, so that two of them don't meet). Returns `text`
// itself when it is one already, else a view of `buffer`.
std::string_view clean_name(std::string_view text, std::string& buffer,
                            std::string_view fallback = "_");

// Parts of a topic. Empty levels at either end don't count: "/a/b/" is a, b.
struct TopicParts {
    std::string_view first;  // "mqtt" when there is none
    std::string_view last;   // = first when there is only one
    std::string_view middle; // what is between them, may hold slashes
};
TopicParts split_topic(std::string_view topic);

class Output {
public:
    // `left_out`: the names of leave_out(), for people.
    Output(ReadingBatch& batch, std::size_t max_text, std::vector<std::string>* left_out = nullptr)
        : batch_(batch), max_text_(max_text), names_left_out_(left_out) {}

    // Starts a reading; what follows goes to it.
    void start(std::string_view measurement, std::string_view device);
    // The series of a topic without any mapping: measurement = first level, device = last level
    // unless a name is given; then the levels between are the tag `path`, so that
    // home/kitchen/temperature and home/bath/temperature are two series.
    void start_generic(std::string_view topic, std::string_view device = {});
    void tag(std::string_view name, std::string_view value); // left out when empty

    // `time` becomes `time_value` (InfluxDB drops a field of that name), and a name that is a tag
    // of this reading gets `_value` too (a name is a tag or a field, never both). A field whose
    // name was changed so gives way to one that has it by nature.
    void number(std::string_view name, double value);
    void boolean(std::string_view name, bool value);
    void text(std::string_view name, std::string_view value); // cut at max_text
    void value(std::string_view name, const readings::FieldValue& value);
    void field(const FlatField& field) { this->field(field.name, field); }
    void field(std::string_view name, const FlatField& value);

    // What a device says about itself, besides readings or instead of them. The reference lives
    // until the next call. Row and time are set by Decoders, the topic when it is left empty.
    readings::Description& describe() { return batch_.descriptions().emplace_back(); }
    void take_back_description() { batch_.descriptions().pop_back(); }
    // The decoder makes up names, so two fields of this reading may get the same: the later counts.
    void names_may_meet() { renamed_ = true; }

    // A value that a rule wanted and could not have.
    void leave_out(std::string_view name) {
        ++left_out_;
        if (names_left_out_) names_left_out_->emplace_back(name);
    }

    // The point's time, where it is not that of the message.
    void at(WallTime time) { reading_->time = time; }

    bool has_fields() const; // of the reading that was started last
    void drop();             // takes it back
    std::size_t truncated() const { return truncated_; }
    std::size_t left_out() const { return left_out_; }

private:
    readings::Field* place(std::string_view wanted);
    ReadingBatch& batch_;
    std::size_t max_text_;
    readings::Reading* reading_ = nullptr;
    bool renamed_ = false; // a name of this reading was changed
    std::size_t truncated_ = 0, left_out_ = 0;
    std::vector<std::string>* names_left_out_;
    std::string buffer_;
};

} // namespace caredian::ingest
