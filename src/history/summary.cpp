#include "history/summary.h"

#include <algorithm>
#include <cmath>

namespace caredian::history {

using readings::FieldType;

void Summary::add(const Value& value, std::string_view text) {
    bool first = empty();
    last_ = value;
    if (first) first_ = value;
    if (value.type != FieldType::text) {
        add_number(value);
        return;
    }
    ++texts_;
    last_text_ = text;
    if (first) first_text_ = text;
}

void Summary::add_number(const Value& value) {
    last_number_ = value;
    if (value.type == FieldType::number) {
        sum_.add(value.number);
        widen(0, value.number, 0, value.number);
        whole_ = false;
    } else {
        std::int64_t integer =
            value.type == FieldType::boolean ? std::int64_t{value.boolean} : value.integer;
        sum_.add(integer);
        auto number = static_cast<double>(integer);
        widen(integer, number, integer, number);
    }
    ++numbers_;
}

// Before numbers_ counts what is added.
void Summary::widen(std::int64_t integer_low, double low, std::int64_t integer_high, double high) {
    if (numbers_ == 0) {
        integer_min_ = integer_low;
        integer_max_ = integer_high;
        min_ = low;
        max_ = high;
        return;
    }
    integer_min_ = std::min(integer_min_, integer_low);
    integer_max_ = std::max(integer_max_, integer_high);
    if (low < min_ || std::isnan(min_)) min_ = low;
    if (high > max_ || std::isnan(max_)) max_ = high;
}

void Summary::merge(const Summary& later) {
    if (later.empty()) return;
    if (empty()) {
        *this = later;
        return;
    }
    if (later.numbers_ > 0) {
        widen(later.integer_min_, later.min_, later.integer_max_, later.max_);
        sum_.merge(later.sum_);
        whole_ = whole_ && later.whole_;
        numbers_ += later.numbers_;
        last_number_ = later.last_number_;
    }
    texts_ += later.texts_;
    last_ = later.last_;
    last_text_ = later.last_text_;
    from_disk_ = from_disk_ || later.from_disk_;
}

void Summary::give_text(const std::string& text, Value& out, std::string& texts) {
    out.text_offset = texts.size();
    out.text_length = static_cast<std::uint32_t>(text.size());
    texts += text;
}

bool Summary::give_edge(bool smallest, Value& out) const {
    out.type = whole_ ? FieldType::integer : FieldType::number;
    if (whole_)
        out.integer = smallest ? integer_min_ : integer_max_;
    else
        out.number = smallest ? min_ : max_;
    return true;
}

bool Summary::give(Aggregate fn, Value& out, std::string& texts) const {
    if (fn == Aggregate::count || fn == Aggregate::first || fn == Aggregate::last) {
        if (empty()) return false;
        if (fn == Aggregate::count) {
            out.type = FieldType::integer;
            out.integer = static_cast<std::int64_t>(numbers_ + texts_);
            return true;
        }
        bool first = fn == Aggregate::first;
        out = first ? first_ : last_;
        if (out.type == FieldType::text) give_text(first ? first_text_ : last_text_, out, texts);
        return true;
    }
    if (numbers_ == 0) return false;
    if (fn == Aggregate::min || fn == Aggregate::max) return give_edge(fn == Aggregate::min, out);
    out.type = FieldType::number;
    if (fn == Aggregate::mean) {
        out.number = sum_.value() / static_cast<double>(numbers_);
        return true;
    }
    auto integer = whole_ ? sum_.integer() : std::nullopt;
    if (integer) {
        out.type = FieldType::integer;
        out.integer = *integer;
    } else {
        out.number = sum_.value();
    }
    return true;
}

Summary Summary::of(const Kept& kept) {
    Summary s;
    s.numbers_ = kept.numbers;
    s.texts_ = kept.texts;
    s.whole_ = kept.whole;
    s.from_disk_ = true;
    s.sum_ = kept.sum;
    s.first_ = s.last_ = s.last_number_ = kept.last;
    if (kept.whole) {
        s.integer_min_ = kept.min.integer;
        s.integer_max_ = kept.max.integer;
        s.min_ = static_cast<double>(kept.min.integer);
        s.max_ = static_cast<double>(kept.max.integer);
    } else {
        s.min_ = kept.min.number;
        s.max_ = kept.max.number;
    }
    return s;
}

bool Summary::exact(Aggregate fn) const {
    if (!from_disk_) return true;
    switch (fn) {
    case Aggregate::mean:
    case Aggregate::sum:
        return sum_.exact();
    case Aggregate::last:
        return texts_ == 0;
    case Aggregate::min:
    case Aggregate::max:
    case Aggregate::count:
        return true;
    case Aggregate::first:
    case Aggregate::none:
        break;
    }
    return false;
}

} // namespace caredian::history
