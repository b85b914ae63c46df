#include "base/json.h"
#include "history/exchange/posted_check.h"

#include <charconv>

namespace caredian::history {
namespace {

constexpr std::size_t deepest = 5;
constexpr std::string_view default_measurement = "readings";

std::string name_of(const json::key_value_pair& member) {
    return std::string(member.key());
}

// Whole nanoseconds, or RFC 3339. False: neither.
bool read_time(const json::value& v, WallTime& out) {
    if (const auto* ns = v.if_int64()) return out = from_ns(*ns), true;
    const auto* text = v.if_string();
    if (!text) return false;
    auto time = parse_rfc3339({text->data(), text->size()});
    if (time) out = *time;
    return time.has_value();
}

// False: no value that a field can have.
bool read_value(const json::value& v, readings::FieldValue& out) {
    switch (v.kind()) {
    case json::kind::bool_:
        out = v.get_bool();
        return true;
    case json::kind::string:
        out = std::string(v.get_string());
        return true;
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
        out = v.to_number<double>();
        return true;
    default:
        return false;
    }
}

std::string read_fields(const json::value& v, readings::Reading& out,
                        const PostedOptions& options) {
    const auto* fields = v.if_object();
    if (!fields) return "fields must be an object";
    if (fields->size() > options.limits.fields)
        return "more than " + std::to_string(options.limits.fields) + " fields";
    for (const auto& member : *fields) {
        auto& field = out.fields.emplace_back(readings::Field{name_of(member), 0.0});
        if (!read_value(member.value(), field.value))
            return "the field " + field.name + " is no number, boolean or text";
    }
    return {};
}

std::string read_tags(const json::value& v, readings::Reading& out) {
    const auto* tags = v.if_object();
    if (!tags) return "tags must be an object of texts";
    for (const auto& member : *tags) {
        if (!member.value().is_string()) return "the tag " + name_of(member) + " is no text";
        out.series.tags.emplace_back(name_of(member), std::string(member.value().get_string()));
    }
    return {};
}

std::string read_member(std::string_view name, const json::value& v, readings::Reading& out,
                        const PostedOptions& options) {
    if (name == "fields") return read_fields(v, out, options);
    if (name == "tags") return read_tags(v, out);
    if (name == "time") return read_time(v, out.time) ? "" : "time is RFC 3339 or whole ns";
    if (name == "measurement" || name == "device") {
        if (!v.is_string()) return std::string(name) + " must be a text";
        std::string text(v.get_string());
        if (name == "measurement")
            out.series.measurement = std::move(text);
        else if (text != options.device)
            return "it names another device than the path";
        return {};
    }
    return "a reading has measurement, fields, tags, time and device, and no " +
           std::string(name.substr(0, 64));
}

std::string read_reading(const json::value& v, readings::Reading& out, std::int64_t number,
                         const PostedOptions& options) {
    const auto* members = v.if_object();
    if (!members) return "it is no object";
    out.series.measurement = default_measurement;
    out.time = options.now + nanoseconds(number);
    for (const auto& member : *members) {
        auto wrong = read_member(member.key(), member.value(), out, options);
        if (!wrong.empty()) return wrong;
    }
    return finish_posted(out, options);
}

Posted unreadable(std::string why) {
    return PostedProblem{true, 0, std::move(why)};
}

result<json::value> parse(std::string_view body, Posted& wrong) {
    auto parsed = parse_json(body, {deepest});
    if (parsed) return parsed;
    if (parsed.error() == JsonErrc::not_finite)
        wrong = PostedProblem{false, 0, "a number is too large for a double"};
    else
        wrong = unreadable("the body is not JSON: " + parsed.error().message());
    return parsed;
}

// Reads the list's elements; `wanted` names it in what is said about them.
Posted read_list(const json::array& list, std::string_view wanted, const PostedOptions& options) {
    std::vector<readings::Reading> all;
    if (list.empty()) return unreadable(std::string(wanted) + " is empty");
    if (list.size() > options.limits.readings)
        return PostedProblem{false, 0,
                             "more than " + std::to_string(options.limits.readings) + " readings"};
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto wrong =
            read_reading(list[i], all.emplace_back(), static_cast<std::int64_t>(i), options);
        if (!wrong.empty())
            return PostedProblem{false, 0,
                                 std::string(wanted) + '[' + std::to_string(i) + "]: " + wrong};
    }
    return all;
}

const json::string* text_member(const json::value& object, std::string_view name) {
    const auto* members = object.if_object();
    const auto* value = members ? members->if_contains(name) : nullptr;
    return value ? value->if_string() : nullptr;
}

// Gives the point the default measurement, and takes `device_id` off its tags. What device it is
// of; empty: it does not say.
std::string from_original(json::value& point, const json::string* measurement) {
    auto* members = point.if_object();
    if (!members) return {};
    if (measurement && !members->contains("measurement")) (*members)["measurement"] = *measurement;
    auto* tags = members->if_contains("tags");
    if (!tags || !tags->is_object()) return {};
    std::string device;
    if (const auto* id = text_member(*tags, "device_id")) device = std::string(*id);
    if (const auto* named = text_member(*tags, "device"))
        device = std::string(*named);
    else
        tags->get_object().erase("device_id");
    return device;
}

} // namespace

Posted read_original_points(std::string_view body, PostedOptions& options) {
    Posted wrong;
    auto parsed = parse(body, wrong);
    if (!parsed) return wrong;
    auto* object = parsed->if_object();
    auto* points = object ? object->if_contains("points") : nullptr;
    if (!points || !points->is_array()) return unreadable("points must be an array");
    const auto* measurement = text_member(*parsed, "default_measurement");
    for (auto& point : points->get_array()) {
        auto device = from_original(point, measurement);
        if (device.empty())
            return PostedProblem{false, 0, "a point has no tag device or device_id"};
        if (options.device.empty()) options.device = device;
        if (options.device != device)
            return PostedProblem{false, 0, "the points of a request are of one device"};
    }
    if (auto no = wrong_device_name(options.device); !points->get_array().empty() && !no.empty())
        return PostedProblem{false, 0, std::move(no)};
    return read_list(points->get_array(), "points", options);
}

Posted read_posted_json(std::string_view body, const PostedOptions& options) {
    Posted bad;
    const auto parsed = parse(body, bad);
    if (!parsed) return bad;
    const auto* object = parsed->if_object();
    if (!object) return unreadable("the body is no object");
    const auto* list = object->if_contains("readings");
    if (!list) {
        std::vector<readings::Reading> all;
        if (!object->contains("fields")) return unreadable("it has neither readings nor fields");
        auto wrong = read_reading(*parsed, all.emplace_back(), 0, options);
        if (!wrong.empty()) return PostedProblem{false, 0, std::move(wrong)};
        return all;
    }
    if (!list->is_array() || object->size() != 1)
        return unreadable("readings must be an array, and alone");
    return read_list(list->get_array(), "readings", options);
}

} // namespace caredian::history
