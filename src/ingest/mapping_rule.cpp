#include "ingest/mapping_rule.h"

#include "ingest/decode/output.h"
#include "ingest/decode/topic_pattern.h"

#include <cmath>
#include <set>
#include <string_view>

namespace caredian::ingest {

namespace {

class Check {
public:
    explicit Check(const MappingRule& rule) : rule_(rule) {}

    std::vector<RuleProblem> run() {
        std::string why;
        auto pattern = TopicPattern::parse(rule_.topic, why);
        if (!pattern) {
            say("topic", {}, why);
            return std::move(problems_);
        }
        fill_in("measurement", {}, rule_.measurement, *pattern);
        fill_in("device", {}, rule_.device, *pattern);
        tags(*pattern);
        if (rule_.fields.size() > max_mapped_fields)
            say("fields", {}, "has more than " + std::to_string(max_mapped_fields) + " entries");
        for (const auto& field : rule_.fields) one_field(field);
        bool more = !rule_.fields.empty() || !rule_.tags.empty() || !rule_.measurement.empty() ||
                    !rule_.device.empty() || rule_.time.payload || !rule_.keep_rest;
        if (rule_.drop && more)
            say("drop", {}, "leaves the message out: nothing else of the rule can hold");
        return std::move(problems_);
    }

private:
    void say(std::string part, std::string key, std::string what) {
        problems_.push_back({std::move(part), std::move(key), std::move(what)});
    }

    void fill_in(const std::string& part, const std::string& key, const std::string& text,
                 const TopicPattern& pattern) {
        std::string why;
        if (!FillIn::parse(text, pattern, why)) say(part, key, why);
    }

    bool good_name(const std::string& part, const std::string& key, const std::string& name) {
        std::string buffer;
        if (name.empty())
            say(part, key, "has an empty name");
        else if (clean_name(name, buffer).data() != name.data())
            say(part, key,
                "has a name with control characters, or of more than " + std::to_string(max_name) +
                    " bytes");
        else
            return true;
        return false;
    }

    void tags(const TopicPattern& pattern) {
        std::set<std::string_view> names;
        for (const auto& [name, value] : rule_.tags) {
            if (name == "device")
                say("tags", name, "is not set here: use device of the rule");
            else if (name == "time")
                say("tags", name, "is no name for a tag");
            else if (!names.insert(name).second)
                say("tags", name, "is given twice");
            else if (good_name("tags", name, name))
                fill_in("tags", name, value, pattern);
        }
    }

    void one_field(const MappedField& field) {
        auto wrong = [&](std::string what) { say("fields", field.from, std::move(what)); };
        good_name("fields", field.from, field.from);
        if (!from_.insert(field.from).second) wrong("is given twice");
        std::string_view name = field.name.empty() ? field.from : field.name;
        if (!field.name.empty()) good_name("fields", field.from, field.name);
        if (!field.drop && !to_.insert(name).second)
            wrong("becomes " + std::string(name) + ", as another field does");
        using enum MappedField::Type;
        bool numbers = field.type == as_it_is || field.type == number || field.type == integer;
        if ((field.scale != 1 || field.offset != 0) && !numbers)
            wrong("scale and offset are for numbers");
        if (!std::isfinite(field.scale) || !std::isfinite(field.offset))
            wrong("scale and offset must be finite");
        if (!(field.on.empty() && field.off.empty()) && field.type != boolean)
            wrong("on and off are for type: boolean");
    }

    const MappingRule& rule_;
    std::set<std::string_view> from_, to_; // of fields
    std::vector<RuleProblem> problems_;
};

} // namespace

std::string RuleProblem::text() const {
    return part + ": " + (key.empty() ? "" : key + ": ") + what;
}

std::vector<RuleProblem> problems_of(const MappingRule& rule) {
    return Check(rule).run();
}

std::optional<std::size_t> shadowed_by(const std::vector<MappingRule>& rules, std::size_t at) {
    std::string why;
    auto own = TopicPattern::parse(rules[at].topic, why);
    for (std::size_t i = 0; own && i < at; ++i) {
        auto earlier = TopicPattern::parse(rules[i].topic, why);
        if (earlier && earlier->covers(*own)) return i;
    }
    return std::nullopt;
}

} // namespace caredian::ingest
