// Windows over points: what `every` and `fn` of a query do.
#pragma once

#include "history/query.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace caredian::history {

// One field's values in one window. Points come in the order of time.
class Accumulator {
public:
    explicit Accumulator(Aggregate fn) : fn_(fn) {}
    void add(const Value& value, std::string_view text);
    // False: nothing that `fn` takes was added. A text is appended to `texts`.
    bool give(Value& out, std::string& texts) const;
    void clear();

private:
    void add_number(const Value& value);
    void keep_edge(bool first, std::int64_t integer, double number);
    Aggregate fn_;
    std::int64_t count_ = 0;
    bool integers_ = true;     // no float was added and the sum fits
    std::int64_t integer_ = 0; // sum, min or max
    double number_ = 0;        // the same as a float; Neumaier's sum with correction_
    double correction_ = 0;
    Value kept_; // first or last
    std::string kept_text_;
};

// The start of the window that holds `time`; windows are aligned to the epoch.
std::int64_t window_start(std::int64_t time, std::int64_t every);

// Turns a cursor over points into one over windows. Errors of `points`, and too_many.
std::unique_ptr<Cursor> aggregate(std::unique_ptr<Cursor> points, const Query& query);

} // namespace caredian::history
