// Asking for what was kept: filters, windows, and a cursor that is pulled piece by piece.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "readings/reading.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

enum class Errc : std::uint8_t {
    ok,
    storage,       // the database answered with an error; logged with its text
    corrupt_block, // a block that the strict reader refuses
    cancelled,     // cancel() was called
    bad_query,     // no filter, an empty range, `every` without `fn`
    too_many,      // one window over the whole range holds more fields than a cursor may
    format,        // the file was written by a newer version
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

enum class Aggregate : std::uint8_t { none, mean, min, max, first, last, sum, count };
// "mean", "min", …; nullopt for anything else ("none" included).
std::optional<Aggregate> parse_aggregate(std::string_view name);

// What is asked for. At least one of the three filters is set, or `everything`; an empty filter
// means any.
//
// With `fn`, every window that holds a value gives one point per series and field. Windows are
// aligned to the Unix epoch; a window's time is its start, also when `from` lies inside it. `every`
// of 0 means one window over the whole range, whose time is `from` (or the first point's when
// `from` is open). mean, min, max and sum take numbers, integers and booleans (as 0 and 1), and
// leave texts out; mean is a number; min, max and sum of integers are integers while they fit
// 64 bits; first, last and count take every type.
//
// With `width` (and neither `every` nor `fn`) the source picks what a chart of so many pixels can
// show: all points when there are few, else windows with the mean of each (its smallest and largest
// value beside it: Batch::ranges), at most `width` of them for a field. Texts have no mean.
struct Query {
    std::string measurement;
    std::string device; // the tag `device`
    std::string field;
    std::int64_t from = std::numeric_limits<std::int64_t>::min(); // ns, inclusive
    std::int64_t to = std::numeric_limits<std::int64_t>::max();   // ns, exclusive
    nanoseconds every{0};
    Aggregate fn = Aggregate::none;
    std::uint32_t width = 0;  // pixels; 0: not asked for
    bool everything = false;  // no filter is meant
    bool approximate = false; // sums may differ in their last digit from those of the points
    bool ranges = false;      // windows carry their smallest and largest value
    // Series for which it says no are as if they were not there. Empty: all.
    std::function<bool(const readings::SeriesKey& key)> visible = {};
};

// A field's value in a batch: 16 bytes, no ownership.
struct Value {
    readings::FieldType type = readings::FieldType::number;
    std::uint32_t text_length = 0;
    union {
        double number = 0;
        std::int64_t integer;
        bool boolean;
        std::uint64_t text_offset; // into Batch::texts
    };
};

struct Point {
    std::int64_t time = 0;   // ns
    std::uint32_t field = 0; // index into Batch::fields
    Value value;
};

struct ValueRange {
    Value min, max;
};

// Points of one series, in the order of time, then of field. Filled again by each next().
struct Batch {
    const readings::SeriesKey* series = nullptr; // lives as long as the cursor
    std::vector<std::string> fields;             // names; indexes hold for this batch only
    std::vector<Point> points;
    std::string texts;
    std::vector<ValueRange> ranges; // of the points, when they were asked for; else empty
    std::string_view text(const Value& v) const {
        return std::string_view(texts).substr(v.text_offset, v.text_length);
    }
};

// A query under way. One thread at a time; it blocks on the disk, so never on an io_context.
// Memory is bounded, whatever the range holds: some 100 kB as a rule, a few MB at worst.
class Cursor {
public:
    virtual ~Cursor() = default;
    // The next points, at most a few thousand, all of one series; series come in the order of
    // their keys, each one's points in the order of time. False at the end. At equal times the
    // later row's value of a field is given and the earlier one's is not.
    // Errors: storage, cancelled. A corrupt block is left out, counted and logged.
    virtual result<bool> next(Batch& out) = 0;
    // Makes a running or later next() stop soon. Any thread.
    virtual void cancel() = 0;
    // Names of the tags that the matching series carry, without `device`, sorted.
    virtual const std::vector<std::string>& tag_names() const = 0;
    // The length of its windows, as asked for or as picked for `width`. 0: points, or one window.
    virtual nanoseconds every() const { return nanoseconds(0); }
};

// Something that can be asked: the local history now, a server of InfluxDB later.
class QuerySource {
public:
    virtual ~QuerySource() = default;
    // Sees every reading whose take() returned before this call. Errors: bad_query, storage.
    // Any thread that may block. The cursor must not outlive the source.
    virtual result<std::unique_ptr<Cursor>> query(const Query& query) = 0;
};

} // namespace caredian::history

template <>
struct boost::system::is_error_code_enum<caredian::history::Errc> : std::true_type {};
