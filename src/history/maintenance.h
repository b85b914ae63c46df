// The thread of LocalHistory::maintain(): works in slices, rests in between, gives way to others.
#pragma once

#include "history/local_history.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace caredian::history {

class Maintenance {
public:
    explicit Maintenance(LocalHistory& history); // which outlives it
    ~Maintenance();                              // waits for the step under way
    Maintenance(const Maintenance&) = delete;
    Maintenance& operator=(const Maintenance&) = delete;

private:
    void run();
    LocalHistory& history_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace caredian::history
