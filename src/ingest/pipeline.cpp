#include "ingest/pipeline.h"

#include "base/encoding.h"
#include "base/log.h"
#include "ingest/content_hash.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

using std::chrono::milliseconds;

// Then consumers get what was gathered, though more is there.
constexpr std::size_t deliver_readings = 512, deliver_descriptions = 256;
constexpr milliseconds tick_interval{1000}, save_pause{1000};
constexpr std::size_t max_raw_topics = 1000;  // of mqtt_raw, as a tag; the others share a name
constexpr std::size_t max_raw_payload = 1024; // bytes of a broken payload as a field

} // namespace

Pipeline::Pipeline(PipelineOptions options, const Clock& clock, Handoff& handoff,
                   IngestStats& stats, std::vector<readings::Consumer*> consumers,
                   std::function<void(readings::Row)> cut)
    : options_(std::move(options)), clock_(clock), handoff_(handoff), stats_(stats),
      cut_(std::move(cut)), decoders_(options_.decode),
      types_(options_.decode.max_field_types, options_.decode.max_device_types),
      store_(options_.store_path, options_.dead_letters), recent_(options_.recent) {
    bool listed = stats_.consumers.size() == consumers.size();
    for (std::size_t i = 0; i < consumers.size(); ++i) {
        if (!listed) stats_.consumers.emplace_back().name = consumers[i]->name();
        sinks_.push_back({consumers[i], &stats_.consumers[i], 0});
    }
    next_tick_ = clock_.mono() + tick_interval;
}

// Cursors and field types are known now: where to begin.
void Pipeline::begin() {
    begun_ = true;
    keep_own();
    auto newest = handoff_.opened_at(); // what came since is new, whenever this thread wakes
    std::optional<readings::Row> lowest_kept;
    for (auto& sink : sinks_) {
        sink.given = sink.consumer->keeps() ? sink.consumer->cursor() : newest;
        if (sink.consumer->keeps())
            lowest_kept = std::min(lowest_kept.value_or(sink.given), sink.given);
    }
    readings::Row lowest = lowest_kept.value_or(newest);
    expected_ = lowest + 1;
    {
        std::lock_guard lock(taken_mutex_);
        taken_ = lowest;
    }
    show_cursors();
}

void Pipeline::run() {
    // A wait is short when readings are gathered, long when nothing is.
    while (!hurry_.load()) {
        try {
            auto left = std::chrono::duration_cast<milliseconds>(next_tick_ - clock_.mono());
            if (!step(std::clamp(left, milliseconds(1), tick_interval))) break;
        } catch (const std::exception& e) {
            log::error("ingest", "unexpected, the message is passed over",
                       {{"row", expected_ - 1}, {"what", e.what()}});
        }
    }
    if (begun_) {
        deliver();
        save();
    }
}

bool Pipeline::step(milliseconds wait) {
    if (!begun_ && handoff_.opened()) begin();
    auto next = handoff_.next(expected_, batch_.size() ? milliseconds(0) : wait);
    bool more = true;
    switch (next.what) {
    case Handoff::What::segment:
        process(*next.segment);
        break;
    case Handoff::What::journal:
        read_journal();
        break;
    case Handoff::What::nothing:
        deliver();
        break;
    case Handoff::What::closed:
        deliver();
        more = false;
        break;
    }
    if (next.what != Handoff::What::journal) reader_.reset();
    housekeeping();
    return more;
}

void Pipeline::apply(std::vector<MappingRule> mappings) {
    std::lock_guard lock(options_mutex_);
    if (options_.decode.mappings == mappings) return;
    options_.decode.mappings = std::move(mappings);
    new_mappings_.store(true);
}

DecodeOptions Pipeline::decode_options() const {
    std::lock_guard lock(options_mutex_);
    return options_.decode;
}

void Pipeline::take_mappings() {
    if (new_mappings_.exchange(false)) decoders_.set_mappings(decode_options().mappings);
}

// ---- rows

void Pipeline::read_journal() {
    if (!begun_) begin();
    result<bool> found = false;
    if (!reader_) {
        auto opened = JournalReader::open(options_.journal_path);
        if (opened)
            reader_.emplace(std::move(*opened));
        else
            found = {boost::system::in_place_error, opened.error()};
    }
    if (reader_) found = reader_->read(expected_, segment_);
    if (!found) {
        if (!std::exchange(journal_warned_, true))
            log::error("ingest", "the journal cannot be read; it is tried again",
                       {{"reason", found.error().message()}});
        reader_.reset();
        deliver();
        handoff_.pause(milliseconds(250));
        return;
    }
    journal_warned_ = false;
    if (*found) {
        process(segment_);
        return;
    }
    // Rows that are nowhere: dropped by choice, or lost with a damaged file.
    expected_ = std::max(expected_, handoff_.after_hole());
}

void Pipeline::process(const Segment& segment) {
    take_mappings();
    if (!begun_) begin();
    SegmentReader entries(segment);
    Entry entry;
    while (entries.next(entry)) {
        if (entry.message.row < expected_) continue;
        expected_ = entry.message.row + 1; // before: what throws is not tried for ever
        decode_one(entry.message);
        if (batch_.size() >= deliver_readings ||
            batch_.descriptions().size() >= deliver_descriptions)
            deliver();
    }
    if (entries.damaged()) {
        log::error("ingest", "a segment of the journal is damaged; its rest is passed over",
                   {{"first_row", segment.first_row}, {"at", expected_}});
        expected_ = std::max(expected_, segment.last_row() + 1);
    }
}

void Pipeline::decode_one(const readings::Message& message) {
    std::size_t before = batch_.size();
    Outcome outcome = decoders_.decode(message, batch_);
    recent_.keep(message, to_string(outcome.kind));
    if (const auto* by = decoders_.decided_by(); by && by->rule() != 0) stats_.mapped.add();
    if (outcome.kind == Outcome::Kind::ignored) {
        stats_.ignored_by(outcome.reason).add();
        return;
    }
    if (outcome.kind == Outcome::Kind::described) {
        stats_.described.add();
        return;
    }
    bool broken = outcome.kind == Outcome::Kind::broken;
    if (broken) bury(message, outcome.broken);
    std::size_t conflicts = 0, left_out = 0, kept = before;
    for (std::size_t i = before; i < batch_.size(); ++i) {
        auto changes = types_.apply(batch_[i]);
        conflicts += changes.conflicts;
        left_out += changes.left_out;
        if (batch_[i].fields.empty()) continue;
        if (kept != i) std::swap(batch_[kept], batch_[i]);
        ++kept;
    }
    batch_.drop_from(kept);
    if (conflicts) stats_.type_conflicts.add(conflicts);
    if (left_out) stats_.field_limit.add(left_out);
    stats_.readings.add(kept - before);
    if (broken) return; // counted as dead
    if (kept > before)
        stats_.decoded.add();
    else
        stats_.ignored_by(Ignored::field_limit).add();
}

// The dead letter, and a reading of it: broken devices are seen where all others are.
void Pipeline::bury(const readings::Message& message, Broken why) {
    stats_.dead.add();
    stats_.broken[static_cast<std::size_t>(why)].add();
    store_.add(message, to_string(why));
    std::uint64_t hash = ContentHash()(message.topic);
    bool known = raw_topics_.contains(hash);
    if (!known && raw_topics_.size() < max_raw_topics) known = raw_topics_.insert(hash).second;

    Output out(batch_, max_raw_payload);
    out.start("mqtt_raw", split_topic(message.topic).last);
    out.tag("topic", known ? message.topic : std::string_view("(others)"));
    out.text("error", to_string(why));
    out.number("bytes", static_cast<double>(message.payload.size()));
    scratch_ = sanitize_utf8(message.payload.substr(0, max_raw_payload), max_raw_payload);
    out.text("payload", scratch_);
    mark(batch_[batch_.size() - 1], message);
}

// ---- consumers

void Pipeline::deliver() {
    if (!begun_) return;
    readings::Row last_row = expected_ - 1;
    if (last_row <= taken_) return;
    // Types first: a consumer must not keep what a restart would name otherwise.
    keep_own();
    for (auto& sink : sinks_) give(sink, last_row);
    batch_.clear();
    stats_.truncated.add(decoders_.truncated() - stats_.truncated.value());
    stats_.mapping_left_out.add(decoders_.left_out() - stats_.mapping_left_out.value());
    std::lock_guard lock(taken_mutex_);
    taken_ = last_row;
    if (taken_waiters_ > 0) taken_changed_.notify_all();
}

void Pipeline::give(Sink& sink, readings::Row last_row) {
    if (last_row <= sink.given) return; // it has them since before the start
    auto fresh = [&](auto all) {
        if (all.empty() || all.front().row > sink.given) return all;
        auto from = std::partition_point(all.begin(), all.end(),
                                         [&](const auto& one) { return one.row <= sink.given; });
        return all.subspan(static_cast<std::size_t>(from - all.begin()));
    };
    auto described = fresh(std::span(std::as_const(batch_).descriptions()));
    auto readings = fresh(batch_.view());
    sink.given = last_row;
    if (!described.empty())
        (void)guarded(sink, [&] { sink.consumer->describe(described, last_row); });
    if (guarded(sink, [&] { sink.consumer->take(readings, last_row); }))
        sink.stats->written.add(readings.size());
}

// A consumer that throws harms itself alone; its cursor tells what it has.
bool Pipeline::guarded(Sink& sink, const std::function<void()>& call) {
    try {
        call();
        return true;
    } catch (const std::exception& e) {
        if (!std::exchange(sink.warned, true))
            log::error("ingest", "a consumer failed",
                       {{"consumer", sink.consumer->name()}, {"what", e.what()}});
        return false;
    }
}

// ---- by the clock

void Pipeline::housekeeping() {
    if (!begun_) return;
    MonoTime now = clock_.mono();
    bool wanted = now - last_save_ >= save_pause || last_save_ == MonoTime{};
    if (handoff_.take_save_request() && wanted) save();
    if (now < next_tick_) return;
    next_tick_ = now + tick_interval;
    deliver();
    keep_own();
    for (auto& sink : sinks_) (void)guarded(sink, [&] { sink.consumer->tick(); });
    show_cursors();
}

void Pipeline::save() {
    last_save_ = clock_.mono();
    deliver();
    for (auto& sink : sinks_) (void)guarded(sink, [&] { sink.consumer->save(); });
    keep_own();
    show_cursors();
}

// New field types and dead letters, on disk. When that fails they wait, and so does the cut.
void Pipeline::keep_own() {
    if (auto fresh = types_.take_fresh(); !fresh.empty()) store_.add(std::move(fresh));
    if (store_.is_open() && !store_.has_waiting()) return;
    auto done = store_.open(types_);
    if (done) done = store_.flush();
    if (!done && !std::exchange(store_warned_, true))
        log::warning("ingest", "dead letters and field types cannot be kept; it is tried again",
                     {{"reason", done.error().message()}});
    if (done) store_warned_ = false;
}

void Pipeline::show_cursors() {
    readings::Row lowest = expected_ - 1;
    for (auto& sink : sinks_) {
        readings::Row cursor = sink.consumer->cursor();
        sink.stats->cursor.set(static_cast<std::int64_t>(cursor));
        if (sink.consumer->keeps()) lowest = std::min(lowest, cursor);
    }
    if (auto waiting = store_.first_waiting()) lowest = std::min(lowest, *waiting - 1);
    if (lowest > told_) {
        told_ = lowest;
        cut_(lowest);
    }
}

bool Pipeline::wait_taken(readings::Row row, milliseconds timeout) const {
    std::unique_lock lock(taken_mutex_);
    ++taken_waiters_;
    bool there = taken_changed_.wait_for(lock, timeout, [&] { return taken_ >= row; });
    --taken_waiters_;
    return there;
}

} // namespace caredian::ingest
