// A set of chunks (levels.h) as a few intervals. Bounded: beyond 64 intervals the two that lie
// nearest become one, so it may hold more than was put in, never less.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

class ChunkSet {
public:
    struct Interval {
        std::int32_t first = 0;
        std::int32_t last = 0; // inclusive
        bool operator==(const Interval&) const = default;
    };

    void add(std::int32_t first, std::int32_t last);
    void add(std::int32_t chunk) {
        // Late points come in runs: mostly it is there already.
        if (!intervals_.empty() && intervals_.back().first <= chunk &&
            chunk <= intervals_.back().last)
            return;
        add(chunk, chunk);
    }
    void add(const ChunkSet& other);
    void remove(std::int32_t first, std::int32_t last);
    void clear() { intervals_.clear(); }
    bool contains(std::int32_t chunk) const;
    bool empty() const { return intervals_.empty(); }
    const std::vector<Interval>& intervals() const { return intervals_; } // sorted, apart

    // As the database has it.
    std::string encode() const;
    static bool decode(std::string_view bytes, ChunkSet& out);

    bool operator==(const ChunkSet&) const = default;

private:
    void bound();
    std::vector<Interval> intervals_;
};

} // namespace caredian::history
