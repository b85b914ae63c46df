#include "ingest/writer.h"

#include "base/log.h"
#include "ingest/ingest.h"

#include <algorithm>
#include <cstdio>

namespace caredian::ingest {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_retry{250}, last_retry{10'000};
constexpr milliseconds age_grace{5'000}; // for consumers to save, before age counts as full
constexpr std::uint64_t cut_step = 4 * 1024 * 1024;
constexpr std::uint64_t gather_bytes = 1024 * 1024;
constexpr std::string_view feature = "new messages of devices are kept and acknowledged";

} // namespace

struct Writer::Batch {
    std::vector<std::shared_ptr<Segment>> segments; // the last one is written to
    std::uint64_t bytes = 0;
    std::vector<Ack> acks;
    std::vector<std::uint16_t> completes;
    std::vector<Qos2Change> qos2;
    readings::Row session_row = 0;
    std::vector<std::pair<readings::Row, Done>> waiting;
    bool urgent = false;

    bool nothing_to_write() const { return segments.empty() && qos2.empty() && session_row == 0; }
    bool empty() const {
        return nothing_to_write() && acks.empty() && completes.empty() && waiting.empty();
    }
};

Writer::Writer(WriterOptions options, const Clock& clock, Random& random, Handoff& handoff,
               IngestStats& stats, HealthRegister& health, WriterEvents& events)
    : options_(std::move(options)), clock_(clock), random_(random), handoff_(handoff),
      stats_(stats), health_(health), events_(events), ignore_(options_.ignore),
      urgent_(options_.journal.urgent),
      bounds_(options_.journal.max_bytes, options_.journal.max_age),
      batch_(std::make_unique<Batch>()) {
    health_.declare("journal", std::string(feature));
    stats_.journal_max_bytes.set(static_cast<std::int64_t>(options_.journal.max_bytes));
    retry_at_ = clock_.mono(); // the first poll() opens
}

Writer::~Writer() = default;

// ---- the connection's life

void Writer::connected(bool session_present, std::size_t in_flight) {
    is_connected_ = true;
    max_unacknowledged_ = std::max<std::size_t>(1, in_flight / 2);
    session_->connected(session_present, next_row_);
    if (!session_present) {
        batch_->session_row = next_row_;
        batch_->qos2.clear(); // they belong to the session that is gone
    }
    batch_end();
    if (blocked()) events_.on_blocked();
}

void Writer::disconnected() {
    is_connected_ = false;
    // The broker sends again what it got no answer for; an answer on the next connection would
    // meet another message under the same id.
    batch_->acks.clear();
    batch_->completes.clear();
}

void Writer::ping_request() {
    session_->redelivery().ping_request();
}

void Writer::ping_response() {
    session_->redelivery().ping_response(clock_.wall());
}

// ---- messages

Segment& Writer::open_segment() {
    auto& segments = batch_->segments;
    if (segments.empty() || segments.back()->data.size() >= Segment::split_bytes) {
        segments.push_back(std::make_shared<Segment>());
        segments.back()->first_row = next_row_;
    }
    return *segments.back();
}

void Writer::add(const Incoming& in) {
    stats_.received.add();
    std::optional<Ignored> ignored;
    if (!ignore_.empty() && ignore_.match(in.topic)) {
        ignored = Ignored::configured;
        if (in.qos == 1) session_->redelivery().erase(in.packet_id);
    } else {
        Entry entry;
        ignored = session_->decide(in, clock_.wall(), next_row_, committed_, entry);
        if (!ignored) {
            Segment& segment = open_segment();
            std::size_t before = segment.data.size();
            segment.append(entry);
            batch_->bytes += segment.data.size() - before;
            if (in.qos == 2) batch_->qos2.push_back({in.packet_id, next_row_});
            if (entry.message.redelivered) stats_.redelivered.add();
            ++next_row_;
        }
    }
    if (ignored) stats_.ignored_by(*ignored).add();
    if (in.qos) batch_->acks.push_back({in.packet_id, in.qos});
    if (!urgent_.empty() && urgent_.match(in.topic)) batch_->urgent = true;
}

void Writer::release(std::uint16_t packet_id) {
    if (session_->release(packet_id)) batch_->qos2.push_back({packet_id, 0});
    batch_->completes.push_back(packet_id);
    batch_->urgent = true; // the broker holds a slot for it
}

void Writer::submit(std::string_view topic, std::string_view payload, Done done) {
    if (blocked()) {
        done(state_ == JournalState::full ? make_error_code(Errc::full)
                                          : make_error_code(Errc::failing));
        return;
    }
    readings::Row row = next_row_;
    add({topic, payload});
    // Left out by `ingest.ignore`: nothing to wait for, no row of its own.
    if (next_row_ == row) row = committed_;
    batch_->waiting.emplace_back(row, std::move(done));
}

// Until when the batch may wait for more; none: commit it now.
std::optional<MonoTime> Writer::gather_until() const {
    const Batch& b = *batch_;
    if (b.urgent || b.nothing_to_write() || b.session_row || b.bytes >= gather_bytes ||
        b.acks.size() >= max_unacknowledged_)
        return std::nullopt;
    MonoTime now = clock_.mono();
    MonoTime until =
        now + std::chrono::duration_cast<MonoTime::duration>(options_.journal.sync_interval);
    if (b.waiting.empty()) // nobody stands there until it is done
        until = std::max(until, last_commit_ + std::chrono::duration_cast<MonoTime::duration>(
                                                   options_.journal.commit_gap));
    return until > now ? std::optional(until) : std::nullopt;
}

void Writer::batch_end() {
    if (blocked() || batch_->empty()) return;
    auto until = gather_until();
    if (!until)
        commit();
    else if (!gather_until_)
        gather_until_ = until;
}

// ---- commit

void Writer::commit() {
    gather_until_.reset();
    if (!batch_->nothing_to_write()) {
        if (!has_room()) return;
        last_commit_ = clock_.mono();
        std::vector<SegmentPtr> closed;
        for (auto& s : batch_->segments) {
            s->marks = session_->redelivery().marks();
            s->last_us = session_->clock().last_us();
            closed.push_back(s);
        }
        auto done = journal_->commit({closed, batch_->qos2, batch_->session_row});
        if (!done) {
            stats_.commit_errors.add();
            bool dropped = done.error() == make_error_code(store::Errc::full) &&
                           options_.journal.when_full == WhenFull::drop_oldest &&
                           drop_oldest(Room::bytes, batch_->bytes);
            if (dropped) done = journal_->commit({closed, batch_->qos2, batch_->session_row});
        }
        if (!done) {
            bool damaged = done.error() == make_error_code(store::Errc::corrupt);
            block(JournalState::failing, done.error().message());
            if (damaged) quarantine();
            return;
        }
        for (const auto& s : closed) handoff_.push(s);
        stats_.commits.add();
    }
    committed_now();
}

void Writer::committed_now() {
    auto batch = std::exchange(batch_, std::make_unique<Batch>());
    readings::Row before = std::exchange(committed_, next_row_ - 1);
    stats_.journaled.add(committed_ - before);
    show_level();
    if (is_connected_ && (!batch->acks.empty() || !batch->completes.empty())) {
        events_.on_committed(batch->acks, batch->completes);
        stats_.acknowledged.add(batch->acks.size());
    }
    if (is_connected_) session_->redelivery().acknowledged(committed_);
    for (auto& [row, done] : batch->waiting) done(row);
    unblock();
}

bool Writer::has_room() {
    if (batch_->segments.empty()) return true;
    WallTime now = clock_.wall();
    Room room = bounds_.check({journal_->bytes(), batch_->bytes, journal_->oldest_us()}, now);
    if (room != Room::age) age_full_since_.reset();
    if (room == Room::free) return true;
    handoff_.request_save();
    if (room == Room::save_soon) return true;
    if (room == Room::age) {
        // Perhaps the sinks have the rows and only did not save yet (or the clock was just set).
        if (!age_full_since_) age_full_since_ = clock_.mono();
        if (clock_.mono() - *age_full_since_ < age_grace) return true;
    }
    if (options_.journal.when_full == WhenFull::drop_oldest && drop_oldest(room, batch_->bytes))
        return true;
    block(JournalState::full, room == Room::bytes ? "max_bytes is reached: a sink does not keep up"
                                                  : "rows are older than max_age: a sink does not "
                                                    "take them");
    return false;
}

bool Writer::drop_oldest(Room room, std::uint64_t waiting) {
    std::uint64_t before = journal_->rows();
    std::uint64_t target = bounds_.after_drop(waiting);
    std::uint64_t have = journal_->bytes();
    SessionTables saved = tables();
    result<bool> done =
        room == Room::age
            ? journal_->cut(next_row_, UINT64_MAX, &saved, bounds_.oldest_kept_us(clock_.wall()))
            : journal_->cut(next_row_, have > target ? have - target : have / 10 + 1, &saved);
    if (done) saved_ = committed_;
    std::uint64_t dropped = before - journal_->rows();
    stats_.dropped_rows.add(dropped);
    show_level();
    if (dropped)
        log::warning("journal", "oldest messages dropped, as journal.when_full says",
                     {{"rows", dropped}});
    return done && dropped > 0;
}

void Writer::block(JournalState state, std::string_view reason) {
    bool first = !blocked();
    backoff_ = first || backoff_.count() == 0 ? first_retry : std::min(backoff_ * 2, last_retry);
    retry_at_ = clock_.mono() + backoff_;
    bool changed = state_ != state;
    state_ = state;
    stats_.journal_state.set(static_cast<std::int64_t>(state));
    health_.set("journal", HealthState::down, std::string(reason));
    if (changed)
        log::warning("journal", "messages are not acknowledged: the journal cannot be written",
                     {{"reason", reason}, {"waiting_bytes", batch_->bytes}});
    if (first) events_.on_blocked();
}

void Writer::unblock() {
    if (!blocked()) return;
    state_ = JournalState::up;
    retry_at_.reset();
    backoff_ = milliseconds(0);
    stats_.journal_state.set(static_cast<std::int64_t>(state_));
    health_.set("journal", HealthState::up);
    log::info("journal", "messages are kept and acknowledged", {{"row", committed_}});
    events_.on_unblocked();
}

// ---- time and room

std::optional<MonoTime> Writer::deadline() const {
    return blocked() ? retry_at_ : gather_until_;
}

void Writer::poll() {
    auto due = deadline();
    if (!due || clock_.mono() < *due) return;
    if (journal_)
        commit();
    else
        open();
}

bool Writer::cut(readings::Row upto) {
    if (!journal_ || !journal_->oldest_us()) return false;
    // Rows that the saved tables do not cover must not go without them.
    bool covered = std::min(upto, committed_) <= saved_;
    SessionTables saved = covered ? SessionTables{} : tables();
    auto more = journal_->cut(upto, cut_step, covered ? nullptr : &saved);
    if (!more) {
        log::warning("journal", "rows could not be removed", {{"reason", more.error().message()}});
        return false;
    }
    if (!covered) saved_ = committed_;
    show_level();
    if (blocked() && !*more) commit();
    return *more;
}

SessionTables Writer::tables() {
    return {session_->redelivery().save(), session_->retained().save()};
}

void Writer::show_level() {
    stats_.journal_rows.set(static_cast<std::int64_t>(journal_->rows()));
    stats_.journal_bytes.set(static_cast<std::int64_t>(journal_->bytes()));
    stats_.journal_oldest_us.set(journal_->oldest_us().value_or(0));
    stats_.journal_last_row.set(static_cast<std::int64_t>(committed_));
}

void Writer::apply(const JournalOptions& journal, std::vector<std::string> ignore) {
    options_.journal = journal;
    ignore_ = TopicFilters(std::move(ignore));
    urgent_ = TopicFilters(journal.urgent);
    bounds_ = JournalBounds(journal.max_bytes, journal.max_age);
    stats_.journal_max_bytes.set(static_cast<std::int64_t>(journal.max_bytes));
    if (journal_) commit(); // a higher limit helps at once
}

void Writer::stop_taking() {
    if (journal_) commit();
}

void Writer::stop() {
    if (journal_ && saved_ < committed_) (void)journal_->save(tables());
}

void Writer::remember(std::string subscriptions) {
    if (remembered_ == subscriptions) return;
    remembered_ = std::move(subscriptions);
    if (auto r = journal_ ? journal_->set_subscriptions(remembered_) : result<void>(); !r)
        log::warning("journal", "subscriptions could not be kept",
                     {{"reason", r.error().message()}});
}

// ---- opening

void Writer::open() {
    auto journal =
        Journal::open(options_.path, options_.journal.max_pages, options_.at_least, random_);
    if (!journal) {
        block(JournalState::failing, journal.error().message());
        if (journal.error() == make_error_code(store::Errc::corrupt)) quarantine();
        return;
    }
    journal_.emplace(std::move(*journal));
    saved_ = 0;
    if (session_) {
        (void)journal_->set_hash_seed(session_->hash_seed());
    } else {
        session_ = std::make_unique<Session>(journal_->hash_seed(), journal_->last_us());
        if (auto restored = restore(); !restored) {
            block(JournalState::failing, restored.error().message());
            session_.reset();
            journal_.reset();
            return;
        }
        next_row_ = journal_->next_row();
        committed_ = next_row_ - 1;
        handoff_.opened(committed_);
    }
    show_level();
    commit(); // what waited; unblocks
}

// The tables as they were: the saved copy, then the rows after it.
result<void> Writer::restore() {
    auto left = journal_->left();
    if (!left) return left.error();
    if (!session_->redelivery().load(left->tables.redelivery) && left->saved_row)
        log::warning("journal", "the table of redeliveries was not readable");
    if (!session_->retained().load(left->tables.topics) && left->saved_row)
        log::warning("journal", "the table of retained messages was not readable");
    if (left->session_row > left->saved_row) session_->redelivery().clear();
    for (auto id : left->qos2) session_->restore_qos2(id);
    remembered_ = left->subscriptions;

    auto reader = JournalReader::open(options_.path);
    if (!reader) return reader.error();
    Segment segment;
    for (readings::Row from = left->saved_row + 1;;) {
        auto found = reader->read(from, segment);
        if (!found) return found.error();
        if (!*found) return {};
        if (segment.first_row >= left->session_row) session_->redelivery().replay(segment.marks);
        SegmentReader entries(segment);
        Entry entry;
        while (entries.next(entry)) session_->replay(entry, entry.message.row >= left->session_row);
        if (entries.damaged())
            log::error("journal", "a segment is damaged", {{"first_row", segment.first_row}});
        from = segment.last_row() + 1;
    }
}

// Damaged beyond use: put aside for a person to look at; a new file goes on with higher rows.
void Writer::quarantine() {
    journal_.reset();
    options_.at_least = std::max(options_.at_least, committed_);
    std::string aside = options_.path + ".damaged-" + std::to_string(to_ns(clock_.wall()));
    log::error("journal", "the file is damaged and was put aside", {{"file", aside}});
    for (const char* suffix : {"", "-wal", "-shm"})
        std::rename((options_.path + suffix).c_str(), (aside + suffix).c_str());
    retry_at_ = clock_.mono();
}

} // namespace caredian::ingest
