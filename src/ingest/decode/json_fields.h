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
