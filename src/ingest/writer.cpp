#include "ingest/writer.h"

#include "base/log.h"
#include "ingest/ingest.h"
#include "ingest/journal_recovery.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

constexpr std::uint64_t gather_bytes = 1024 * 1024;

MonoTime::duration as_mono(std::chrono::nanoseconds t) {
    return std::chrono::duration_cast<MonoTime::duration>(t);
}

} // namespace

Writer::Writer(WriterOptions options, const Clock& clock, Random& random, Handoff& handoff,
               IngestStats& stats, HealthRegister& health, WriterEvents& events)
    : options_(std::move(options)), clock_(clock), random_(random), handoff_(handoff),
      stats_(stats), events_(events), ignore_(options_.ignore), urgent_(options_.journal.urgent),
      status_(clock, stats, health), space_(options_.journal, clock, handoff, stats) {}

Writer::~Writer() = default;

// ---- the connection's life

void Writer::connected(bool session_present, std::size_t in_flight) {
    is_connected_ = true;
    max_unacknowledged_ = std::max<std::size_t>(1, in_flight / 2);
    session_->connected(session_present, next_row_);
    if (!session_present) {
        batch_.session_row = next_row_;
        batch_.qos2.clear(); // they belong to the session that is gone
    }
    batch_end();
    if (blocked()) events_.on_blocked();
}

void Writer::disconnected() {
    is_connected_ = false;
    // The broker sends again what it got no answer for; an answer on the next connection would
    // meet another message under the same id.
    batch_.acks.clear();
    batch_.completes.clear();
}

void Writer::ping_request() {
    session_->redelivery().ping_request();
}

void Writer::ping_response() {
    session_->redelivery().ping_response(clock_.wall());
}

void Writer::remember(std::string subscriptions) {
    if (remembered_ == subscriptions) return;
    remembered_ = std::move(subscriptions);
    if (auto r = journal_ ? journal_->set_subscriptions(remembered_) : result<void>(); !r)
        log::warning("journal", "subscriptions could not be kept",
                     {{"reason", r.error().message()}});
}

// ---- messages

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
            batch_.append(entry);
            if (in.qos == 2) batch_.qos2.push_back({in.packet_id, next_row_});
            if (entry.message.redelivered) stats_.redelivered.add();
            ++next_row_;
        }
    }
    if (ignored) stats_.ignored_by(*ignored).add();
    if (in.qos) batch_.acks.push_back({in.packet_id, in.qos});
    if (!urgent_.empty() && urgent_.match(in.topic)) batch_.urgent = true;
}

void Writer::pass(std::uint16_t packet_id, std::uint8_t qos) {
    stats_.received.add();
    stats_.ignored_by(Ignored::retained_unchanged).add();
    if (qos == 1) session_->redelivery().erase(packet_id);
    if (qos) batch_.acks.push_back({packet_id, qos});
}

void Writer::release(std::uint16_t packet_id) {
    if (session_->release(packet_id)) batch_.qos2.push_back({packet_id, 0});
    batch_.completes.push_back(packet_id);
    batch_.urgent = true; // the broker holds a slot for it
}

Errc Writer::why_blocked() const {
    return status_.state() == JournalState::full ? Errc::full : Errc::failing;
}

void Writer::submit(const Incoming& in, SubmitDone done) {
    auto known = in.key && session_ ? session_->sent_keys().find(in.key, clock_.wall())
                                    : std::optional<SentKeys::Sent>();
    if (known && known->content != in.content) return done(make_error_code(Errc::key_reused));
    bool stored = known && known->row <= committed_;
    if (blocked() && !stored) return done(make_error_code(why_blocked()));
    if (known) {
        if (stored) return done(known->row);
        batch_.waiting.emplace_back(known->row, std::move(done));
        return;
    }
    readings::Row row = next_row_;
    add(in);
    // Left out by `ingest.ignore`: nothing to wait for, no row of its own.
    if (next_row_ == row) row = committed_;
    batch_.waiting.emplace_back(row, std::move(done));
}

// ---- when to commit

// Until when the batch may wait for more; none: commit it now.
std::optional<MonoTime> Writer::gather_until() const {
    const Batch& b = batch_;
    if (b.urgent || b.nothing_to_write() || b.session_row || b.bytes >= gather_bytes ||
        b.acks.size() >= max_unacknowledged_)
        return std::nullopt;
    MonoTime now = clock_.mono();
    MonoTime until = now + as_mono(options_.journal.sync_interval);
    if (b.waiting.empty()) // nobody stands there until it is done
        until = std::max(until, last_commit_ + as_mono(options_.journal.commit_gap));
    return until > now ? std::optional(until) : std::nullopt;
}

void Writer::batch_end() {
    if (blocked() || batch_.empty()) return;
    auto until = gather_until();
    if (!until)
        commit();
    else if (!gather_until_)
        gather_until_ = until;
}

std::optional<MonoTime> Writer::deadline() const {
    return blocked() ? status_.retry_at() : gather_until_;
}

void Writer::poll() {
    auto due = deadline();
    if (!due || clock_.mono() < *due) return;
    if (journal_)
        commit();
    else
        open();
}

// ---- commit

void Writer::commit() {
    gather_until_.reset();
    if (!batch_.nothing_to_write()) {
        if (!batch_.segments.empty())
            if (auto why = space_.refusal(*journal_, *session_, batch_.bytes))
                return block(JournalState::full, *why);
        last_commit_ = clock_.mono();
        if (auto done = write(); !done) {
            block(JournalState::failing, done.error().message());
            if (done.error() == make_error_code(store::Errc::corrupt)) reopen_damaged();
            return;
        }
    }
    committed_now();
}

result<void> Writer::write() {
    std::vector<SegmentPtr> closed;
    for (auto& s : batch_.segments) {
        s->marks = session_->redelivery().marks();
        s->last_us = session_->clock().last_us();
        closed.push_back(s);
    }
    JournalWrite content{closed, batch_.qos2, batch_.session_row};
    auto done = journal_->commit(content);
    if (!done) {
        stats_.commit_errors.add();
        if (done.error() == make_error_code(store::Errc::full) &&
            space_.drop_for_disk(*journal_, *session_, batch_.bytes))
            done = journal_->commit(content);
    }
    if (!done) return done;
    for (const auto& s : closed) handoff_.push(s);
    stats_.commits.add();
    return {};
}

void Writer::committed_now() {
    Batch batch = std::exchange(batch_, Batch());
    readings::Row before = std::exchange(committed_, next_row_ - 1);
    stats_.journaled.add(committed_ - before);
    status_.show_level(*journal_);
    if (is_connected_ && (!batch.acks.empty() || !batch.completes.empty())) {
        events_.on_committed(batch.acks, batch.completes);
        stats_.acknowledged.add(batch.acks.size());
    }
    if (is_connected_) session_->redelivery().acknowledged(committed_);
    for (auto& [row, done] : batch.waiting) done(row);
    if (status_.unblock(committed_)) events_.on_unblocked();
}

void Writer::block(JournalState state, std::string_view reason) {
    if (journal_) status_.show_level(*journal_);
    if (status_.block(state, reason, batch_.bytes)) events_.on_blocked();
    refuse_waiting(why_blocked());
}

void Writer::refuse_waiting(Errc why) {
    auto waiting = std::exchange(batch_.waiting, {});
    for (auto& [row, done] : waiting) done(make_error_code(why));
}

void Writer::stop_taking() {
    if (journal_) commit();
}

void Writer::stop() {
    refuse_waiting(Errc::not_running);
    if (journal_) space_.save_tables(*journal_, *session_);
}

// ---- room

bool Writer::cut(readings::Row upto) {
    if (!journal_ || !journal_->oldest_us()) return false;
    auto more = space_.cut(*journal_, *session_, upto);
    if (!more) {
        log::warning("journal", "rows could not be removed", {{"reason", more.error().message()}});
        return false;
    }
    status_.show_level(*journal_);
    if (blocked() && !*more) commit();
    return *more;
}

void Writer::apply(const JournalOptions& journal, std::vector<std::string> ignore) {
    options_.journal = journal;
    ignore_ = TopicFilters(std::move(ignore));
    urgent_ = TopicFilters(journal.urgent);
    space_.apply(journal);
    if (journal_) commit(); // a higher limit helps at once
}

// ---- opening

void Writer::open() {
    auto journal =
        Journal::open(options_.path, options_.journal.max_pages, options_.at_least, random_);
    if (!journal) {
        block(JournalState::failing, journal.error().message());
        if (journal.error() == make_error_code(store::Errc::corrupt)) reopen_damaged();
        return;
    }
    journal_.emplace(std::move(*journal));
    space_.opened();
    if (session_) {
        (void)journal_->set_hash_seed(session_->hash_seed());
    } else {
        session_ =
            std::make_unique<Session>(journal_->hash_seed(), journal_->last_us(), options_.digits);
        auto restored = restore_session(*journal_, options_.path, *session_);
        if (!restored) {
            block(JournalState::failing, restored.error().message());
            session_.reset();
            journal_.reset();
            return;
        }
        session_->take_again(options_.again);
        remembered_ = std::move(*restored);
        next_row_ = journal_->next_row();
        committed_ = next_row_ - 1;
        handoff_.opened(committed_);
    }
    status_.show_level(*journal_);
    commit(); // what waited; unblocks
}

// A new file goes on in the place of the damaged one, with higher rows.
void Writer::reopen_damaged() {
    journal_.reset();
    options_.at_least = std::max(options_.at_least, committed_);
    put_aside(options_.path, clock_.wall());
    status_.retry_now();
}

} // namespace caredian::ingest
