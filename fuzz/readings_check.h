// What holds for every reading that a decoder makes. Only for fuzzers.
#pragma once

#include "base/encoding.h"
#include "ingest/decode/output.h"
#include "readings/reading.h"

#include <cmath>
#include <cstdlib>
#include <set>
#include <string_view>

namespace caredian::ingest {

inline void require(bool held) {
    if (!held) std::abort();
}

inline void check_name(std::string_view name) {
    require(!name.empty() && name.size() <= max_name + 8 && is_utf8(name));
    for (char c : name) require(static_cast<unsigned char>(c) >= 0x20);
}

// Unique, clean, non-empty names; finite numbers, valid texts.
inline void check(const readings::Reading& r) {
    check_name(r.series.measurement);
    for (const auto& [name, value] : r.series.tags) {
        check_name(name);
        check_name(value);
    }
    require(!r.series.tag("device").empty());
    require(!r.fields.empty());
    std::set<std::string_view> names;
    for (const auto& f : r.fields) {
        check_name(f.name);
        require(names.insert(f.name).second);
        require(f.name != "time" && r.series.tag(f.name).empty());
        if (const auto* n = std::get_if<double>(&f.value)) require(std::isfinite(*n));
        if (const auto* t = std::get_if<std::string>(&f.value)) require(is_utf8(*t));
    }
}

} // namespace caredian::ingest
