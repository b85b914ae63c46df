// What `every` and `fn` of a query do: values gathered window by window, field by field.
#pragma once

#include "history/codec/rollup.h"
#include "history/query.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace caredian::history {

// The start of the window that holds `time`; windows are aligned to the epoch.
std::int64_t window_start(std::int64_t time, std::int64_t every);

// The windows of one series after the other. What is added comes in the order of time.
class Windows {
public:
    explicit Windows(const Query& query); // which outlives it
    // Before what is added comes from another batch: its names, and then their indexes.
    void use_fields(const std::vector<std::string>& names);
    // Closes the window that is open into `out` when the value belongs to a later one.
    // False: more fields in a window than may be held.
    bool add(const Batch& batch, const Point& point, Batch& out);
    bool add(const RollupRow& row, const RollupRow::Bucket& bucket, Batch& out);
    void close(Batch& out);                  // the open window, if any
    void forget_fields();                    // the next series has others
    void begin_batch() { indexes_.clear(); } // `out` is another one, and empty

private:
    Summary* summary_at(std::int64_t time, std::uint32_t field, const std::string& name,
                        Batch& out);
    std::int64_t window_of(std::int64_t time) const;
    void give(const std::string& name, const Summary& summary, Batch& out);

    const Query& query_;
    std::vector<Summary*> fields_; // of the batch under way, once seen
    std::map<std::string, Summary> summaries_;
    std::map<std::string, std::uint32_t> indexes_; // of out.fields
    std::int64_t window_ = 0;
    bool open_ = false;
};

} // namespace caredian::history
