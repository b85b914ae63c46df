// What the tests of the local history share: a file of its own, readings, and answers as lines.
#pragma once

#include "history/local_history.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace caredian::history {
using readings::Field;
using readings::FieldType;
using readings::Reading;

inline constexpr std::int64_t kStart = 1'767'999'300'000'000'000;
inline constexpr std::int64_t kSecond = 1'000'000'000;
inline constexpr std::int64_t kDay = 24 * 3600 * kSecond;

struct TempFolder {
    std::string path;
    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "history-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~TempFolder() { std::filesystem::remove_all(path); }
};

inline Reading reading(readings::Row row, std::string device, std::int64_t time,
                       std::vector<Field> fields, std::string measurement = "zigbee") {
    Reading r;
    r.series = {std::move(measurement), {{"device", std::move(device)}}};
    r.fields = std::move(fields);
    r.time = from_ns(time);
    r.row = r.first_row = row;
    return r;
}

inline std::string show(const Batch& batch, const Value& v) {
    switch (v.type) {
    case FieldType::number:
        return std::to_string(v.number);
    case FieldType::integer:
        return std::to_string(v.integer) + "i";
    case FieldType::boolean:
        return v.boolean ? "true" : "false";
    case FieldType::text:
        return "\"" + std::string(batch.text(v)) + "\"";
    }
    return "?";
}

// Everything a query gives: "device field time value", times relative to kStart.
inline std::vector<std::string> drain(QuerySource& source, const Query& query) {
    auto cursor = source.query(query);
    if (!cursor) return {"error: " + cursor.error().message()};
    std::vector<std::string> lines;
    Batch batch;
    for (;;) {
        auto more = (*cursor)->next(batch);
        if (!more) {
            lines.push_back("error: " + more.error().message());
            return lines;
        }
        if (!*more) return lines;
        for (const auto& p : batch.points)
            lines.push_back(std::string(batch.series->tag("device")) + " " + batch.fields[p.field] +
                            " " + std::to_string(p.time - kStart) + " " + show(batch, p.value));
    }
}

// The same with every digit.
inline std::vector<std::string> drain_exactly(QuerySource& source, const Query& query) {
    auto cursor = source.query(query);
    if (!cursor) return {"error: " + cursor.error().message()};
    std::vector<std::string> lines;
    Batch batch;
    auto exact = [&batch](const Value& v) {
        if (v.type != FieldType::number) return show(batch, v);
        char text[40];
        std::snprintf(text, sizeof text, "%.17g", v.number);
        return std::string(text);
    };
    while (*(*cursor)->next(batch))
        for (const auto& p : batch.points)
            lines.push_back(batch.series->measurement + " " +
                            std::string(batch.series->tag("device")) + " " + batch.fields[p.field] +
                            " " + std::to_string(p.time - kStart) + " " + exact(p.value));
    return lines;
}

inline Query of_device(std::string device, std::string field = {}) {
    Query q;
    q.device = std::move(device);
    q.field = std::move(field);
    return q;
}

using Lines = std::vector<std::string>;

class HistoryTest : public ::testing::Test {
protected:
    void open() {
        history.reset();
        options.path = folder.path + "/history.db";
        auto opened = LocalHistory::open(options, clock);
        ASSERT_TRUE(opened) << opened.error().message();
        history = std::move(*opened);
    }
    void take(Reading r) {
        readings::Row row = r.row;
        history->take({&r, 1}, row);
    }
    // Until nothing is due any more.
    void maintain() {
        history->tick();
        clock.advance(std::chrono::seconds(1));
        while (history->maintain(std::chrono::seconds(1))) {
        }
    }
    void SetUp() override { open(); }

    TempFolder folder;
    ManualClock clock;
    LocalHistoryOptions options;
    std::unique_ptr<LocalHistory> history;
};

} // namespace caredian::history
