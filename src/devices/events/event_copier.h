// Events from the book to the database, on a thread of its own: what is away is waited for, and
// what was written is forgotten here.
#pragma once

#include "base/health.h"
#include "base/metrics.h"
#include "devices/events/event_book.h"
#include "devices/events/event_store.h"
#include "devices/places.h"
#include "devices/registry.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace caredian::devices {

struct EventCopierOptions {
    std::string gateway;                        // names this one among those of a database
    std::chrono::seconds retention{0};          // 0: for ever
    std::int64_t most = 1'000'000;              // events that are kept
    std::chrono::milliseconds retry_least{500}; // doubled up to retry_most
    std::chrono::milliseconds retry_most{30'000};
};

class EventCopier {
public:
    // All outlive it. `registry` may be nullptr: nothing is known of rooms and classes then.
    EventCopier(EventCopierOptions options, EventBook& book, EventStore& store,
                const Registry* registry, const Clock& clock, HealthRegister& health);
    ~EventCopier(); // stop()

    void start();
    void stop();
    // What the thread repeats: true, when something was copied and more may be there. Errors: the
    // database's.
    result<bool> step();
    void set_retention(std::chrono::seconds retention);
    std::uint64_t copied() const { return copied_.load(); }

private:
    void run();
    std::optional<std::string> copy_all(); // why it could not
    void look_at_registry();
    result<void> trim();
    std::vector<StoredEvent> located(const std::vector<EventOutbox::Waiting>& waiting) const;

    EventCopierOptions options_;
    EventBook& book_;
    EventStore& store_;
    const Registry* registry_;
    const Clock& clock_;
    HealthRegister& health_;
    std::optional<PlaceBook> places_;
    std::uint64_t generation_ = 0;
    MonoTime next_look_{}, next_trim_{};
    bool prepared_ = false;
    std::atomic<std::uint64_t> copied_{0};
    std::atomic<std::int64_t> retention_s_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false, told_ = false;
    std::thread thread_;
};

} // namespace caredian::devices
