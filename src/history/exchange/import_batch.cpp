#include "history/exchange/import_batch.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace caredian::history {
namespace {

constexpr std::size_t kBatch = 1'000; // readings

} // namespace

bool ImportBatch::add(readings::Reading&& reading) {
    ++report.lines;
    report.values += reading.fields.size();
    if (!batch_.empty()) {
        auto& last = batch_.back();
        auto there = [&](const readings::Field& field) {
            return std::any_of(last.fields.begin(), last.fields.end(),
                               [&](const auto& f) { return f.name == field.name; });
        };
        bool joins = last.time == reading.time && last.series == reading.series &&
                     last.fields.size() < 1'000 &&
                     std::none_of(reading.fields.begin(), reading.fields.end(), there);
        if (joins) {
            std::move(reading.fields.begin(), reading.fields.end(),
                      std::back_inserter(last.fields));
            return true;
        }
    }
    if (batch_.size() >= kBatch && !flush()) return false;
    batch_.push_back(std::move(reading));
    return true;
}

void ImportBatch::reject(std::uint64_t line, std::string_view reason) {
    ++report.lines;
    ++report.rejected;
    if (report.errors.size() < ImportReport::kKept)
        report.errors.push_back({line, std::string(reason)});
}

bool ImportBatch::flush() {
    if (batch_.empty()) return true;
    bool more = take_(batch_);
    batch_.clear();
    return more;
}

std::string_view finish_key(readings::SeriesKey& key, std::string_view device_tag) {
    auto& tags = key.tags;
    if (!device_tag.empty())
        for (auto& [name, value] : tags)
            if (name == device_tag) name = "device";
    std::sort(tags.begin(), tags.end());
    auto twice = [](const auto& a, const auto& b) { return a.first == b.first; };
    if (std::adjacent_find(tags.begin(), tags.end(), twice) != tags.end())
        return "a tag is given twice";
    if (key.tag("device").empty()) return "the tag device is missing";
    return {};
}

namespace {

template <class T>
bool parse_whole(std::string_view text, T& out) {
    auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
    return failed == std::errc() && end == text.data() + text.size();
}

bool parse_number(std::string_view text, double& out) {
    if (text == "NaN") out = std::numeric_limits<double>::quiet_NaN();
    if (text == "+Inf") out = std::numeric_limits<double>::infinity();
    if (text == "-Inf") out = -std::numeric_limits<double>::infinity();
    if (text == "NaN" || text == "+Inf" || text == "-Inf") return true;
    return parse_whole(text, out) && std::isfinite(out);
}

} // namespace

bool parse_value(std::string_view type, std::string_view text, readings::FieldValue& out) {
    if (type == "float") {
        double number = 0;
        if (!parse_number(text, number)) return false;
        out = number;
        return true;
    }
    if (type == "integer") {
        std::int64_t integer = 0;
        if (!parse_whole(text, integer)) return false;
        out = integer;
        return true;
    }
    if (type == "boolean") {
        out = text == "true";
        return text == "true" || text == "false";
    }
    out = std::string(text);
    return type == "string";
}

std::optional<std::int64_t> parse_precision(std::string_view name) {
    if (name == "ns") return 1;
    if (name == "us") return 1'000;
    if (name == "ms") return 1'000'000;
    if (name == "s") return 1'000'000'000;
    return std::nullopt;
}

} // namespace caredian::history
