#include "ingest/handoff.h"

namespace caredian::ingest {

void Handoff::opened(readings::Row last_row) {
    std::lock_guard lock(mutex_);
    if (!opened_) opened_at_ = last_row;
    opened_ = true;
    committed_ = std::max(committed_, last_row);
    wake_.notify_one();
}

void Handoff::push(const SegmentPtr& segment) {
    bool wake = false;
    {
        std::lock_guard lock(mutex_);
        committed_ = segment->last_row();
        if (bytes_ + segment->data.size() <= max_bytes_) {
            queue_.push_back(segment);
            bytes_ += segment->data.size();
        }
        wake = waiting_;
    }
    if (wake) wake_.notify_one(); // a system call: only when somebody waits
}

void Handoff::request_save() {
    std::lock_guard lock(mutex_);
    save_ = true;
    wake_.notify_one();
}

void Handoff::request_room() {
    std::lock_guard lock(mutex_);
    save_ = room_ = true;
    wake_.notify_one();
}

void Handoff::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    wake_.notify_one();
}

Handoff::Next Handoff::next(readings::Row expected, std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    auto ready = [&] {
        return closed_ || save_ || (opened_ && (!queue_.empty() || expected <= committed_));
    };
    if (!ready() && wait.count() > 0) {
        waiting_ = true;
        wake_.wait_for(lock, wait, ready);
        waiting_ = false;
    }
    while (!queue_.empty() && queue_.front()->last_row() < expected) {
        bytes_ -= queue_.front()->data.size();
        queue_.pop_front();
    }
    if (!queue_.empty() && queue_.front()->first_row <= expected) {
        Next out{What::segment, std::move(queue_.front())};
        bytes_ -= out.segment->data.size();
        queue_.pop_front();
        return out;
    }
    if (opened_ && expected <= committed_) return {What::journal, nullptr};
    return {closed_ ? What::closed : What::nothing, nullptr};
}

void Handoff::pause(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    wake_.wait_for(lock, wait);
    waiting_ = false;
}

readings::Row Handoff::opened_at() const {
    std::lock_guard lock(mutex_);
    return opened_at_;
}

bool Handoff::opened() const {
    std::lock_guard lock(mutex_);
    return opened_;
}

bool Handoff::closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
}

bool Handoff::take_save_request() {
    std::lock_guard lock(mutex_);
    return std::exchange(save_, false);
}

bool Handoff::take_room_request() {
    std::lock_guard lock(mutex_);
    return std::exchange(room_, false);
}

readings::Row Handoff::after_hole() const {
    std::lock_guard lock(mutex_);
    return queue_.empty() ? committed_ + 1 : queue_.front()->first_row;
}

} // namespace caredian::ingest
