#include "ingest/follower.h"

#include "base/log.h"
#include "ingest/pipeline_store.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t push_readings = 512; // offered at once
constexpr milliseconds look_again{200};    // for room, after what could not be read

std::span<const readings::Reading> behind_row(std::span<const readings::Reading> all,
                                              readings::Row row) {
    if (all.empty() || all.front().row > row) return all;
    auto from = std::partition_point(all.begin(), all.end(),
                                     [row](const auto& one) { return one.row <= row; });
    return all.subspan(static_cast<std::size_t>(from - all.begin()));
}

} // namespace

Follower::Follower(readings::Sink& sink, FollowerOptions options, ConsumerStats& stats)
    : sink_(sink), options_(std::move(options)), stats_(stats), position_(sink.cursor()) {}

void Follower::begin(readings::Row delivered) {
    std::lock_guard lock(mutex_);
    delivered_ = delivered;
    if (position_ < delivered_) wake_.notify_one();
}

void Follower::give(std::span<const readings::Reading> readings, readings::Row last_row) {
    std::lock_guard lock(mutex_);
    bool live = position_ >= delivered_;
    delivered_ = std::max(delivered_, last_row);
    if (position_ >= last_row || !live) return;
    auto fresh = behind_row(readings, position_);
    if (!sink_.offer(fresh, last_row)) {
        wake_.notify_one();
        return;
    }
    position_ = last_row;
    stats_.written.add(fresh.size());
}

readings::Row Follower::cursor() const {
    std::lock_guard lock(mutex_);
    return std::max(sink_.cursor(), let_go_);
}

namespace {

// When the first row from `row` on was received; nullopt: there is none, or it cannot be read.
std::optional<WallTime> received(JournalReader& journal, readings::Row row) {
    Segment segment;
    auto found = journal.read(row, segment);
    if (!found || !*found) return std::nullopt;
    SegmentReader entries(segment);
    Entry entry;
    while (entries.next(entry))
        if (entry.message.row >= row) return entry.message.time;
    return std::nullopt;
}

} // namespace

void Follower::let_go(readings::Row upto) {
    auto from = cursor();
    if (from >= upto) return;
    auto journal = JournalReader::open(options_.journal_path);
    if (!journal) return;
    auto first = received(*journal, from + 1), last = received(*journal, upto);
    if (!first || !last || !sink_.let_go(*first, *last)) return;
    log::warning("ingest", "the journal needs room: what the sink lacks is sent from the history",
                 {{"sink", sink_.name()}, {"rows", upto - from}});
    std::lock_guard lock(mutex_);
    let_go_ = upto;
    wake_.notify_one();
}

void Follower::run() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || position_ < delivered_; });
            if (stopping_) return;
        }
        try {
            while (step()) continue;
        } catch (const std::exception& e) {
            log::error("ingest", "unexpected; it is tried again",
                       {{"sink", sink_.name()}, {"what", e.what()}});
            translator_.reset();
            wait(look_again);
        }
    }
}

bool Follower::step() {
    readings::Row upto = 0;
    {
        std::lock_guard lock(mutex_);
        if (!stopping_ && position_ < delivered_) upto = delivered_;
    }
    if (upto != 0 && catch_up(upto)) return true;
    if (upto != 0 && !stopping()) {
        wait(look_again);
        return true;
    }
    translator_.reset();
    reader_.reset();
    return false;
}

// Of the journal's next segment, what lies above position_ and not above `upto`. Only this thread
// moves position_ while the sink is behind.
bool Follower::catch_up(readings::Row upto) {
    pass_over();
    if (position_ >= upto) return true;
    if (!translator_) {
        translator_.emplace(options_.decode(), options_.types);
        if (auto read = read_field_types(options_.store_path, translator_->types()); !read) {
            translator_.reset();
            return false;
        }
    }
    if (!read_segment()) return false;
    batch_.clear();
    readings::Row reached = position_;
    SegmentReader entries(segment_);
    Entry entry;
    while (segment_.rows > 0 && entries.next(entry)) {
        if (entry.message.row <= position_) continue;
        if (entry.message.row > upto) break;
        translate(entry.message);
        reached = entry.message.row;
        // The last piece alone may meet the pipeline: from then on it is the one that offers.
        if (batch_.size() >= push_readings && reached < upto && !push(reached)) return false;
    }
    // Rows that are nowhere (dropped by choice, a damaged segment) hold nobody up.
    bool whole = segment_.rows == 0 || segment_.first_row > upto;
    return push(whole ? upto : std::max(reached, std::min(upto, segment_.last_row())));
}

// Only this thread moves the position while the sink is behind.
void Follower::pass_over() {
    std::lock_guard lock(mutex_);
    position_ = std::max(position_, std::min(let_go_, delivered_));
}

void Follower::translate(const readings::Message& message) {
    std::size_t before = batch_.size();
    try {
        (void)translator_->translate(message, batch_);
    } catch (const std::exception& e) {
        batch_.drop_from(before);
        log::error("ingest", "unexpected, the message is passed over",
                   {{"sink", sink_.name()}, {"row", message.row}, {"what", e.what()}});
    }
}

// False: it cannot be read now. No rows: there is none from position_ on.
bool Follower::read_segment() {
    result<bool> found = false;
    if (!reader_) {
        auto opened = JournalReader::open(options_.journal_path);
        if (opened)
            reader_.emplace(std::move(*opened));
        else
            found = {boost::system::in_place_error, opened.error()};
    }
    if (reader_) found = reader_->read(position_ + 1, segment_);
    if (!found) {
        if (!std::exchange(warned_, true))
            log::error("ingest", "the journal cannot be read; it is tried again",
                       {{"sink", sink_.name()}, {"reason", found.error().message()}});
        reader_.reset();
        return false;
    }
    warned_ = false;
    if (!*found) segment_.rows = 0;
    return true;
}

bool Follower::push(readings::Row last_row) {
    while (!sink_.offer(batch_.view(), last_row)) {
        if (stopping()) return false;
        sink_.wait_for_room(look_again);
    }
    std::lock_guard lock(mutex_);
    position_ = last_row;
    stats_.written.add(batch_.size());
    batch_.clear();
    return true;
}

void Follower::wait(milliseconds time) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, time, [this] { return stopping_; });
}

bool Follower::stopping() const {
    std::lock_guard lock(mutex_);
    return stopping_;
}

void Follower::stop() {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
}

} // namespace caredian::ingest
