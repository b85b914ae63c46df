// What is said of one field's values in one window or bucket: all that `fn` may ask for.
#pragma once

#include "history/exact_sum.h"
#include "history/query.h"

#include <string>
#include <string_view>

namespace caredian::history {

// Values come in the order of time. Numbers, integers and booleans (as 0 and 1) are numeric.
class Summary {
public:
    void add(const Value& value, std::string_view text);
    void merge(const Summary& later); // of a time after everything that is in here
    void clear() { *this = Summary(); }

    bool empty() const { return numbers_ + texts_ == 0; }
    std::uint64_t numbers() const { return numbers_; } // numeric values
    std::uint64_t texts() const { return texts_; }
    bool whole() const { return whole_; } // no number was added: integers and booleans only
    const ExactSum& sum() const { return sum_; }
    const Value& last_number() const { return last_number_; } // the last numeric one

    // False: nothing that `fn` takes was added. A text is appended to `texts`.
    bool give(Aggregate fn, Value& out, std::string& texts) const;

    // As a bucket on disk has it. `first` and the text of `last` are not kept there.
    struct Kept {
        std::uint64_t numbers = 0;
        std::uint64_t texts = 0;
        bool whole = true;
        Value min, max; // integers when whole, else numbers
        Value last;     // numeric
        ExactSum sum;
    };
    static Summary of(const Kept& kept);
    // What give(fn) says of a bucket from disk is what it would say of the bucket's points.
    bool exact(Aggregate fn) const;

private:
    void add_number(const Value& value);
    void widen(std::int64_t integer_low, double low, std::int64_t integer_high, double high);
    bool give_edge(bool smallest, Value& out) const;
    static void give_text(const std::string& text, Value& out, std::string& texts);

    std::uint64_t numbers_ = 0;
    std::uint64_t texts_ = 0;
    bool whole_ = true;
    bool from_disk_ = false;
    std::int64_t integer_min_ = 0, integer_max_ = 0; // of integers and booleans
    double min_ = 0, max_ = 0;                       // of all; NaN only when there is nothing else
    ExactSum sum_;
    Value first_, last_, last_number_;
    std::string first_text_, last_text_;
};

} // namespace caredian::history
