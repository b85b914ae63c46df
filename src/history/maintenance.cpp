#include "history/maintenance.h"

#include "base/log.h"

#include <chrono>
#include <exception>
#include <sys/resource.h>
#include <unistd.h>

namespace caredian::history {
namespace {

using std::chrono::milliseconds;

// Of one core a third at most, and only what nobody else wants.
constexpr milliseconds kSlice{20};
constexpr milliseconds kRest{40};
constexpr milliseconds kIdle{1000};
constexpr int kNiceness = 10;

} // namespace

Maintenance::Maintenance(LocalHistory& history) : history_(history), thread_([this] { run(); }) {}

Maintenance::~Maintenance() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Maintenance::run() {
    (void)::setpriority(PRIO_PROCESS, static_cast<::id_t>(::gettid()), kNiceness);
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        bool more = false;
        try {
            more = history_.maintain(kSlice);
        } catch (const std::exception& e) {
            log::error("history", "maintenance failed", {{"what", e.what()}});
        }
        lock.lock();
        wake_.wait_for(lock, more ? kRest : kIdle, [this] { return stopping_; });
    }
}

} // namespace caredian::history
