// Going through the series that a question matches, one by one.
#pragma once

#include "history/local_state.h"
#include "history/query_plan.h"
#include "history/series_reader.h"

#include <memory>
#include <string>
#include <vector>

namespace caredian::history {

// A series while a cursor goes through it: compaction leaves its blocks where they are.
class Visit {
public:
    Visit(LocalHistory::State& state, Series& series);
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    std::uint64_t span = 0;
    std::vector<Candidate> in_memory;
    Standing standing;

private:
    LocalHistory::State& state_;
    Series& series_;
};

// From when on rollups are kept, now.
class RollupFloors {
public:
    explicit RollupFloors(LocalHistory::State& state);
    void set(std::string_view measurement, Standing& standing) const;

private:
    Retention retention_;
    std::int64_t now_;
};

class SeriesWalk {
public:
    SeriesWalk(LocalHistory::State& state, std::unique_ptr<BlockReader> disk, Query query);
    ~SeriesWalk();
    SeriesWalk(const SeriesWalk&) = delete;
    SeriesWalk& operator=(const SeriesWalk&) = delete;

    bool at_end() const { return at_ == series_.size(); }
    Series& current() { return *series_[at_]; }
    bool begun() const { return visit_ != nullptr; }
    Visit& begin(); // the current series, as it stands now
    void end();     // on to the next one
    // Ends the walk; logs what a caller cannot know.
    error_code failed(const error_code& why);
    std::vector<std::string> tag_names() const; // without `device`, sorted
    SeriesReader::OnCorrupt on_corrupt();

    LocalHistory::State& state;
    BlockReader& disk() { return *disk_; }
    const Query query;
    std::atomic<bool> cancelled{false};

private:
    std::unique_ptr<BlockReader> disk_;
    std::vector<Series*> series_;
    std::size_t at_ = 0;
    std::unique_ptr<Visit> visit_;
};

} // namespace caredian::history
