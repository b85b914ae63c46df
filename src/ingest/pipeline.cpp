#include "ingest/pipeline.h"

#include "base/log.h"
#include "ingest/direct.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

using std::chrono::milliseconds;

// Then consumers get what was gathered, though more is there.
constexpr std::size_t deliver_readings = 512, deliver_descriptions = 256;
constexpr milliseconds tick_interval{1000}, save_pause{1000}, room_pause{100};

} // namespace

Pipeline::Pipeline(PipelineOptions options, const Clock& clock, Handoff& handoff,
                   IngestStats& stats, std::vector<readings::Consumer*> consumers,
                   std::function<void(readings::Row)> cut)
    : options_(std::move(options)), clock_(clock), handoff_(handoff), stats_(stats),
      cut_(std::move(cut)), translator_(options_.decode, options_.types),
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
    for (auto* follower : followers_) follower->begin(lowest);
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
    if (new_mappings_.exchange(false))
        translator_.decoders().set_mappings(decode_options().mappings);
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
    auto done = translator_.translate(message, batch_);
    if (is_direct(message.topic)) {
        auto shown = message;
        auto text = direct_text(message.payload, options_.recent.max_payload);
        shown.payload = text;
        recent_.keep(shown, to_string(done.outcome.kind));
    } else {
        recent_.keep(message, to_string(done.outcome.kind));
    }
    if (done.mapped) stats_.mapped.add();
    if (done.conflicts) stats_.type_conflicts.add(done.conflicts);
    if (done.left_out) stats_.field_limit.add(done.left_out);
    stats_.readings.add(done.readings);
    switch (done.outcome.kind) {
    case Outcome::Kind::ignored:
        return stats_.ignored_by(done.outcome.reason).add();
    case Outcome::Kind::described:
        return stats_.described.add();
    case Outcome::Kind::broken:
        stats_.dead.add();
        stats_.broken[static_cast<std::size_t>(done.outcome.broken)].add();
        return store_.add(message, to_string(done.outcome.broken));
    case Outcome::Kind::decoded:
    case Outcome::Kind::not_mine:
        break;
    }
    if (done.readings > 0)
        stats_.decoded.add();
    else
        stats_.ignored_by(Ignored::field_limit).add();
}

// ---- consumers

void Pipeline::deliver() {
    if (!begun_) return;
    readings::Row last_row = expected_ - 1;
    if (last_row <= taken_) return;
    // Types first: a consumer must not keep what a restart would name otherwise.
    keep_own();
    for (auto& sink : sinks_) give(sink, last_row);
    for (auto* follower : followers_) follower->give(batch_.view(), last_row);
    batch_.clear();
    const auto& decoders = translator_.decoders();
    stats_.truncated.add(decoders.truncated() - stats_.truncated.value());
    stats_.mapping_left_out.add(decoders.left_out() - stats_.mapping_left_out.value());
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
    if (now - last_room_ >= room_pause && handoff_.take_room_request()) make_room();
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
    for (auto* follower : followers_) follower->save();
    keep_own();
    show_cursors();
}

// The journal is nearly full: consumers save, and a sink that lacks what they have gets it
// from the history later, or one server that is away would stop everything.
void Pipeline::make_room() {
    last_room_ = clock_.mono();
    save();
    readings::Row lowest = expected_ - 1;
    for (const auto& sink : sinks_)
        if (sink.consumer->keeps()) lowest = std::min(lowest, sink.consumer->cursor());
    for (auto* follower : followers_) follower->let_go(lowest);
    show_cursors();
}

// New field types and dead letters, on disk. When that fails they wait, and so does the cut.
void Pipeline::keep_own() {
    if (auto fresh = translator_.types().take_fresh(); !fresh.empty()) store_.add(std::move(fresh));
    if (store_.is_open() && !store_.has_waiting()) return;
    auto done = store_.open(translator_.types());
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
    for (auto* follower : followers_) {
        readings::Row cursor = follower->cursor();
        follower->stats().cursor.set(static_cast<std::int64_t>(cursor));
        lowest = std::min(lowest, cursor);
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
