// The room of a device as the tag `area` of its points, so that a server can be asked by room.
//
// A tag is part of a point's identity: the same reading sent again under another room would be a
// second point. So the room of a time is decided once. A series keeps its rooms and since when; a
// change counts for readings after it was seen, and never for earlier ones, whenever those are sent
// (again). What a series had before its first reading here, a backfill, is its first known room.
// Changes are on disk before a line with them is sent. Any thread.
#pragma once

#include "readings/reading.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::history::influx {

inline constexpr std::string_view area_tag = "area";

// Where devices stand. Any thread.
class AreaSource {
public:
    struct Moment {
        std::uint64_t number = 0; // another one when something may have moved
        std::int64_t since = 0;   // ns: when that was seen
    };
    virtual ~AreaSource() = default;
    virtual Moment now() = 0; // cheap: asked for every reading
    // The room of a series, at most a few hundred bytes; "": it has none. nullopt: nobody knows the
    // series (yet), so nothing has changed.
    virtual std::optional<std::string> area(const readings::SeriesKey& key) const = 0;
};

struct KnownArea {
    std::string series;    // as append_series() writes it
    std::int64_t from = 0; // ns
    std::string area;      // "": none
};

class Areas {
public:
    static constexpr std::size_t most_moves = 32; // of one series; the earliest are forgotten

    // `source` outlives it. Of more series than `most` no room is told.
    explicit Areas(AreaSource& source, std::size_t most = 50'000) : source_(source), most_(most) {}

    // "measurement,area=room,tag=value" for a point of that time (ns). Without the room where there
    // is none, or the series has a tag of that name itself.
    void append(std::string& out, const readings::SeriesKey& key, std::int64_t time);

    void restore(KnownArea known); // from disk, in the order of time
    // New since the last call: to be put on disk.
    std::vector<KnownArea> take_fresh();

private:
    struct Change {
        std::int64_t from = 0;
        std::string area;
        std::string text = {}; // what append() writes, once it was asked for
    };
    struct Entry {
        std::vector<Change> changes; // in the order of time; never empty
        std::uint64_t seen = 0;      // Moment::number
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const {
            return std::hash<std::string_view>()(s);
        }
    };
    Change* find(std::string_view name, const readings::SeriesKey& key, std::int64_t time);
    void follow(std::string_view name, Entry& entry, const readings::SeriesKey& key,
                const AreaSource::Moment& now);
    void note(std::string_view name, const Change& change);

    AreaSource& source_;
    const std::size_t most_;
    std::mutex mutex_;
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> series_;
    std::vector<KnownArea> fresh_;
};

} // namespace caredian::history::influx
