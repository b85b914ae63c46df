#include "base/pool.h"

#include "base/log.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <sys/resource.h>
#include <unistd.h>

namespace caredian {

Pool::Pool(std::string name, std::size_t threads, std::size_t max_queue, int niceness)
    : name_(std::move(name)), max_queue_(max_queue), niceness_(niceness) {
    threads_.reserve(threads);
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this] {
            stand_back();
            run();
        });
}

Pool::~Pool() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
}

bool Pool::submit(std::function<void()> job) {
    {
        std::lock_guard lock(mutex_);
        if (stopping_ || jobs_.size() >= max_queue_) return false;
        jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
}

std::size_t Pool::queued() const {
    std::lock_guard lock(mutex_);
    return jobs_.size();
}

void Pool::wait_idle() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [&] { return jobs_.empty() && running_ == 0; });
}

// On Linux the niceness is each thread's own (setpriority(2)).
void Pool::stand_back() const {
    if (niceness_ == 0) return;
    errno = 0;
    const int now = getpriority(PRIO_PROCESS, static_cast<id_t>(gettid()));
    if (errno != 0 || now >= niceness_) return;
    if (setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), niceness_) != 0)
        log::warning(name_, "its threads keep their priority", {{"reason", std::strerror(errno)}});
}

void Pool::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        ++running_;
        lock.unlock();
        try {
            job();
        } catch (const std::exception& e) {
            log::error(name_, "a job ended with an exception", {{"what", e.what()}});
        }
        job = nullptr; // what it holds goes before it counts as done
        lock.lock();
        --running_;
        if (jobs_.empty() && running_ == 0) idle_.notify_all();
    }
}

} // namespace caredian
