// A few threads for calls that block (SQL, password hashing, history queries).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace caredian {

// Any thread may submit. The destructor finishes what was taken, then joins.
class Pool {
public:
    // `niceness`, 0 to 19: how far its threads stand back when the processor is busy (nice(2)).
    Pool(std::string name, std::size_t threads, std::size_t max_queue, int niceness = 0);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    // False when the queue is full or the pool is stopping: the caller answers 429 or 503.
    // An exception that leaves `job` is logged and dropped.
    bool submit(std::function<void()> job);
    std::size_t queued() const;
    // Blocks until no job is queued or running. Before what the jobs post to is destroyed (a
    // server's workers), stop that from submitting, then call this.
    void wait_idle();

private:
    void stand_back() const;
    void run();
    std::string name_;
    std::size_t max_queue_;
    int niceness_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::size_t running_ = 0;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace caredian
