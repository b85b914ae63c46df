#include "ingest/decode/output.h"

#include "base/encoding.h"
#include "base/little_endian.h"
#include "ingest/content_hash.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
// Printable ASCII; eight bytes at a time.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    std::uint64_t odd = 0; // a byte's high bit: below 0x20, 0x7f, or not ASCII
    auto look = [&](std::uint64_t word) { odd |= (word - ones * ' ') | (word + ones) | word; };
    for (; text.size() >= 8; text.remove_prefix(8)) look(load_little<std::uint64_t>(&text.front()));
    if (!text.empty())
        look(load_little(text.data(), text.size()) | (ones * ' ') << (8 * text.size()));
    return (odd & highs) == 0;
}

std::string shorten(std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    std::uint64_t hash = ContentHash()(text);
    std::string out = sanitize_utf8(text, max_name - 9);
    if (out.size() > max_name - 9) out.resize(max_name - 9);
    out += '~';
    for (int i = 0; i < 8; ++i) out += digits[(hash >> (4 * i)) & 15];
    return out;
}

} // namespace

readings::Reading& ReadingBatch::add() {
    if (used_ == all_.size()) all_.emplace_back();
    auto& reading = all_[used_++];
    reading.fields.clear();
    reading.time = {};
    return reading;
}

void ReadingBatch::clear() {
    used_ = 0;
    if (!descriptions_.empty()) descriptions_ = {};
}

std::string_view clean_name(std::string_view text, std::string& buffer, std::string_view fallback) {
    if (text.empty()) return fallback;
    if (text.size() <= max_name && is_plain(text)) return text;
    bool controls = std::any_of(text.begin(), text.end(), is_control);
    if (text.size() <= max_name && !controls && is_utf8(text)) return text;
    buffer = text.size() <= max_name ? sanitize_utf8(text, max_name) : shorten(text);
    for (char& c : buffer)
        if (is_control(c)) c = '_';
    return buffer;
}

TopicParts split_topic(std::string_view topic) {
    while (!topic.empty() && topic.front() == '/') topic.remove_prefix(1);
    while (!topic.empty() && topic.back() == '/') topic.remove_suffix(1);
    TopicParts parts;
    if (topic.empty()) return {"mqtt", "mqtt", {}};
    auto front = topic.find('/');
    if (front == std::string_view::npos) return {topic, topic, {}};
    auto back = topic.rfind('/');
    parts.first = topic.substr(0, front);
    parts.last = topic.substr(back + 1);
    if (back > front) parts.middle = topic.substr(front + 1, back - front - 1);
    return parts;
}

void Output::start(std::string_view measurement, std::string_view device) {
    reading_ = &batch_.add();
    renamed_ = false;
    reading_->series.measurement.assign(clean_name(measurement, buffer_, "mqtt"));
    auto& tags = reading_->series.tags;
    tags.resize(1);
    tags[0].first.assign("device");
    tags[0].second.assign(clean_name(device, buffer_));
}

void Output::start_generic(std::string_view topic, std::string_view device) {
    TopicParts parts = split_topic(topic);
    start(parts.first, device.empty() ? parts.last : device);
    if (device.empty()) tag("path", parts.middle);
}

void Output::tag(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    auto& tags = reading_->series.tags;
    auto at =
        std::find_if(tags.begin(), tags.end(), [&](const auto& t) { return t.first >= name; });
    if (at == tags.end() || at->first != name) at = tags.emplace(at, name, std::string());
    at->second.assign(clean_name(value, buffer_));
}

readings::Field* Output::place(std::string_view wanted) {
    std::string_view name = clean_name(wanted, buffer_, "value");
    bool changed = name.data() != wanted.data();
    bool reserved = name == "time" || !reading_->series.tag(name).empty();
    if (reserved) {
        std::string longer = std::string(name) + "_value";
        buffer_ = std::move(longer);
        name = buffer_;
        changed = true;
    }
    auto& fields = reading_->fields;
    // Names as they come are unique; only one that was changed can meet another, before or after.
    renamed_ = renamed_ || changed;
    if (renamed_)
        for (auto& f : fields)
            if (f.name == name) return changed ? nullptr : &f;
    return &fields.emplace_back(std::string(name), 0.0);
}

void Output::number(std::string_view name, double value) {
    if (auto* f = place(name)) f->value = value;
}

void Output::boolean(std::string_view name, bool value) {
    if (auto* f = place(name)) f->value = value;
}

void Output::text(std::string_view name, std::string_view value) {
    auto* f = place(name);
    if (!f) return;
    if (value.size() > max_text_) ++truncated_;
    f->value = value.size() > max_text_ ? sanitize_utf8(value, max_text_) : std::string(value);
}

void Output::value(std::string_view name, const readings::FieldValue& value) {
    if (const auto* written = std::get_if<std::string>(&value)) return text(name, *written);
    if (auto* f = place(name)) f->value = value;
}

void Output::field(std::string_view name, const FlatField& value) {
    switch (value.kind) {
    case FlatField::Kind::number:
        return number(name, value.number);
    case FlatField::Kind::boolean:
        return boolean(name, value.boolean);
    case FlatField::Kind::text:
        return text(name, value.text);
    }
}

bool Output::has_fields() const {
    return reading_ && !reading_->fields.empty();
}

void Output::drop() {
    if (reading_) batch_.drop_from(batch_.size() - 1);
    reading_ = nullptr;
}

} // namespace caredian::ingest
