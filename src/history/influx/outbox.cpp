#include "history/influx/outbox.h"

#include <utility>

namespace caredian::history::influx {

Outbox::Outbox(OutboxOptions options, Encoder& encoder, std::function<void()> wake)
    : options_(options), encoder_(encoder), wake_(std::move(wake)) {}

bool Outbox::full(const Lines& lines) const {
    return lines.text.size() >= options_.batch_bytes || lines.size() >= options_.batch_lines;
}

bool Outbox::offer(std::span<const readings::Reading> readings, readings::Row last_row) {
    bool wake = false;
    {
        std::lock_guard lock(mutex_);
        if (bytes_ >= options_.buffer_bytes) return false;
        for (const auto& reading : readings) {
            if (full(open_)) {
                // The rows of this batch may go on in the next: only the last one may tell.
                full_.push_back(std::exchange(open_, {}));
                wake = true;
                if (!spare_.empty()) {
                    open_ = std::move(spare_.back());
                    spare_.pop_back();
                }
            }
            auto before = open_.text.size();
            left_out_ += encoder_.append(reading, open_);
            bytes_ += open_.text.size() - before;
        }
        open_.last_row = last_row;
        open_used_ = true;
        wake = std::exchange(sender_waits_, false) || wake;
    }
    if (wake) wake_();
    return true;
}

void Outbox::wait_for_room(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    room_.wait_for(lock, wait, [this] { return bytes_ <= options_.buffer_bytes / 2; });
}

bool Outbox::take(Lines& into) {
    std::lock_guard lock(mutex_);
    into.clear();
    if (!full_.empty()) {
        if (into.text.capacity() > 0 && spare_.empty()) spare_.push_back(std::move(into));
        into = std::move(full_.front());
        full_.pop_front();
        return true;
    }
    if (!open_used_) {
        sender_waits_ = true;
        return false;
    }
    std::swap(into, open_);
    open_used_ = false;
    return true;
}

bool Outbox::has_full() const {
    std::lock_guard lock(mutex_);
    return !full_.empty() || full(open_);
}

void Outbox::done(std::size_t bytes) {
    std::lock_guard lock(mutex_);
    bytes_ -= bytes;
    if (bytes_ <= options_.buffer_bytes / 2) room_.notify_one();
}

std::uint64_t Outbox::bytes() const {
    std::lock_guard lock(mutex_);
    return bytes_;
}

std::uint64_t Outbox::left_out() const {
    std::lock_guard lock(mutex_);
    return left_out_;
}

} // namespace caredian::history::influx
