#include "ingest/journal.h"
#include "ingest/journal_reader.h"
#include "ingest/test_support.h"

#include <fstream>
#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

struct JournalFile : testing::Test {
    TempDir dir;
    SeededRandom random{1};
    std::string path = dir.path() + "/journal.db";

    Journal open(readings::Row at_least = 0, std::uint32_t max_pages = 0) {
        auto journal = Journal::open(path, max_pages, at_least, random);
        EXPECT_TRUE(journal) << journal.error().message();
        return std::move(*journal);
    }
    static SegmentPtr segment(readings::Row first, std::uint32_t rows, std::size_t payload = 10) {
        auto s = std::make_shared<Segment>();
        s->first_row = first;
        s->last_us = static_cast<std::int64_t>(1000 * first);
        std::string text(payload, 'x');
        for (std::uint32_t i = 0; i < rows; ++i) {
            Entry e;
            e.message.row = e.message.first_row = first + i;
            e.message.topic = "a/b";
            e.message.payload = text;
            s->append(e);
        }
        return s;
    }
    static result<void> put(Journal& journal, std::uint32_t rows, std::size_t payload = 10) {
        SegmentPtr s = segment(journal.next_row(), rows, payload);
        return journal.commit({std::span(&s, 1), {}, 0});
    }
    std::vector<readings::Row> stored_rows() {
        auto reader = JournalReader::open(path);
        EXPECT_TRUE(reader);
        std::vector<readings::Row> rows;
        Segment s;
        readings::Row from = 0;
        for (;;) {
            auto found = reader->read(from, s);
            EXPECT_TRUE(found) << found.error().message();
            if (!found || !*found) return rows;
            SegmentReader entries(s);
            Entry e;
            while (entries.next(e)) rows.push_back(e.message.row);
            EXPECT_FALSE(entries.damaged());
            from = s.last_row() + 1;
        }
    }
};

TEST_F(JournalFile, KeepsSegmentsOverACrash) {
    {
        Journal journal = open();
        EXPECT_EQ(journal.next_row(), 1u);
        ASSERT_TRUE(put(journal, 3));
        ASSERT_TRUE(put(journal, 2));
        EXPECT_EQ(journal.rows(), 5u);
    }
    Journal again = open();
    EXPECT_EQ(again.next_row(), 6u);
    EXPECT_EQ(again.rows(), 5u);
    EXPECT_EQ(again.last_us(), 4000);
    EXPECT_EQ(*again.oldest_us(), 1000);
    EXPECT_EQ(stored_rows(), (std::vector<readings::Row>{1, 2, 3, 4, 5}));
}

TEST_F(JournalFile, FindsTheSegmentOfARow) {
    Journal journal = open();
    ASSERT_TRUE(put(journal, 3));
    ASSERT_TRUE(put(journal, 4));
    auto reader = JournalReader::open(path);
    ASSERT_TRUE(reader);
    Segment s;
    for (auto [from, first] : {std::pair(0, 1), {1, 1}, {3, 1}, {4, 4}, {7, 4}}) {
        auto found = reader->read(static_cast<readings::Row>(from), s);
        ASSERT_TRUE(found && *found) << from;
        EXPECT_EQ(s.first_row, static_cast<readings::Row>(first)) << from;
    }
    EXPECT_FALSE(*reader->read(8, s));
}

TEST_F(JournalFile, CutsWholeSegmentsAndNeverUsesARowAgain) {
    {
        Journal journal = open();
        for (int i = 0; i < 3; ++i) ASSERT_TRUE(put(journal, 2));
        EXPECT_FALSE(*journal.cut(3, 1 << 20, nullptr)) << "row 4 is in the segment of row 3";
        EXPECT_EQ(stored_rows(), (std::vector<readings::Row>{3, 4, 5, 6}));
        SessionTables tables;
        EXPECT_FALSE(*journal.cut(6, 1 << 20, &tables));
        EXPECT_EQ(journal.rows(), 0u);
        EXPECT_EQ(journal.bytes(), 0u);
        EXPECT_FALSE(journal.oldest_us());
    }
    Journal again = open();
    EXPECT_EQ(again.next_row(), 7u) << "drained, and yet rows go on";
    EXPECT_EQ(again.last_us(), 5000);
}

TEST_F(JournalFile, CutsInSteps) {
    Journal journal = open();
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(put(journal, 1, 1000));
    EXPECT_TRUE(*journal.cut(100, 1500, nullptr));
    EXPECT_EQ(journal.rows(), 2u);
    EXPECT_FALSE(*journal.cut(100, 1500, nullptr));
    EXPECT_EQ(journal.rows(), 0u);
}

TEST_F(JournalFile, StartsAboveTheConsumersWhenTheFileWasLost) {
    EXPECT_EQ(open(500).next_row(), 501u);
}

TEST_F(JournalFile, KeepsTheSession) {
    {
        Journal journal = open();
        SegmentPtr s = segment(1, 2);
        Qos2Change add[] = {{7, 1}, {8, 2}};
        ASSERT_TRUE(journal.commit({std::span(&s, 1), add, 0}));
        Qos2Change remove[] = {{7, 0}};
        ASSERT_TRUE(journal.commit({{}, remove, 0}));
        SessionTables tables{"red", "topics", "keys"};
        ASSERT_TRUE(journal.save(tables));
        ASSERT_TRUE(put(journal, 1));
    }
    Journal again = open();
    auto left = again.left();
    ASSERT_TRUE(left);
    EXPECT_EQ(left->qos2, (std::vector<std::uint16_t>{8}));
    EXPECT_EQ(left->tables.redelivery, "red");
    EXPECT_EQ(left->tables.topics, "topics");
    EXPECT_EQ(left->tables.sent_keys, "keys");
    EXPECT_EQ(left->saved_row, 2u);
    EXPECT_EQ(left->session_row, 0u);
    ASSERT_TRUE(again.commit({{}, {}, 4})); // Session Present = 0
    left = again.left();
    EXPECT_TRUE(left->qos2.empty());
    EXPECT_EQ(left->session_row, 4u);
}

TEST_F(JournalFile, ACommitIsAllOrNothing) {
    Journal journal = open();
    SegmentPtr two[] = {segment(1, 2), segment(1, 2)}; // the second breaks the primary key
    Qos2Change add[] = {{7, 1}};
    EXPECT_FALSE(journal.commit({two, add, 0}));
    EXPECT_EQ(journal.next_row(), 1u);
    EXPECT_EQ(journal.rows(), 0u);
    EXPECT_TRUE(stored_rows().empty());
    EXPECT_TRUE(journal.left()->qos2.empty());
    EXPECT_TRUE(put(journal, 2)) << "and it goes on";
}

TEST_F(JournalFile, SaysFullAndRecovers) {
    Journal journal = open(0, 30);
    result<void> done;
    int commits = 0;
    while ((done = put(journal, 1, 4000))) ++commits;
    EXPECT_EQ(done.error(), make_error_code(store::Errc::full));
    EXPECT_GT(commits, 5);
    EXPECT_EQ(journal.rows(), static_cast<std::uint64_t>(commits));
    ASSERT_TRUE(journal.cut(3, 1 << 20, nullptr));
    EXPECT_TRUE(put(journal, 1, 4000));
    EXPECT_EQ(stored_rows().front(), 4u);
    EXPECT_EQ(stored_rows().back(), static_cast<readings::Row>(commits + 1));
}

TEST_F(JournalFile, KeepsItsSeed) {
    std::uint64_t seed = open().hash_seed();
    EXPECT_NE(seed, 0u);
    EXPECT_EQ(open().hash_seed(), seed);
}

TEST_F(JournalFile, RefusesWhatIsNotAJournal) {
    std::ofstream(path) << "these are not the bytes of a database, not at all, and long enough";
    auto journal = Journal::open(path, 0, 0, random);
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error(), make_error_code(store::Errc::corrupt));
}

TEST_F(JournalFile, SaysSoWhenTheFolderIsNotThere) {
    auto journal = Journal::open(dir.path() + "/none/journal.db", 0, 0, random);
    ASSERT_FALSE(journal);
    EXPECT_EQ(journal.error(), make_error_code(store::Errc::open));
}

} // namespace
} // namespace caredian::ingest
