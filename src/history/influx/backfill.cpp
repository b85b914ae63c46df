#include "history/influx/backfill.h"

#include <utility>

namespace caredian::history::influx {

namespace {

readings::FieldValue value_of(const Batch& batch, const Value& value) {
    switch (value.type) {
    case readings::FieldType::number:
        return value.number;
    case readings::FieldType::integer:
        return value.integer;
    case readings::FieldType::boolean:
        return value.boolean;
    case readings::FieldType::text:
        break;
    }
    return std::string(batch.text(value));
}

} // namespace

Backfill::Backfill(std::unique_ptr<Cursor> points, std::unique_ptr<Encoder> encoder)
    : points_(std::move(points)), encoder_(std::move(encoder)) {}

Backfill::Progress Backfill::progress() const {
    std::lock_guard lock(mutex_);
    return progress_;
}

void Backfill::cancel() {
    cancelled_.store(true);
    points_->cancel();
}

bool Backfill::fill(Lines& out, std::size_t bytes, std::size_t lines) {
    out.clear();
    // A batch of the cursor is a few thousand points: half of what may be sent leaves room for it.
    while (out.text.size() < bytes / 2 && out.size() < lines / 2 && !cancelled_.load()) {
        auto more = points_->next(batch_);
        if (!more) {
            end(more.error().message());
            return false;
        }
        if (!*more) break;
        append(out);
    }
    if (cancelled_.load()) end("it was cancelled");
    return !out.empty() && !cancelled_.load();
}

// Points of one time are one reading.
void Backfill::append(Lines& out) {
    readings::Reading reading;
    reading.series = *batch_.series;
    for (std::size_t i = 0; i < batch_.points.size();) {
        auto time = batch_.points[i].time;
        reading.time = from_ns(time);
        reading.fields.clear();
        for (; i < batch_.points.size() && batch_.points[i].time == time; ++i)
            reading.fields.push_back(
                {batch_.fields[batch_.points[i].field], value_of(batch_, batch_.points[i].value)});
        (void)encoder_->append(reading, out);
    }
}

void Backfill::add(std::size_t stored, std::size_t set_aside) {
    std::lock_guard lock(mutex_);
    progress_.lines += stored;
    progress_.set_aside += set_aside;
}

void Backfill::end(std::string failed) {
    std::lock_guard lock(mutex_);
    if (progress_.ended) return; // the first reason counts
    progress_.ended = true;
    progress_.failed = std::move(failed);
}

} // namespace caredian::history::influx
