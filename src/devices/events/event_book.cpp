#include "devices/events/event_book.h"

#include "base/log.h"

#include <iterator>

namespace caredian::devices {

namespace {

constexpr std::chrono::minutes idle_keep{10}; // the cursor alone
constexpr std::size_t keep_at = 5'000;        // found and not on disk
constexpr std::size_t most_waiting = 50'000;  // while the disk refuses them

} // namespace

std::string class_key(std::string_view measurement, std::string_view device, std::string_view path,
                      std::string_view field) {
    std::string out;
    for (auto part : {measurement, device, path, field}) {
        out += part;
        out += '\0';
    }
    return out;
}

result<std::unique_ptr<EventBook>> EventBook::open(const std::string& path, const Clock& clock) {
    auto outbox = EventOutbox::open(path);
    if (!outbox) return outbox.error();
    std::unique_ptr<EventBook> book(new EventBook(std::move(*outbox), clock));
    auto cursor = book->outbox_.load(book->rules_);
    if (!cursor) return cursor.error();
    book->cursor_ = book->taken_ = *cursor;
    if (auto lost = book->outbox_.lost()) book->lost_ = *lost;
    book->next_keep_ = clock.mono() + idle_keep;
    return book;
}

void EventBook::use(std::shared_ptr<const EventClasses> classes) {
    std::lock_guard lock(classes_mutex_);
    classes_ = std::move(classes);
}

void EventBook::take(std::span<const readings::Reading> readings, readings::Row last_row) {
    std::shared_ptr<const EventClasses> classes;
    {
        std::lock_guard lock(classes_mutex_);
        classes = classes_;
    }
    ClassOf class_of;
    if (!classes->empty())
        class_of = [&classes](const readings::SeriesKey& series, std::string_view field) {
            auto known = classes->find(
                class_key(series.measurement, series.tag("device"), series.tag("path"), field));
            return known == classes->end() ? std::string_view() : std::string_view(known->second);
        };
    std::size_t before = waiting_.size();
    for (const auto& reading : readings) {
        if (reading.row <= taken_) continue;
        index_ = reading.row == row_ ? index_ + 1 : 0;
        row_ = reading.row;
        rules_.take(reading, index_, class_of, waiting_);
    }
    found_ += waiting_.size() - before;
    taken_ = std::max(taken_, last_row);
    if (waiting_.size() >= keep_at) keep();
}

void EventBook::tick() {
    if (!waiting_.empty() || clock_.mono() >= next_keep_) keep();
}

void EventBook::keep() {
    next_keep_ = clock_.mono() + idle_keep;
    auto changed = rules_.take_changed();
    std::move(changed.begin(), changed.end(), std::back_inserter(states_));
    if (waiting_.empty() && states_.empty() && taken_ == cursor_.load()) return;
    std::unique_lock lock(mutex_);
    auto kept = outbox_.add(waiting_, states_, taken_);
    auto lost = outbox_.lost();
    lock.unlock();
    if (!kept) { // the journal still has them
        if (!std::exchange(warned_, true))
            log::error("events", "events cannot be kept; it is tried again",
                       {{"reason", kept.error().message()}});
        if (waiting_.size() >= most_waiting) give_up();
        return;
    }
    warned_ = false;
    if (lost) lost_ = *lost + given_up_;
    cursor_ = taken_;
    states_.clear();
    bool any = !waiting_.empty();
    waiting_.clear();
    if (any && told_) told_();
}

// Its own disk fails and nothing else's: neither memory nor the journal may fill up for it.
void EventBook::give_up() {
    given_up_ += static_cast<std::int64_t>(waiting_.size());
    lost_ += static_cast<std::int64_t>(waiting_.size());
    waiting_.clear();
    states_.clear();
    cursor_ = taken_;
}

result<std::vector<EventOutbox::Waiting>> EventBook::oldest(std::size_t limit) {
    std::lock_guard lock(mutex_);
    return outbox_.oldest(limit);
}

result<void> EventBook::remove(std::int64_t upto_id) {
    std::lock_guard lock(mutex_);
    return outbox_.remove(upto_id);
}

} // namespace caredian::devices
