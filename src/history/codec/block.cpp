#include "history/codec/block.h"

#include <algorithm>
#include <bit>
#include <variant>

namespace caredian::history {
namespace {

using readings::FieldType;

constexpr std::int64_t kMaxSpan = std::int64_t{31} * 24 * 3600 * 1'000'000'000;
constexpr std::size_t kSpanPoints = 16; // fewer points are not closed for their span
constexpr std::size_t kColumnBytes = sizeof(Column) + 16;

bool same(const Column& column, const readings::Field& field) {
    return column.type == readings::type_of(field.value) && column.name == field.name;
}

} // namespace

// Messages of a device carry the same fields in the same order, so the next column is nearly always
// the right one. Only columns that were there before this point are searched: names are unique.
Column& Block::column_for(const readings::Field& field, std::size_t existing, std::size_t& hint) {
    for (std::size_t i = 0; i < existing; ++i) {
        std::size_t at = hint + i < existing ? hint + i : hint + i - existing;
        if (!same(columns[at], field)) continue;
        hint = at + 1 < existing ? at + 1 : 0;
        return columns[at];
    }
    Column& column = columns.emplace_back();
    column.name = field.name;
    column.type = readings::type_of(field.value);
    bytes_ += kColumnBytes + field.name.size();
    return column;
}

void Block::put(Column& column, const readings::FieldValue& value) {
    bytes_ += 8;
    switch (column.type) {
    case FieldType::number:
        column.values.push_back(std::bit_cast<std::int64_t>(std::get<double>(value)));
        return;
    case FieldType::integer:
        column.values.push_back(std::get<std::int64_t>(value));
        return;
    case FieldType::boolean:
        column.values.push_back(std::get<bool>(value) ? 1 : 0);
        return;
    case FieldType::text:
        break;
    }
    const auto& text = std::get<std::string>(value);
    auto known = std::find(column.dictionary.begin(), column.dictionary.end(), text);
    column.values.push_back(known - column.dictionary.begin());
    if (known != column.dictionary.end()) return;
    column.dictionary.push_back(text);
    bytes_ += sizeof(std::string) + text.size();
}

void Block::append(std::int64_t time, std::span<const readings::Field> fields) {
    std::size_t point = times.size();
    from_ = point == 0 ? time : std::min(from_, time);
    to_ = point == 0 ? time : std::max(to_, time);
    times.push_back(time);
    bytes_ += 8;
    std::size_t existing = columns.size();
    std::size_t hint = 0;
    for (const auto& field : fields) {
        Column& column = column_for(field, existing, hint);
        column.present[point / 64] |= std::uint64_t{1} << (point % 64);
        put(column, field.value);
    }
}

bool Block::full() const {
    if (times.size() >= kBlockPoints || bytes_ >= kBlockBytes) return true;
    if (times.size() < kSpanPoints) return false;
    return static_cast<std::uint64_t>(to_) - static_cast<std::uint64_t>(from_) > kMaxSpan;
}

std::size_t Block::value_count() const {
    std::size_t count = 0;
    for (const auto& column : columns) count += column.values.size();
    return count;
}

void Block::measure() {
    bytes_ = times.size() * 8;
    for (const auto& column : columns) {
        bytes_ += kColumnBytes + column.name.size() + column.values.size() * 8;
        for (const auto& text : column.dictionary) bytes_ += sizeof(std::string) + text.size();
    }
    if (times.empty()) return;
    auto [low, high] = std::minmax_element(times.begin(), times.end());
    from_ = *low;
    to_ = *high;
}

} // namespace caredian::history
