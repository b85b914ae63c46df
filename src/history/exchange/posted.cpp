#include "history/exchange/posted.h"

#include "base/encoding.h"
#include "history/exchange/import_batch.h"
#include "history/exchange/line_splitter.h"
#include "history/exchange/posted_check.h"

#include <algorithm>
#include <cmath>

namespace caredian::history {
namespace {

constexpr std::string_view device_tag = "device";

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Names that stores can hold and give back as they are.
std::string wrong_name(std::string_view what, std::string_view name, const PostedLimits& limits) {
    std::string where = std::string(what) + ' ';
    if (name.empty()) return where + "is empty";
    if (name.size() > limits.name)
        return where + "is longer than " + std::to_string(limits.name) + " bytes";
    if (!is_utf8(name)) return where + "is not UTF-8";
    if (std::any_of(name.begin(), name.end(), is_control))
        return where + "holds a control character";
    if (name.back() == '\\') return where + "ends in a backslash";
    return {};
}

std::string wrong_value(const readings::Field& field, const PostedLimits& limits) {
    if (const auto* number = std::get_if<double>(&field.value); number && !std::isfinite(*number))
        return "the field " + field.name + " is not a finite number";
    const auto* text = std::get_if<std::string>(&field.value);
    if (!text) return {};
    if (text->size() > limits.text)
        return "the field " + field.name + " is longer than " + std::to_string(limits.text) +
               " bytes";
    if (!is_utf8(*text)) return "the field " + field.name + " is not UTF-8";
    return {};
}

std::string wrong_time(WallTime time, const PostedOptions& options) {
    if (time > options.now + options.limits.ahead)
        return "the time is more than 10 minutes ahead of the gateway's clock";
    if (time < options.now - options.limits.oldest)
        return "the time is older than a year: older history is imported (/api/v1/import)";
    return {};
}

std::string wrong_key(readings::SeriesKey& key, const PostedOptions& options) {
    if (auto wrong = wrong_name("the measurement", key.measurement, options.limits); !wrong.empty())
        return wrong;
    if (key.measurement.front() == '_' || key.measurement == "mqtt_raw")
        return "the measurement is reserved";
    bool named = false;
    for (const auto& [name, value] : key.tags) {
        if (auto wrong = wrong_name("a tag's name", name, options.limits); !wrong.empty())
            return wrong;
        if (auto wrong = wrong_name("the tag " + name, value, options.limits); !wrong.empty())
            return wrong;
        if (name == "time" || name == "_field" || name == "_measurement")
            return "the tag " + name + " is reserved";
        if (name != device_tag) continue;
        if (value != options.device) return "it names another device than the path";
        named = true;
    }
    if (!named) key.tags.emplace_back(device_tag, options.device);
    if (key.tags.size() > options.limits.tags + 1)
        return "more than " + std::to_string(options.limits.tags) + " tags";
    std::sort(key.tags.begin(), key.tags.end());
    auto twice = [](const auto& a, const auto& b) { return a.first == b.first; };
    if (std::adjacent_find(key.tags.begin(), key.tags.end(), twice) != key.tags.end())
        return "a tag is given twice";
    return {};
}

} // namespace

std::string wrong_device_name(std::string_view name, const PostedLimits& limits) {
    if (name.find_first_of("+#") != std::string_view::npos) return "the device's name holds + or #";
    return wrong_name("the device's name", name, limits);
}

std::string finish_posted(readings::Reading& reading, const PostedOptions& options) {
    if (auto wrong = wrong_key(reading.series, options); !wrong.empty()) return wrong;
    if (reading.fields.empty()) return "it has no fields";
    if (reading.fields.size() > options.limits.fields)
        return "more than " + std::to_string(options.limits.fields) + " fields";
    for (const auto& field : reading.fields) {
        if (auto wrong = wrong_name("a field's name", field.name, options.limits); !wrong.empty())
            return wrong;
        if (field.name == "time") return "a field cannot be called time";
        if (!reading.series.tag(field.name).empty())
            return field.name + " is a tag and a field: it can be but one of them";
        if (auto wrong = wrong_value(field, options.limits); !wrong.empty()) return wrong;
    }
    return wrong_time(reading.time, options);
}

Posted read_posted_lines(std::string_view body, const PostedOptions& options) {
    std::vector<readings::Reading> all;
    PostedProblem problem;
    ImportOptions as;
    as.unit_ns = options.unit_ns;
    as.now_ns = to_ns(options.now);
    LineSplitter lines([&](std::string_view line, std::uint64_t number) {
        readings::Reading& reading = all.emplace_back();
        std::string wrong = line.empty() ? std::string("the line is too long")
                                         : std::string(parse_line(line, as, number, reading));
        if (all.size() > options.limits.readings)
            wrong = "more than " + std::to_string(options.limits.readings) + " lines";
        if (wrong.empty()) wrong = finish_posted(reading, options);
        if (!wrong.empty()) problem = {false, number, std::move(wrong)};
        return problem.reason.empty();
    });
    if (!lines.add(body) || !lines.finish()) return problem;
    if (all.empty()) return PostedProblem{true, 0, "there is no line with a reading"};
    return all;
}

} // namespace caredian::history
