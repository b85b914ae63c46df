#include "ingest/journal_recovery.h"

#include "base/log.h"
#include "ingest/journal_reader.h"

#include <cstdio>

namespace caredian::ingest {

namespace {

void load_tables(const Journal::Left& left, Session& session) {
    if (!session.redelivery().load(left.tables.redelivery) && left.saved_row)
        log::warning("journal", "the table of redeliveries was not readable");
    if (!session.retained().load(left.tables.topics) && left.saved_row)
        log::warning("journal", "the table of retained messages was not readable");
    // An older program left none.
    if (!left.tables.sent_keys.empty() && !session.sent_keys().load(left.tables.sent_keys))
        log::warning("journal", "the table of Idempotency-Keys was not readable");
    if (left.session_row > left.saved_row) session.redelivery().clear();
    for (auto id : left.qos2) session.restore_qos2(id);
}

void replay(const Segment& segment, readings::Row session_row, Session& session) {
    if (segment.first_row >= session_row) session.redelivery().replay(segment.marks);
    SegmentReader entries(segment);
    Entry entry;
    while (entries.next(entry)) session.replay(entry, entry.message.row >= session_row);
    if (entries.damaged())
        log::error("journal", "a segment is damaged", {{"first_row", segment.first_row}});
}

} // namespace

result<std::string> restore_session(Journal& journal, const std::string& path, Session& session) {
    auto left = journal.left();
    if (!left) return left.error();
    load_tables(*left, session);
    auto reader = JournalReader::open(path);
    if (!reader) return reader.error();
    Segment segment;
    for (readings::Row from = left->saved_row + 1;; from = segment.last_row() + 1) {
        auto found = reader->read(from, segment);
        if (!found) return found.error();
        if (!*found) return std::move(left->subscriptions);
        replay(segment, left->session_row, session);
    }
}

void put_aside(const std::string& path, WallTime now) {
    std::string aside = path + ".damaged-" + std::to_string(to_ns(now));
    log::error("journal", "the file is damaged and was put aside", {{"file", aside}});
    for (const char* suffix : {"", "-wal", "-shm"})
        std::rename((path + suffix).c_str(), (aside + suffix).c_str());
}

} // namespace caredian::ingest
