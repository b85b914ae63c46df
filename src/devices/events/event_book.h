// Finds the events among readings and keeps them until the database has them.
//
// A consumer with a cursor of its own: once a second what was found goes to its own file
// (event_outbox.h), on disk together with the cursor, and from there to the database by somebody
// else (event_copier.h). A database that is away holds up nobody.
#pragma once

#include "base/clock.h"
#include "devices/events/event_outbox.h"
#include "readings/consumer.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace caredian::devices {

// Device classes by series and field, made now and again from the registry.
using EventClasses = std::unordered_map<std::string, std::string>;
std::string class_key(std::string_view measurement, std::string_view device, std::string_view path,
                      std::string_view field);

// take(), save(), tick(): the pipeline's thread. The rest: any thread.
class EventBook final : public readings::Consumer {
public:
    static result<std::unique_ptr<EventBook>> open(const std::string& path, const Clock& clock);

    std::string_view name() const override { return "events"; }
    readings::Row cursor() const override { return cursor_.load(); }
    void take(std::span<const readings::Reading> readings, readings::Row last_row) override;
    void save() override { keep(); }
    void tick() override;

    void use(std::shared_ptr<const EventClasses> classes);
    // Told, on the pipeline's thread, that events were put on disk. Before the start.
    void on_kept(std::function<void()> told) { told_ = std::move(told); }

    result<std::vector<EventOutbox::Waiting>> oldest(std::size_t limit);
    result<void> remove(std::int64_t upto_id);
    std::uint64_t found() const { return found_.load(); }
    std::int64_t lost() const { return lost_.load(); }

private:
    EventBook(EventOutbox outbox, const Clock& clock) : clock_(clock), outbox_(std::move(outbox)) {}
    void keep();
    void give_up();

    const Clock& clock_;
    std::mutex mutex_; // of outbox_
    EventOutbox outbox_;
    std::mutex classes_mutex_;
    std::shared_ptr<const EventClasses> classes_ = std::make_shared<EventClasses>();
    std::function<void()> told_;
    std::atomic<readings::Row> cursor_{0};
    std::atomic<std::uint64_t> found_{0};
    std::atomic<std::int64_t> lost_{0};
    // The pipeline's.
    EventRules rules_;
    std::vector<DeviceEvent> waiting_;
    std::vector<EventRules::State> states_;
    readings::Row taken_ = 0;
    readings::Row row_ = 0; // of the reading before
    std::uint32_t index_ = 0;
    MonoTime next_keep_{};
    bool warned_ = false;
    std::int64_t given_up_ = 0; // since the start
};

} // namespace caredian::devices
