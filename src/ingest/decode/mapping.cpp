#include "ingest/decode/mapping.h"

#include "base/json.h"
#include "ingest/content_hash.h"
#include "ingest/decode/describe.h"
#include "ingest/decode/mapping_value.h"
#include "ingest/decode/names.h"

namespace caredian::ingest {

namespace {

constexpr std::string_view bare_name = "value";    // what rules call a bare payload
constexpr std::string_view list_prefix = "value_"; // and the elements of one that is a list
constexpr std::size_t most_told = 20'000;

const FlatField* find_field(const JsonFields* json, std::string_view name) {
    if (!json) return nullptr;
    if (!json->is_object()) {
        if (!name.starts_with(list_prefix)) return nullptr;
        name.remove_prefix(list_prefix.size());
    }
    for (const auto& f : json->fields())
        if (f.name == name) return &f;
    return nullptr;
}

const FlatField* find_time(const MappedTime& rule, const JsonFields& json) {
    if (!rule.field.empty()) return find_field(&json, rule.field);
    for (const auto& f : json.fields())
        if (f.top && is_time_name(f.name)) return &f;
    return nullptr;
}

void append_text(std::string& out, const FlatField& f) {
    if (f.kind == FlatField::Kind::text)
        out += f.text;
    else if (f.kind == FlatField::Kind::number)
        append_number(out, f.number);
    else
        out += f.boolean ? "true" : "false";
}

std::string_view name_of(const MappedField& field) {
    return field.name.empty() ? field.from : field.name;
}

} // namespace

Mapping::Mapping(const std::vector<MappingRule>& rules) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
        auto compiled = compile(rules[i], i + 1);
        if (!compiled) continue;
        index_.add(compiled->pattern);
        rules_.push_back(std::move(*compiled));
    }
}

std::optional<Mapping::Compiled> Mapping::compile(const MappingRule& rule, std::size_t number) {
    std::string why;
    auto pattern = TopicPattern::parse(rule.topic, why);
    if (!pattern || !problems_of(rule).empty()) return std::nullopt;
    Compiled made;
    made.number = number;
    made.rule = rule;
    made.pattern = *pattern;
    auto filled = [&](std::string text, std::string_view level) {
        if (text.empty() && pattern->has(level)) text = '{' + std::string(level) + '}';
        return *FillIn::parse(text, *pattern, why);
    };
    made.measurement = filled(rule.measurement, "measurement");
    made.device = filled(rule.device, "device");
    auto tags = rule.tags;
    if (!rule.has_tags)
        for (const auto& [name, at] : pattern->names())
            if (!is_one_of(name, {"device", "measurement", "time"}))
                tags.emplace_back(name, '{' + name + '}');
    for (const auto& [name, value] : tags)
        made.tags.emplace_back(name, *FillIn::parse(value, *pattern, why));
    for (const auto& field : rule.fields) {
        made.fields.emplace(field.from, field);
        made.has_units = made.has_units || (!field.unit.empty() && !field.drop);
    }
    return made;
}

Outcome Mapping::decode(const Input& in, JsonFields& json, Output& out) {
    decided_ = 0;
    auto found = index_.first(in.levels);
    if (!found || in.content.kind == Content::Kind::empty) return Outcome::pass();
    const Compiled& rule = rules_[*found];
    decided_ = rule.number;
    if (rule.rule.drop) return Outcome::ignore(Ignored::mapped_out);
    Work work{.rule = rule, .in = in, .out = out};
    bool whole = in.content.kind == Content::Kind::scalar;
    if (!whole) {
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        work.json = &json;
    }
    Outcome outcome = whole ? bare(work) : structured(work);
    if (outcome.kind == Outcome::Kind::decoded && rule.has_units) tell_units(work);
    return outcome;
}

Outcome Mapping::structured(Work& work) {
    const JsonFields& json = *work.json;
    work.time = find_time(work.rule.rule.time, json);
    if (!start(work)) return Outcome::fail(Broken::mapping_missing_value);
    for (const auto& f : json.fields()) {
        if (&f == work.name) continue;
        if (&f == work.time && add_time(work)) continue;
        std::string_view name = f.name;
        if (!json.is_object()) name = (name_ = list_prefix) += f.name;
        add(work, name, f);
    }
    return work.out.has_fields() ? Outcome::done() : nothing(work);
}

Outcome Mapping::bare(Work& work) {
    Bare value = bare_value(work.in.content);
    if (value.outcome.kind != Outcome::Kind::decoded) return value.outcome;
    if (!start(work)) return Outcome::fail(Broken::mapping_missing_value);
    auto on = switch_word(work.in.content.text);
    bool text = value.value.kind == FlatField::Kind::text;
    if (work.rule.fields.contains(bare_name))
        add(work, bare_name, value.value);
    else if (work.rule.rule.keep_rest && on) // as decoders without a rule name them
        work.out.boolean("value_bool", *on);
    else if (work.rule.rule.keep_rest)
        work.out.field(text ? "state" : bare_name, value.value);
    return work.out.has_fields() ? Outcome::done() : nothing(work);
}

// Why there is no field: what a device failed to say goes to the dead letters, what the rule or the
// device left out on purpose does not.
Outcome Mapping::nothing(const Work& work) {
    work.out.drop();
    if (work.failed > 0) return Outcome::fail(Broken::mapping_no_cast);
    if (work.unavailable) return Outcome::ignore(Ignored::unavailable);
    if (work.json && work.json->fields().empty()) return nothing_in(*work.json);
    return Outcome::ignore(Ignored::mapped_to_nothing);
}

// False: the rule names measurement or device by a value that the payload does not have.
bool Mapping::start(Work& work) {
    const Compiled& rule = work.rule;
    if (!fill(rule.device, work, device_) || !fill(rule.measurement, work, measurement_))
        return false;
    if (device_.empty() && work.json) {
        work.name = device_field(*work.json);
        if (work.name) device_ = work.name->text;
    }
    TopicParts parts = split_topic(work.in.message.topic);
    work.out.start(measurement_.empty() ? parts.first : std::string_view(measurement_),
                   device_.empty() ? parts.last : std::string_view(device_));
    work.out.names_may_meet();
    for (const auto& [name, value] : rule.tags) {
        (void)fill(value, work, filled_);
        work.out.tag(name, filled_);
    }
    return true;
}

bool Mapping::fill(const FillIn& text, const Work& work, std::string& out) const {
    out.clear();
    bool whole = true;
    for (const auto& part : text.parts()) {
        switch (part.kind) {
        case FillIn::Part::Kind::text:
            out += part.text;
            break;
        case FillIn::Part::Kind::level:
            out += work.rule.pattern.level(work.in.levels, part.text);
            break;
        case FillIn::Part::Kind::payload: {
            const FlatField* f = find_field(work.json, part.text);
            whole = whole && f && (f->kind != FlatField::Kind::text || !f->text.empty());
            if (f) append_text(out, *f);
            break;
        }
        }
    }
    return whole;
}

// False: it does not read as a time, or the rule names it a field: then it is an ordinary value.
bool Mapping::add_time(const Work& work) {
    bool is_field = work.rule.fields.contains(work.time->name);
    if (work.rule.rule.time.payload) {
        auto time = payload_time(*work.time, work.rule.rule.time);
        if (time) work.out.at(point_time(*time, work.in.message));
        return time && !is_field;
    }
    if (is_field) return false;
    auto time = device_time(*work.time);
    if (time) work.out.text("device_time", *time);
    return time.has_value();
}

void Mapping::add(Work& work, std::string_view name, const FlatField& value) {
    auto known = work.rule.fields.find(name);
    if (known == work.rule.fields.end()) {
        if (work.rule.rule.keep_rest) work.out.field(name, value);
        return;
    }
    const MappedField& field = known->second;
    if (field.drop) return;
    if (auto made = cast(value, field)) {
        work.out.value(name_of(field), *made);
    } else if (says_nothing(value)) {
        work.unavailable = true;
    } else {
        ++work.failed;
        work.out.leave_out(name);
    }
}

bool Mapping::gives_units(const TopicLevels& topic) const {
    auto found = index_.first(topic);
    return found && rules_[*found].has_units;
}

// Once for each topic: the registry keeps it.
void Mapping::tell_units(const Work& work) {
    std::string_view topic = work.in.message.topic;
    if (!is_topic(topic)) return;
    if (told_.size() >= most_told) told_.clear();
    if (!told_.insert(ContentHash()(topic)).second) return;
    auto& said = work.out.describe();
    said.origin = name();
    for (const auto& field : work.rule.rule.fields) {
        if (field.unit.empty() || field.drop) continue;
        auto& entity = said.entities.emplace_back();
        entity.id = entity.field = name_of(field);
        entity.component = "sensor";
        entity.unit = label(field.unit);
        entity.state_topic = topic;
    }
}

std::unique_ptr<Decoder> make_mapping(const DecodeOptions& options) {
    return std::make_unique<Mapping>(options.mappings);
}

} // namespace caredian::ingest
