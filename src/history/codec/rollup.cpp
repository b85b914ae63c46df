// encode_rollup and decode_rollup. Columns, by the letter before the field's name:
//   c  integer         numeric values; absent where there are none
//   l  by its type     the last numeric value, where c is
//   n, x               the smallest and the largest, integers or numbers; absent where all values
//                      are equal and their sum is exact: then they, and the sum, follow from c and
//                      l
//   u  integer         the sum in units of 10^-p, where n is and the sum is exact
//   p  integer         0 to 15, where u is
//   f  number          the sum, where n is and the sum is not exact
//   t  integer         texts; absent where there are none
#include "history/codec/rollup.h"

#include "history/codec/block.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <optional>

namespace caredian::history {
namespace {

using readings::FieldType;

constexpr std::string_view kLetters = "clnxupft";

std::int64_t raw_bits(const Value& v) {
    switch (v.type) {
    case FieldType::number:
        return std::bit_cast<std::int64_t>(v.number);
    case FieldType::boolean:
        return v.boolean ? 1 : 0;
    case FieldType::integer:
    case FieldType::text:
        break;
    }
    return v.integer;
}

Value from_bits(FieldType type, std::int64_t raw) {
    Value v;
    v.type = type;
    if (type == FieldType::number)
        v.number = std::bit_cast<double>(raw);
    else if (type == FieldType::boolean)
        v.boolean = raw != 0;
    else
        v.integer = raw;
    return v;
}

Value edge(const Summary& s, Aggregate fn) {
    Value v;
    std::string none;
    s.give(fn, v, none);
    return v;
}

// min, max and the sum follow from the count and the last value.
bool is_flat(const Summary& s) {
    Value min = edge(s, Aggregate::min);
    Value max = edge(s, Aggregate::max);
    const Value& last = s.last_number();
    bool like_last = (min.type == FieldType::number) == (last.type == FieldType::number);
    return s.sum().exact() && like_last && raw_bits(min) == raw_bits(max) &&
           raw_bits(min) == raw_bits(last);
}

// Puts values into the columns of a block, bucket by bucket.
class Columns {
public:
    explicit Columns(Block& block) : block_(block) {}
    void put(char letter, const std::string& name, std::size_t point, FieldType type,
             std::int64_t raw) {
        auto key = std::make_pair(letter + name, type);
        auto [it, added] = indexes_.try_emplace(std::move(key), block_.columns.size());
        if (added) {
            Column& made = block_.columns.emplace_back();
            made.name = it->first.first;
            made.type = type;
        }
        Column& column = block_.columns[it->second];
        column.present[point / 64] |= std::uint64_t{1} << (point % 64);
        column.values.push_back(raw);
    }

private:
    Block& block_;
    std::map<std::pair<std::string, FieldType>, std::size_t> indexes_;
};

void put_sum(Columns& columns, const std::string& name, std::size_t point, const ExactSum& sum,
             unsigned power) {
    auto units = sum.units(power);
    if (!units) {
        power = sum.power(); // too large for the digits that others of the row have
        units = sum.units(power);
    }
    if (!units) {
        columns.put('f', name, point, FieldType::number, std::bit_cast<std::int64_t>(sum.value()));
        return;
    }
    columns.put('u', name, point, FieldType::integer, *units);
    columns.put('p', name, point, FieldType::integer, power);
}

void put_bucket(Columns& columns, const std::string& name, std::size_t point, const Summary& s,
                unsigned power) {
    if (s.texts() > 0)
        columns.put('t', name, point, FieldType::integer, static_cast<std::int64_t>(s.texts()));
    if (s.numbers() == 0) return;
    columns.put('c', name, point, FieldType::integer, static_cast<std::int64_t>(s.numbers()));
    columns.put('l', name, point, s.last_number().type, raw_bits(s.last_number()));
    if (is_flat(s)) return;
    Value min = edge(s, Aggregate::min);
    Value max = edge(s, Aggregate::max);
    columns.put('n', name, point, min.type, raw_bits(min));
    columns.put('x', name, point, max.type, raw_bits(max));
    put_sum(columns, name, point, s.sum(), power);
}

// One field's columns of a block, looked at bucket by bucket.
struct FieldColumns {
    struct At {
        const Column* column = nullptr;
        std::size_t next = 0;
    };
    // Up to three types under one letter.
    std::array<std::array<At, 4>, 8> by_letter{};

    bool add(const Column& column) {
        auto letter = kLetters.find(column.name.front());
        if (letter == std::string_view::npos) return false;
        At& at = by_letter[letter][static_cast<std::size_t>(column.type)];
        if (at.column != nullptr) return false;
        at.column = &column;
        return true;
    }
    // The value that the point has under this letter. Two are refused: `good` becomes false.
    std::optional<Value> take(char letter, std::size_t point, bool& good) {
        std::optional<Value> found;
        for (At& at : by_letter[kLetters.find(letter)]) {
            if (at.column == nullptr || !at.column->has(point)) continue;
            if (found) good = false;
            found = from_bits(at.column->type, at.column->values[at.next++]);
        }
        return found;
    }
};

bool is_count(const std::optional<Value>& v) {
    return v && v->type == FieldType::integer && v->integer > 0;
}

bool take_sum(FieldColumns& columns, std::size_t point, ExactSum& sum) {
    bool good = true;
    auto units = columns.take('u', point, good);
    auto power = columns.take('p', point, good);
    auto inexact = columns.take('f', point, good);
    if (!good || units.has_value() == inexact.has_value() || units.has_value() != power.has_value())
        return false;
    if (inexact) {
        if (inexact->type != FieldType::number) return false;
        sum.add_inexact(inexact->number);
        return true;
    }
    if (units->type != FieldType::integer || power->type != FieldType::integer) return false;
    if (power->integer < 0 || power->integer > std::int64_t{ExactSum::kMaxPower}) return false;
    sum.add_scaled(units->integer, static_cast<unsigned>(power->integer));
    return true;
}

// Equal values: what follows from the last one and the count. False: such a bucket isn't flat.
bool take_flat(Summary::Kept& kept) {
    kept.whole = kept.last.type != FieldType::number;
    kept.min = kept.last;
    if (kept.last.type == FieldType::boolean) {
        kept.min.type = FieldType::integer;
        kept.min.integer = kept.last.boolean ? 1 : 0;
    }
    kept.max = kept.min;
    ExactSum one;
    if (kept.whole)
        one.add(kept.min.integer);
    else
        one.add(kept.min.number);
    if (!one.exact()) return false;
    auto units = one.units(one.power());
    if (!units) return false;
    Int128 all = 0;
    if (__builtin_mul_overflow(Int128{*units}, static_cast<Int128>(kept.numbers), &all))
        return false;
    kept.sum.add_scaled(all, one.power());
    return kept.sum.exact();
}

bool take_edges(FieldColumns& columns, std::size_t point, Summary::Kept& kept) {
    bool good = true;
    auto min = columns.take('n', point, good);
    auto max = columns.take('x', point, good);
    if (!good || min.has_value() != max.has_value()) return false;
    if (!min) return take_flat(kept);
    if (min->type != max->type || min->type == FieldType::boolean) return false;
    kept.whole = min->type == FieldType::integer;
    kept.min = *min;
    kept.max = *max;
    return take_sum(columns, point, kept.sum);
}

// nullopt: not what encode_rollup writes. An empty summary: nothing of the field in this bucket.
std::optional<Summary> take_bucket(FieldColumns& columns, std::size_t point) {
    Summary::Kept kept;
    bool good = true;
    auto count = columns.take('c', point, good);
    auto last = columns.take('l', point, good);
    auto texts = columns.take('t', point, good);
    if (!good || count.has_value() != last.has_value()) return std::nullopt;
    if (texts) {
        if (!is_count(texts)) return std::nullopt;
        kept.texts = static_cast<std::uint64_t>(texts->integer);
    }
    if (count) {
        if (!is_count(count)) return std::nullopt;
        kept.numbers = static_cast<std::uint64_t>(count->integer);
        kept.last = *last;
        if (!take_edges(columns, point, kept)) return std::nullopt;
    }
    return Summary::of(kept);
}

// Every value was asked for: none stands where its bucket has no use for it.
bool all_taken(const FieldColumns& columns) {
    for (const auto& letter : columns.by_letter)
        for (const auto& at : letter)
            if (at.column != nullptr && at.next != at.column->values.size()) return false;
    return true;
}

bool starts_are_good(const Block& block, Level level) {
    const auto& times = block.times;
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (times[i] % bucket_width(level) != 0) return false;
        if (i > 0 && times[i] <= times[i - 1]) return false;
    }
    return piece_of(times.front(), row_width(level)) == piece_of(times.back(), row_width(level));
}

bool read_row(const Block& block, Level level, RollupRow& row) {
    row.fields.clear();
    row.buckets.clear();
    if (!starts_are_good(block, level)) return false;
    std::map<std::string, std::size_t, std::less<>> indexes;
    std::vector<FieldColumns> columns;
    for (const auto& column : block.columns) {
        if (column.name.empty() || column.type == FieldType::text) return false;
        auto [it, added] = indexes.try_emplace(column.name.substr(1), columns.size());
        if (added) {
            columns.emplace_back();
            row.fields.push_back(it->first);
        }
        if (!columns[it->second].add(column)) return false;
    }
    for (std::size_t point = 0; point < block.times.size(); ++point) {
        for (std::size_t field = 0; field < columns.size(); ++field) {
            auto summary = take_bucket(columns[field], point);
            if (!summary) return false;
            if (summary->empty()) continue;
            row.buckets.push_back(
                {block.times[point], static_cast<std::uint32_t>(field), std::move(*summary)});
        }
    }
    return std::all_of(columns.begin(), columns.end(), all_taken);
}

} // namespace

std::string encode_rollup(const RollupRow& row) {
    std::vector<unsigned> powers(row.fields.size(), 0);
    for (const auto& bucket : row.buckets)
        if (bucket.summary.sum().exact())
            powers[bucket.field] = std::max(powers[bucket.field], bucket.summary.sum().power());
    Block block;
    Columns columns(block);
    for (const auto& bucket : row.buckets) {
        if (block.times.empty() || block.times.back() != bucket.start)
            block.times.push_back(bucket.start);
        put_bucket(columns, row.fields[bucket.field], block.times.size() - 1, bucket.summary,
                   powers[bucket.field]);
    }
    block.measure();
    return encode_block(block);
}

bool decode_rollup_body(std::string_view body, Level level, RollupRow& row,
                        std::string_view field) {
    Block block;
    return decode_block_body(body, block, field, 1) && read_row(block, level, row);
}

bool decode_rollup(std::string_view bytes, Level level, RollupRow& row, std::string_view field) {
    Block block;
    return decode_block(bytes, block, field, 1) && read_row(block, level, row);
}

} // namespace caredian::history
