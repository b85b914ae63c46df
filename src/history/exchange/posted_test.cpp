#include "history/exchange/posted.h"

#include <gtest/gtest.h>

namespace caredian::history {
namespace {

using readings::Reading;

constexpr std::int64_t kNow = 1'767'999'300'000'000'000;

PostedOptions options() {
    PostedOptions o;
    o.device = "roof";
    o.now = from_ns(kNow);
    return o;
}

std::string text_of(const readings::FieldValue& v) {
    if (const auto* d = std::get_if<double>(&v)) return std::to_string(*d);
    if (const auto* i = std::get_if<std::int64_t>(&v)) return std::to_string(*i) + 'i';
    if (const auto* b = std::get_if<bool>(&v)) return *b ? "true" : "false";
    return '"' + std::get<std::string>(v) + '"';
}

// "series field=value,… time − now", or what is wrong.
std::string told(const Posted& posted) {
    if (const auto* problem = std::get_if<PostedProblem>(&posted))
        return (problem->unreadable ? "unreadable: " : "") +
               (problem->line ? std::to_string(problem->line) + ": " : "") + problem->reason;
    std::string out;
    for (const auto& r : std::get<std::vector<Reading>>(posted)) {
        if (!out.empty()) out += " | ";
        out += r.series.to_string();
        for (const auto& f : r.fields) out += ' ' + f.name + '=' + text_of(f.value);
        out += " " + std::to_string(to_ns(r.time) - kNow);
    }
    return out;
}
std::string json(std::string_view body) {
    return told(read_posted_json(body, options()));
}
std::string lines(std::string_view body, std::int64_t unit = 1) {
    auto with = options();
    with.unit_ns = unit;
    return told(read_posted_lines(body, with));
}

TEST(PostedJson, BothForms) {
    EXPECT_EQ(json(R"({"fields":{"t":21.5,"n":3,"on":true,"s":"x"}})"),
              "readings,device=roof t=21.500000 n=3.000000 on=true s=\"x\" 0");
    EXPECT_EQ(json(R"({"readings":[
        {"measurement":"climate","fields":{"t":1},"time":"2026-01-09T22:54:59Z"},
        {"measurement":"climate","tags":{"path":"a b","device":"roof"},"fields":{"t":2},
         "time":1767999300000000007},
        {"device":"roof","fields":{"t":3}}]})"),
              "climate,device=roof t=1.000000 -1000000000 | "
              "climate,device=roof,path=a\\ b t=2.000000 7 | readings,device=roof t=3.000000 2");
}

TEST(PostedJson, WhatItIsNot) {
    for (const auto& [body, why] : std::initializer_list<std::pair<const char*, const char*>>{
             {"", "unreadable: the body is not JSON"},
             {"{", "unreadable: the body is not JSON"},
             {"[1]", "unreadable: the body is no object"},
             {"{}", "unreadable: it has neither readings nor fields"},
             {R"({"readings":[]})", "unreadable: readings is empty"},
             {R"({"readings":{}})", "unreadable: readings must be an array, and alone"},
             {R"({"readings":[],"fields":{}})", "unreadable: readings must be an array, and alone"},
             {R"({"readings":[1]})", "readings[0]: it is no object"},
             {R"({"readings":[{"fields":{"t":1}},{"fields":{}}]})",
              "readings[1]: it has no fields"},
             {R"({"fields":1})", "fields must be an object"},
             {R"({"fields":{"t":null}})", "the field t is no number, boolean or text"},
             {R"({"fields":{"t":{"a":1}}})", "the field t is no number, boolean or text"},
             {R"({"fields":{"t":[1]}})", "the field t is no number, boolean or text"},
             {R"({"fields":{"t":1e999}})", "a number is too large for a double"},
             {R"({"fields":{"t":NaN}})", "unreadable: the body is not JSON"},
             {R"({"fields":{"t":1},"colour":1})",
              "a reading has measurement, fields, tags, time and device, and no colour"},
             {R"({"fields":{"t":1},"device":"cellar"})", "it names another device than the path"},
             {R"({"fields":{"t":1},"tags":{"device":"cellar"}})",
              "it names another device than the path"},
             {R"({"fields":{"t":1},"tags":{"a":1}})", "the tag a is no text"},
             {R"({"fields":{"t":1},"tags":{"a":""}})", "the tag a is empty"},
             {R"({"fields":{"t":1},"time":"yesterday"})", "time is RFC 3339 or whole ns"},
             {R"({"fields":{"t":1},"time":1767999300.5})", "time is RFC 3339 or whole ns"},
             {R"({"fields":{"t":1},"measurement":7})", "measurement must be a text"}}) {
        EXPECT_EQ(json(body).substr(0, std::string_view(why).size()), why) << body;
    }
}

TEST(PostedLines, AsInfluxWritesThem) {
    EXPECT_EQ(
        lines("# a remark\n\nclimate,room=a\\ b t=1,n=2i,on=t,s=\"x\n,y\" 1767999300000000001\r\n"
              "climate t=2"),
        "climate,device=roof,room=a\\ b t=1.000000 n=2i on=true s=\"x\n,y\" 1 | "
        "climate,device=roof t=2.000000 5");
    EXPECT_EQ(lines("m,device=roof v=1 1767999300", 1'000'000'000), "m,device=roof v=1.000000 0");
    EXPECT_EQ(lines("m v=1 1767999300001", 1'000'000), "m,device=roof v=1.000000 1000000");
}

TEST(PostedLines, TheLineIsNamed) {
    for (const auto& [body, why] : std::initializer_list<std::pair<const char*, const char*>>{
             {"", "unreadable: there is no line with a reading"},
             {"# only\n", "unreadable: there is no line with a reading"},
             {"m v=1\nm v=\n", "2: a field has no value"},
             {"m v=1\n\n#\nm v=NaN\n", "4: a value is no number, boolean or text in quotes"},
             {"m v=inf", "1: a value is no number, boolean or text in quotes"},
             {"m v=1e999", "1: a value is no number, boolean or text in quotes"},
             {"m", "1: the fields are missing"},
             {"m s=\"x", "1: a text has no closing quote"},
             {"m s=\"x\ny\nm v=1", "1: a text has no closing quote"},
             {"m v=1 1 1", "1: the time is no integer that fits"},
             {"m v=1 99999999999999999999", "1: the time is no integer that fits"},
             {"m,device=cellar v=1", "1: it names another device than the path"},
             {"m,a=1,a=2 v=1", "1: a tag is given twice"},
             {"m,v=1 v=1", "1: v is a tag and a field: it can be but one of them"},
             {"m time=1", "1: a field cannot be called time"},
             {"m,time=1 v=1", "1: the tag time is reserved"},
             {"_m v=1", "1: the measurement is reserved"},
             {"mqtt_raw v=1", "1: the measurement is reserved"},
             {"m\\ v=1", "1: the fields are missing"}}) {
        EXPECT_EQ(lines(body), why) << body;
    }
}

TEST(Posted, TimesAreBounded) {
    auto at = [](std::int64_t offset_s) {
        return lines("m v=1 " + std::to_string(kNow + offset_s * 1'000'000'000));
    };
    EXPECT_EQ(at(600), "m,device=roof v=1.000000 600000000000");
    EXPECT_EQ(at(601), "1: the time is more than 10 minutes ahead of the gateway's clock");
    EXPECT_EQ(at(-365 * 86'400), "m,device=roof v=1.000000 -31536000000000000");
    EXPECT_EQ(at(-365 * 86'400 - 1), "1: the time is older than a year: older history is imported "
                                     "(/api/v1/import)");
    EXPECT_EQ(lines("m v=1 0").substr(0, 20), "1: the time is older");
}

TEST(Posted, SizesAreBounded) {
    std::string fields = "f0=1";
    for (int i = 1; i < 257; ++i) fields += ",f" + std::to_string(i) + "=1";
    EXPECT_EQ(lines("m " + fields), "1: more than 256 fields");
    std::string many;
    for (int i = 0; i < 5'001; ++i) many += "m v=1\n";
    EXPECT_EQ(lines(many), "5001: more than 5000 lines");
    std::string tags = "m";
    for (int i = 0; i < 17; ++i) tags += ",t" + std::to_string(i) + "=1";
    EXPECT_EQ(lines(tags + " v=1"), "1: more than 16 tags");
    EXPECT_EQ(lines(std::string(129, 'm') + " v=1"), "1: the measurement is longer than 128 bytes");
    EXPECT_EQ(lines("m s=\"" + std::string(16'385, 'x') + '"'),
              "1: the field s is longer than 16384 bytes");
    EXPECT_EQ(lines("m\x01 v=1"), "1: the measurement holds a control character");
    EXPECT_EQ(lines("m\xff v=1"), "1: the measurement is not UTF-8");
    EXPECT_EQ(lines("m s=\"\xff\""), "1: the field s is not UTF-8");
}

TEST(PostedOriginal, PointsOfOneDevice) {
    auto read = [](std::string_view body) {
        auto with = options();
        with.device.clear();
        auto out = told(read_original_points(body, with));
        return with.device + " / " + out;
    };
    EXPECT_EQ(read(R"({"points":[{"tags":{"device_id":"esp","location":"home"},"fields":{"prob":1},
                      "time":1767999300000000001},
                      {"measurement":"m","tags":{"device_id":"esp"},"fields":{"x":true}}],
                      "default_measurement":"fall_events"})"),
              "esp / fall_events,device=esp,location=home prob=1.000000 1 | m,device=esp x=true 1");
    EXPECT_EQ(read(R"({"points":[{"fields":{"x":1}}]})"),
              " / a point has no tag device or device_id");
    EXPECT_EQ(read(R"({"points":[{"tags":{"device":"a"},"fields":{"x":1}},
                                 {"tags":{"device":"b"},"fields":{"x":1}}]})"),
              "a / the points of a request are of one device");
    EXPECT_EQ(read(R"({"points":{}})"), " / unreadable: points must be an array");
    EXPECT_EQ(read(R"({"points":[]})"), " / unreadable: points is empty");
    EXPECT_EQ(read(R"({"points":[{"tags":{"device":"#"},"fields":{"x":1}}]})"),
              "# / the device's name holds + or #");
    EXPECT_EQ(read("[]"), " / unreadable: points must be an array");
}

TEST(Posted, NamesOfDevices) {
    EXPECT_EQ(wrong_device_name("거실 온도"), "");
    EXPECT_EQ(wrong_device_name("a/b"), "");
    for (const char* bad : {"", "a/#", "+", "a\nb", "\xff", "a\\"})
        EXPECT_NE(wrong_device_name(bad), "") << bad;
    EXPECT_NE(wrong_device_name(std::string(129, 'a')), "");
}

} // namespace
} // namespace caredian::history
