// JSON, flattened while it is read: no tree is built.
//
//   {"a":1,"b":{"c":true},"d":[2,"x"],"e":null}  →  a=1, b_c=true, d_0=2, d_1="x"
//
// Names are joined with `_`, array elements numbered from 0. Numbers are doubles, nulls and empty
// containers make nothing. A number that no double holds (1e400) and the bare words nan, NaN, inf,
// Infinity that some devices write are counted and left out. Of equal names the last value counts.
#pragma once

#include "ingest/stats.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

struct FlatField {
    enum class Kind : std::uint8_t { number, boolean, text };
    std::string_view name; // empty: the whole document is this one value
    Kind kind = Kind::number;
    bool boolean = false;
    bool top = false; // a member of the outermost object
    double number = 0;
    std::string_view text;
    // Bytes of `name` that the two outermost members' names take; 0 where the value is not so deep.
    std::uint32_t first = 0, second = 0;

    // Of params_switch:0_apower in {"params":{"switch:0":{"apower":48.3}}}: "params", "switch:0",
    // and what is left of the name below them.
    std::string_view outer() const { return name.substr(0, first); }
    std::string_view inner() const {
        return second > first ? name.substr(first + 1, second - first - 1) : std::string_view();
    }
    std::string_view below_outer() const { return name.substr(first ? first + 1 : 0); }
    std::string_view below_inner() const { return second ? name.substr(second + 1) : name; }
};

class JsonFields {
public:
    JsonFields(std::size_t max_depth, std::size_t max_fields);
    ~JsonFields();
    JsonFields(const JsonFields&) = delete;
    JsonFields& operator=(const JsonFields&) = delete;

    // Fields and views live until the next parse. Memory is used again.
    // Returns Broken::count_ when it is good.
    Broken parse(std::string_view payload);

    const std::vector<FlatField>& fields() const;
    // The field of that name at the top, or nullptr.
    const FlatField* top(std::string_view name) const;
    bool is_object() const;         // the outermost value
    std::size_t not_finite() const; // numbers left out
    static constexpr Broken good = Broken::count_;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace caredian::ingest
