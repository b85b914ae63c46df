// A question under way at a server. Only for source.cpp.
#pragma once

#include "history/influx/answer.h"
#include "history/influx/pull.h"
#include "history/influx/select.h"
#include "history/windows.h"

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace caredian::history::influx {

class InfluxCursor final : public Cursor {
public:
    InfluxCursor(const Options& options, Query query, std::unique_ptr<Pull> pull);
    // Asks what there is: measurements, fields, tags, and what fits a chart.
    result<void> prepare();

    result<bool> next(Batch& out) override;
    void cancel() override { cancelled_ = true; }
    const std::vector<std::string>& tag_names() const override { return tag_names_; }
    nanoseconds every() const override { return query_.every; }

private:
    result<std::vector<Table>> all_of(const std::string& statement);
    result<void> add_measurement(const std::string& name);
    result<std::vector<std::string>> tags_of(const std::string& measurement);
    result<void> fit_to_width();
    result<bool> next_table();
    error_code failed(const error_code& why) const;
    void clear(Batch& out);
    void give_points(Batch& out);
    result<bool> make_windows(Batch& out);
    void tell_series(const readings::SeriesKey& key);

    const Options& options_;
    Query query_;
    std::unique_ptr<Pull> pull_;
    std::atomic<bool> cancelled_{false};
    std::vector<std::string> tag_names_;
    std::vector<Selection> selections_;
    std::size_t at_ = 0; // of selections_
    bool asked_ = false; // the selection at at_
    Chunk chunk_;
    std::size_t table_ = 0; // of chunk_, the next one
    const Table* current_ = nullptr;
    std::deque<readings::SeriesKey> keys_; // of series that were given: they stay
    Windows windows_;
    Batch points_; // of which windows are made
    bool window_open_ = false;
    std::string line_;
};

} // namespace caredian::history::influx
