// What series there are: their fields, types, and how many points of them are kept.
#pragma once

#include "history/local_history.h"

#include <memory>
#include <string>
#include <vector>

namespace caredian::history {

struct SeriesEntry {
    struct FieldEntry {
        std::string name;
        readings::FieldType type = readings::FieldType::number; // of its latest value
        std::uint64_t points = 0; // values kept, or summed up by rollups where they are gone
    };
    const readings::SeriesKey* key = nullptr; // lives as long as the history
    std::int64_t first = 0; // ns, of any field; where points are gone, of the oldest rollup
    std::int64_t last = 0;
    std::vector<FieldEntry> fields; // by name
};

// One series after the other, in the order of keys. Like a Cursor: it blocks; one thread at a time.
class Catalog {
public:
    // Filters as in a Query; an empty one means any. Errors: storage.
    // Only series that are `visible`, when it is given.
    static result<std::unique_ptr<Catalog>>
    open(LocalHistory& history, std::string measurement, std::string device,
         std::function<bool(const readings::SeriesKey& key)> visible = {});
    ~Catalog();
    // False: that was the last. Errors: storage, cancelled.
    result<bool> next(SeriesEntry& out);
    void cancel(); // any thread

private:
    struct Walk;
    explicit Catalog(std::unique_ptr<Walk> walk);
    std::unique_ptr<Walk> walk_;
};

} // namespace caredian::history
