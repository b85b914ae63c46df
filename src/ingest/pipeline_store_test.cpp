#include "ingest/pipeline_store.h"
#include "ingest/test_support.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

struct Store : testing::Test {
    TempDir dir;
    FieldTypes types{100};
    DeadLetterOptions options;
    std::string path = dir.path() + "/ingest.db";

    static readings::Message message(readings::Row row, std::string_view payload) {
        readings::Message m;
        m.row = row;
        m.topic = "a/b";
        m.payload = payload;
        m.time = from_ns(static_cast<std::int64_t>(row) * 1000 + 7);
        return m;
    }
};

TEST_F(Store, KeepsLettersAndTypes) {
    {
        PipelineStore store(path, options);
        ASSERT_TRUE(store.open(types));
        store.add(message(3, "{bad"), "malformed_json");
        store.add({{"m", "f", readings::FieldType::text, {}},
                   {"m", "f", readings::FieldType::number, "d"}});
        EXPECT_EQ(store.first_waiting(), 3u);
        ASSERT_TRUE(store.flush());
        EXPECT_FALSE(store.first_waiting());
    }
    FieldTypes again(100);
    PipelineStore store(path, options);
    ASSERT_TRUE(store.open(again));
    EXPECT_EQ(again.size(), 1u);
    EXPECT_EQ(again.of_devices(), 1u);
    EXPECT_EQ(store.rows(), 1u);
    auto letters = store.newest(10);
    ASSERT_TRUE(letters);
    ASSERT_EQ(letters->size(), 1u);
    EXPECT_EQ((*letters)[0].row, 3u);
    EXPECT_EQ((*letters)[0].payload, "{bad");
    EXPECT_EQ((*letters)[0].error, "malformed_json");
    EXPECT_EQ(to_ns((*letters)[0].time), 3007);
}

TEST_F(Store, ARowGivenAgainIsOneLetter) {
    PipelineStore store(path, options);
    ASSERT_TRUE(store.open(types));
    for (int i = 0; i < 2; ++i) {
        store.add(message(3, "x"), "malformed_json");
        ASSERT_TRUE(store.flush());
    }
    EXPECT_EQ(store.rows(), 1u);
}

TEST_F(Store, TheOldestGoFirst) {
    options.max_rows = 5;
    PipelineStore store(path, options);
    ASSERT_TRUE(store.open(types));
    for (readings::Row row = 1; row <= 12; ++row) {
        store.add(message(row, "x"), "malformed_json");
        if (row % 3 != 0) continue;
        ASSERT_TRUE(store.flush());
    }
    EXPECT_EQ(store.rows(), 5u);
    auto letters = store.newest(10);
    ASSERT_EQ(letters->size(), 5u);
    EXPECT_EQ(letters->front().row, 12u);
    EXPECT_EQ(letters->back().row, 8u);
}

TEST_F(Store, BytesAreBounded) {
    options.max_bytes = 10'000;
    options.max_payload = 1000;
    PipelineStore store(path, options);
    ASSERT_TRUE(store.open(types));
    std::string large(5000, 'x');
    for (readings::Row row = 1; row <= 50; ++row) {
        store.add(message(row, large), "too_large");
        ASSERT_TRUE(store.flush());
    }
    EXPECT_LE(store.bytes(), 10'000u);
    EXPECT_EQ(store.rows(), 9u);
    EXPECT_EQ((*store.newest(1))[0].bytes, 5000u);
    EXPECT_EQ((*store.newest(1))[0].payload.size(), 1000u);
}

TEST_F(Store, WithoutAFileLettersWaitAndAreBounded) {
    PipelineStore store(dir.path() + "/none/ingest.db", options);
    EXPECT_FALSE(store.open(types));
    for (readings::Row row = 1; row <= 1500; ++row) store.add(message(row, "x"), "e");
    EXPECT_FALSE(store.flush());
    EXPECT_EQ(store.first_waiting(), 501u);
}

} // namespace
} // namespace caredian::ingest
