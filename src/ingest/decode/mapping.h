// Rules of `ingest.mappings`, ready to be used: the first that matches a topic decides.
#pragma once

#include "ingest/decode/decoder.h"
#include "ingest/decode/pattern_index.h"
#include "ingest/decode/topic_pattern.h"
#include "ingest/mapping_rule.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace caredian::ingest {

// One thread. Rules with problems (problems_of) are passed over.
class Mapping final : public Decoder {
public:
    explicit Mapping(const std::vector<MappingRule>& rules);

    std::string_view name() const override { return "mapping"; }
    bool claims(const TopicLevels& topic) const override { return index_.first(topic).has_value(); }
    Outcome decode(const Input& in, JsonFields& json, Output& out) override;
    std::size_t rule() const override { return decided_; }
    // Whether the rule of this topic gives units to its fields.
    bool gives_units(const TopicLevels& topic) const;

private:
    struct Compiled {
        std::size_t number = 0; // in the settings, from 1
        MappingRule rule;
        TopicPattern pattern;
        FillIn measurement, device;
        std::vector<std::pair<std::string, FillIn>> tags;
        std::map<std::string, MappedField, std::less<>> fields;
        bool has_units = false;
    };
    // One message under its rule.
    struct Work {
        const Compiled& rule;
        const Input& in;
        const JsonFields* json = nullptr; // null: a bare payload
        Output& out;
        const FlatField* time = nullptr; // the value that is its time, and no field
        const FlatField* name = nullptr; // the one that names its device
        std::size_t failed = 0;          // casts
        bool unavailable = false;        // a value said that there is none
    };
    static std::optional<Compiled> compile(const MappingRule& rule, std::size_t number);
    Outcome structured(Work& work);
    Outcome bare(Work& work);
    bool start(Work& work);
    bool fill(const FillIn& text, const Work& work, std::string& out) const;
    static void add(Work& work, std::string_view name, const FlatField& value);
    static bool add_time(const Work& work);
    static Outcome nothing(const Work& work);
    void tell_units(const Work& work);

    std::vector<Compiled> rules_;
    PatternIndex index_; // of rules_
    std::size_t decided_ = 0;
    std::unordered_set<std::uint64_t> told_; // topics whose units were described
    std::string measurement_, device_, filled_, name_;
};

} // namespace caredian::ingest
