#include "base/random.h"
#include "history/exchange/import_reader.h"
#include "history/importer.h"
#include "history/test_support.h"

#include <algorithm>
#include <limits>

namespace caredian::history {
namespace {

TEST(CsvCell, QuotesOnlyWhenNeeded) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"plain", "plain"},   {"", ""},         {"a,b", "\"a,b\""}, {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""}, {" a", "\" a\""}, {"온도", "온도"},
    };
    for (const auto& [text, expected] : cases) {
        std::string out;
        append_csv(out, text);
        EXPECT_EQ(out, expected);
    }
}

struct Imported {
    std::vector<Reading> readings;
    ImportReport report;
};

Imported read(std::string_view text, ImportOptions options, std::size_t piece = 7) {
    Imported out;
    auto reader = ImportReader::make(options, [&](std::span<Reading> batch) {
        out.readings.insert(out.readings.end(), batch.begin(), batch.end());
        return true;
    });
    bool more = true;
    for (std::size_t i = 0; more && i < text.size(); i += piece)
        more = reader->add(text.substr(i, piece));
    if (more) reader->finish();
    out.report = reader->report();
    return out;
}

std::string say(const Reading& r) {
    std::string out = r.series.measurement;
    for (const auto& [name, value] : r.series.tags) out += "|" + name + "=" + value;
    for (const auto& f : r.fields) {
        out += " " + f.name + ":";
        if (const auto* number = std::get_if<double>(&f.value)) out += std::to_string(*number);
        if (const auto* integer = std::get_if<std::int64_t>(&f.value))
            out += std::to_string(*integer) + "i";
        if (const auto* boolean = std::get_if<bool>(&f.value)) out += *boolean ? "true" : "false";
        if (const auto* text = std::get_if<std::string>(&f.value)) out += "'" + *text + "'";
    }
    return out + " " + std::to_string(to_ns(r.time));
}

TEST(LineProtocol, IsReadAsInfluxDbReadsIt) {
    struct Case {
        std::string_view line;
        std::string_view reading; // empty: refused
        std::string_view reason;
    };
    const Case cases[] = {
        {"m,device=d v=1 5", "m|device=d v:1.000000 5", {}},
        {"m,device=d v=1i,w=t,x=F,s=\"a b\" 5", "m|device=d v:1i w:true x:false s:'a b' 5", {}},
        {"m,device=d v=-2.5e3", "m|device=d v:-2500.000000 101", {}},
        {"m,b=2,device=d,a=1 v=1 5", "m|a=1|b=2|device=d v:1.000000 5", {}},
        {"my\\ m\\,x,dev\\=ice=1,device=a\\ b\\,c\\=d f\\ 1=1 5",
         "my m,x|dev=ice=1|device=a b,c=d f 1:1.000000 5",
         {}},
        {"m,device=back\\slash v=\"q\\\"q\\\\ \\n\" 5",
         "m|device=back\\slash v:'q\"q\\ \\n' 5",
         {}},
        {"m,device=\"q\" v=1 5", "m|device=\"q\" v:1.000000 5", {}},
        {"m,device=d v=\"two\nlines\" 5", "m|device=d v:'two\nlines' 5", {}},
        {"m,device=d v=1,v=2 5", "m|device=d v:2.000000 5", {}},
        {"m,device=d v=7u 5\r", "m|device=d v:7i 5", {}},
        {"m,device=d  v=1  5 ", "m|device=d v:1.000000 5", {}},
        {"온도,device=거실 값=1 5", "온도|device=거실 값:1.000000 5", {}},
        {"m v=1 5", "", "the tag device is missing"},
        {",device=d v=1 5", "", "the measurement is missing"},
        {"m,device=d", "", "the fields are missing"},
        {"m,device=d ", "", "a field has no name"},
        {"m,device= v=1 5", "", "a tag has an empty value"},
        {"m,device v=1 5", "", "a tag has no name or no value"},
        {"m,device=d,device=e v=1 5", "", "a tag is given twice"},
        {"m,device=d v= 5", "", "a field has no value"},
        {"m,device=d v 5", "", "a field has no value"},
        {"m,device=d v=yes 5", "", "a value is no number"},
        {"m,device=d v=1e999 5", "", "a value is no number"},
        {"m,device=d v=nan 5", "", "a value is no number"},
        {"m,device=d v=9223372036854775808i 5", "", "an integer is not"},
        {"m,device=d v=-1u 5", "", "an unsigned integer is not"},
        {"m,device=d v=1 soon", "", "the time is no integer"},
        {"m,device=d v=1 99999999999999999999", "", "the time is no integer"},
        {"m,device=d v=\"open 5", "", "a text has no closing quote"},
        {"m,device=d v=\"a\"b 5", "", "something follows a value"},
    };
    ImportOptions options;
    options.now_ns = 100;
    for (const auto& c : cases) {
        auto got = read(c.line, options);
        if (!c.reading.empty()) {
            ASSERT_EQ(got.readings.size(), 1U) << c.line;
            EXPECT_EQ(say(got.readings[0]), c.reading) << c.line;
            continue;
        }
        EXPECT_TRUE(got.readings.empty()) << c.line;
        ASSERT_EQ(got.report.errors.size(), 1U) << c.line;
        EXPECT_TRUE(got.report.errors[0].reason.starts_with(c.reason))
            << got.report.errors[0].reason;
    }
}

TEST(LineProtocol, PrecisionCommentsAndErrorsByLine) {
    ImportOptions options;
    options.unit_ns = *parse_precision("ms");
    options.device_tag = "host";
    std::string text = "# a comment\n\nm,host=h v=1 1000\nbroken\n"
                       "m,host=h s=\"two\nlines\" 1000\nm,host=h\n";
    auto got = read(text, options, 1);
    ASSERT_EQ(got.readings.size(), 1U) << "one time, one reading";
    EXPECT_EQ(say(got.readings[0]), "m|device=h v:1.000000 s:'two\nlines' 1000000000");
    EXPECT_EQ(got.report.lines, 4U);
    EXPECT_EQ(got.report.rejected, 2U);
    EXPECT_EQ(got.report.values, 2U);
    EXPECT_EQ(got.report.errors[0].line, 4U);
    EXPECT_EQ(got.report.errors[1].line, 7U);
    EXPECT_EQ(parse_precision("h"), std::nullopt);
}

TEST(LineProtocol, ALineWithoutEndIsBoundedAndOthersGoOn) {
    std::string text = "m,device=d s=\"" + std::string(3 * ImportReader::kLongest, 'x') +
                       "\nm,device=d v=1 5\n" + std::string(2 * ImportReader::kLongest, 'y');
    auto got = read(text, {}, 64 * 1024);
    EXPECT_EQ(got.readings.size(), 1U);
    EXPECT_EQ(got.report.rejected, 2U);
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += "broken\n";
    got = read(many, {});
    EXPECT_EQ(got.report.rejected, 1'000U);
    EXPECT_EQ(got.report.errors.size(), ImportReport::kKept);
}

TEST(CsvImport, ReadsWhatAnExportWrites) {
    ImportOptions options;
    options.format = ExchangeFormat::csv;
    std::string head = "time,measurement,device,field,type,value,area\r\n";
    std::string time = "2026-01-10T03:00:00.000000001Z,m,d,";
    struct Case {
        std::string line;
        std::string_view reading;
        std::string_view reason;
    };
    const Case cases[] = {
        {time + "v,float,1.5,hall", "m|area=hall|device=d v:1.500000 1768014000000000001", {}},
        {time + "v,integer,-3,", "m|device=d v:-3i 1768014000000000001", {}},
        {time + "v,boolean,true,", "m|device=d v:true 1768014000000000001", {}},
        {time + "v,string,\"a,\"\"b\"\"\r\nc\",",
         "m|device=d v:'a,\"b\"\r\nc' 1768014000000000001",
         {}},
        {time + "v,string,,", "m|device=d v:'' 1768014000000000001", {}},
        {time + "v,float,NaN,", "m|device=d v:nan 1768014000000000001", {}},
        {time + "v,float,true,", "", "the value is not one of its type"},
        {time + "v,double,1,", "", "the value is not one of its type"},
        {time + "v,float,1", "", "not as many cells"},
        {time + "v,float,1,a,b", "", "not as many cells"},
        {time + "v,string,a\"b,", "", "a quote stands where none may be"},
        {time + "v,string,\"a\"b,", "", "a quote stands where none may be"},
        {time + "v,string,\"a", "", "a quote stands where none may be"},
        {"yesterday,m,d,v,float,1,", "", "the time is not one"},
        {"2026-01-10T03:00:00Z,,d,v,float,1,", "", "the measurement is missing"},
        {"2026-01-10T03:00:00Z,m,,v,float,1,", "", "the tag device is missing"},
        {"2026-01-10T03:00:00Z,m,d,,float,1,", "", "the field is missing"},
    };
    for (const auto& c : cases) {
        auto got = read(head + c.line, options, 3);
        if (!c.reading.empty()) {
            ASSERT_EQ(got.readings.size(), 1U) << c.line;
            EXPECT_EQ(say(got.readings[0]), c.reading) << c.line;
            continue;
        }
        EXPECT_TRUE(got.readings.empty()) << c.line;
        ASSERT_EQ(got.report.errors.size(), 1U) << c.line;
        EXPECT_EQ(got.report.errors[0].line, 2U);
        EXPECT_TRUE(got.report.errors[0].reason.starts_with(c.reason))
            << got.report.errors[0].reason;
    }
    auto other = read("time,measurement,device,field,value\r\n" + time + "v,1\r\n", options);
    EXPECT_TRUE(other.report.unusable);
    EXPECT_EQ(other.report.rejected, 1U);
}

class ExchangeTest : public HistoryTest {
protected:
    std::string exported(LocalHistory& from, ExchangeFormat format) {
        Query all;
        all.everything = true;
        auto cursor = from.query(all).value();
        auto writer = export_writer(format, cursor->tag_names());
        std::string out;
        writer->head(out);
        Batch batch;
        while (*cursor->next(batch))
            for (std::size_t at = 0; at < batch.points.size(); at += 100)
                writer->points(out, batch, at, std::min(at + 100, batch.points.size()));
        writer->tail(out);
        return out;
    }
    ImportReport import_into(LocalHistory& to, std::string_view text, ExchangeFormat format) {
        auto importer = Importer::open(to).value();
        ImportOptions options_of_import;
        options_of_import.format = format;
        auto reader = ImportReader::make(options_of_import, [&](std::span<Reading> batch) {
            return importer->add(batch).has_value();
        });
        EXPECT_TRUE(reader->add(text) && reader->finish());
        EXPECT_TRUE(importer->finish());
        return reader->report();
    }
    Lines all(LocalHistory& from) {
        Query q;
        q.everything = true;
        auto lines = drain_exactly(from, q);
        std::sort(lines.begin(), lines.end());
        return lines;
    }
};

TEST_F(ExchangeTest, WhatIsExportedComesBackTheSame) {
    SeededRandom random(31);
    readings::Row row = 1;
    const std::string names[] = {"plain", "a b",       "a,b=c", "\"q\"",  "back\\slash\\,x",
                                 "온도",  "tab\there", "it's",  "'; DROP"};
    for (int i = 0; i < 2'000; ++i) {
        auto dice = random.next_u64();
        Reading r =
            reading(row++, names[dice % 9], kStart + i * 10 * kSecond, {}, names[dice / 16 % 9]);
        if (dice % 3 == 0) r.series.tags.emplace_back("zone " + names[dice % 2], names[dice % 5]);
        r.fields.push_back({names[dice / 256 % 9], static_cast<double>(dice % 1'000) / 7});
        r.fields.push_back({"n", static_cast<std::int64_t>(dice)});
        r.fields.push_back({"b", dice % 2 == 0});
        r.fields.push_back({"s", names[dice % 9] + "\nand \"more\"\\"});
        take(r);
    }
    take(reading(row++, "edge", kStart, {{"zero", -0.0}, {"big", 1e300}, {"min", INT64_MIN}}));
    auto expected = all(*history);
    for (auto format : {ExchangeFormat::csv, ExchangeFormat::line_protocol}) {
        TempFolder other;
        LocalHistoryOptions fresh;
        fresh.path = other.path + "/history.db";
        auto copy = LocalHistory::open(fresh, clock).value();
        auto text = exported(*history, format);
        auto report = import_into(*copy, text, format);
        EXPECT_EQ(report.rejected, 0U) << (report.errors.empty() ? "" : report.errors[0].reason);
        EXPECT_EQ(all(*copy), expected);
        import_into(*copy, text, format); // once more changes nothing
        EXPECT_EQ(all(*copy), expected);
        copy.reset();
        copy = LocalHistory::open(fresh, clock).value();
        EXPECT_EQ(all(*copy), expected);
    }
}

TEST_F(ExchangeTest, LineProtocolSaysWhatItCannotSay) {
    take(reading(1, "two\nlines", kStart, {{"v", 1.0}}));
    take(reading(2, "ends\\", kStart, {{"v", 1.0}}));
    take(reading(3, "good", kStart, {{"v", std::numeric_limits<double>::quiet_NaN()}, {"w", 1.0}}));
    take(reading(4, "d", kStart, {{"v", 1.0}}, "#hash"));
    auto text = exported(*history, ExchangeFormat::line_protocol);
    EXPECT_EQ(std::count(text.begin(), text.end(), '#'), 5) << text;
    EXPECT_NE(text.find("zigbee,device=good w=1 "), std::string::npos) << text;
    EXPECT_NE(text.find("1 values"), std::string::npos) << text;
    // CSV can.
    TempFolder other;
    LocalHistoryOptions fresh;
    fresh.path = other.path + "/history.db";
    auto copy = LocalHistory::open(fresh, clock).value();
    import_into(*copy, exported(*history, ExchangeFormat::csv), ExchangeFormat::csv);
    EXPECT_EQ(all(*copy), all(*history));
}

TEST_F(ExchangeTest, LineProtocolHasOneTypeForAFieldOfAMeasurement) {
    take(reading(1, "a", kStart, {{"level", 1.0}}));
    take(reading(2, "b", kStart, {{"level", std::string("wrong")}, {"other", true}}));
    take(reading(3, "c", kStart, {{"level", std::string("x")}, {"level_string", 2.0}}));
    take(reading(4, "d", kStart, {{"level", std::string("y")}}, "tasmota"));
    auto text = exported(*history, ExchangeFormat::line_protocol);
    for (const char* line : {"zigbee,device=a level=1 ", "tasmota,device=d level=\"y\" ",
                             "zigbee,device=b level_string=\"wrong\",other=true ",
                             "zigbee,device=c level_string_float=2 "})
        EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
    EXPECT_NE(text.find("1 values"), std::string::npos) << "c's text has no free name\n" << text;
}

TEST_F(ExchangeTest, AnImportGoesBetweenWhatComesLive) {
    readings::Row row = 1;
    auto live = [&](int count) {
        for (int i = 0; i < count; ++i, ++row)
            take(reading(row, "d", kStart + kDay + static_cast<std::int64_t>(row) * kSecond,
                         {{"v", static_cast<double>(row)}}));
    };
    live(50);
    std::string text;
    for (int i = 0; i < 500; ++i)
        text += "zigbee,device=d v=" + std::to_string(i) + " " +
                std::to_string(kStart + i * 60 * kSecond) + "\n";
    import_into(*history, text, ExchangeFormat::line_protocol);
    live(50);
    EXPECT_EQ(drain(*history, of_device("d")).size(), 600U);
    history->save();
    open();
    EXPECT_EQ(drain(*history, of_device("d")).size(), 600U);
    import_into(*history, "zigbee,device=d v=-1 " + std::to_string(kStart) + "\n",
                ExchangeFormat::line_protocol);
    live(10);
    Query first = of_device("d");
    first.to = kStart + 1;
    EXPECT_EQ(drain(*history, first), Lines{"d v 0 -1.000000"}) << "the later value counts";
    clock.advance(std::chrono::hours(24 * 20));
    history->save();
    maintain();
    EXPECT_EQ(drain(*history, first), Lines{"d v 0 -1.000000"});
    first.fn = Aggregate::min;
    first.to = INT64_MAX;
    EXPECT_EQ(drain(*history, first), Lines{"d v 0 -1.000000"});
    open();
    EXPECT_EQ(drain(*history, of_device("d")).size(), 610U);
    EXPECT_EQ(history->stats().points, 610U) << "the one that was replaced is folded away";
}

TEST_F(ExchangeTest, AnImportOfTooManySeriesIsBounded) {
    options.max_series = 10;
    open();
    auto importer = Importer::open(*history).value();
    std::vector<Reading> many;
    for (int i = 0; i < 30; ++i)
        many.push_back(reading(0, "flood" + std::to_string(i), kStart, {{"v", 1.0}}));
    ASSERT_TRUE(importer->add(many));
    ASSERT_TRUE(importer->finish());
    EXPECT_EQ(history->stats().series, 10U);
    EXPECT_EQ(importer->dropped(), 20U);
    EXPECT_EQ(all(*history).size(), 10U);
}

} // namespace
} // namespace caredian::history
