#include "base/json.h"
#include "ingest/decode/json_fields.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

// "a=1 b=true c='x'": short to write down in a table
std::string show(const JsonFields& json) {
    std::string out;
    for (const auto& f : json.fields()) {
        if (!out.empty()) out += ' ';
        out += std::string(f.name) + '=';
        switch (f.kind) {
        case FlatField::Kind::number:
            append_number(out, f.number);
            break;
        case FlatField::Kind::boolean:
            out += f.boolean ? "true" : "false";
            break;
        case FlatField::Kind::text:
            out += '\'' + std::string(f.text) + '\'';
            break;
        }
    }
    return out;
}

TEST(JsonFields, Flattens) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"a":1,"b":{"c":true,"d":{"e":"x"}},"f":null})", "a=1 b_c=true b_d_e='x'"},
        {R"({"d":[2,"x",null,{"k":false}]})", "d_0=2 d_1='x' d_3_k=false"},
        {R"([1,2,3])", "0=1 1=2 2=3"},
        {R"([[1],[2]])", "0_0=1 1_0=2"},
        {R"({"a":[],"b":{},"c":null})", ""},
        {R"({"a":1,"a":2})", "a=2"},
        {R"({"a_b":1,"a":{"b":2}})", "a_b=2"},
        {R"({"t":"\u00b0C \"q\" \n"})", "t='°C \"q\" \n'"},
        {R"({"on":true,"off":false})", "on=true off=false"},
        {R"({"":5,"a":{"":6}})", "=5 a_=6"},
        {"21.5", "=21.5"},
        {R"("text")", "='text'"},
        {R"( {"a" : 1 } )", "a=1"},
        {R"({"big":12345678901234567890123,"neg":-9223372036854775808})",
         "big=1.2345678901234568e+22 neg=-9223372036854775808"},
        {R"({"t":-3.8497599999999995e-05})", "t=-3.8497599999999995e-05"},
    };
    JsonFields json(32, 512);
    for (auto [text, out] : cases) {
        EXPECT_EQ(json.parse(text), JsonFields::good) << text;
        EXPECT_EQ(show(json), out) << text;
    }
}

TEST(JsonFields, LeavesOutWhatNoDoubleHolds) {
    JsonFields json(32, 512);
    for (const char* text : {R"({"a":1e400,"b":2})", R"({"a":nan,"b":2})",
                             R"({"a":-Infinity,"b":2})", R"({"a":NaN, "b":2})"}) {
        EXPECT_EQ(json.parse(text), JsonFields::good) << text;
        EXPECT_EQ(show(json), "b=2") << text;
        EXPECT_EQ(json.not_finite(), 1u);
    }
    EXPECT_EQ(json.parse(R"({"a":[1e400,2]})"), JsonFields::good);
    EXPECT_EQ(show(json), "a_1=2") << "the index counts on";
}

TEST(JsonFields, SaysWhyItIsBroken) {
    std::string deep, wide = "[0", long_text(100'000, 'x');
    for (int i = 0; i < 33; ++i) deep += '[';
    for (int i = 0; i < 33; ++i) deep += ']';
    for (int i = 0; i < 512; ++i) wide += ",1";
    wide += ']';
    const std::pair<std::string, Broken> cases[] = {
        {"", Broken::malformed_json},
        {"{", Broken::malformed_json},
        {R"({"a":1}x)", Broken::malformed_json},
        {R"({"a":01})", Broken::malformed_json},
        {R"({'a':1})", Broken::malformed_json},
        {R"({"a":1,})", Broken::malformed_json},
        {R"({"a":tru})", Broken::malformed_json},
        {R"({"a":nanx})", Broken::malformed_json},
        {"{\"a\":\"\xff\"}", Broken::invalid_utf8},
        {"{\"a\":\"\xed\xa0\x80\"}", Broken::invalid_utf8}, // a surrogate
        {std::string("{\"a\":1}\0", 8), Broken::malformed_json},
        {deep, Broken::too_deep},
        {wide, Broken::too_many_keys},
    };
    JsonFields json(32, 512);
    for (const auto& [text, broken] : cases) {
        EXPECT_EQ(json.parse(text), broken) << text.substr(0, 40);
        EXPECT_TRUE(json.fields().empty());
    }
    EXPECT_EQ(json.parse("{\"a\":\"" + long_text + "\"}"), JsonFields::good);
    EXPECT_EQ(json.fields()[0].text.size(), long_text.size());
}

TEST(JsonFields, KnowsTheTop) {
    JsonFields json(32, 512);
    ASSERT_EQ(json.parse(R"({"a":{"device":"inner"},"device":"d"})"), JsonFields::good);
    EXPECT_TRUE(json.is_object());
    ASSERT_NE(json.top("device"), nullptr);
    EXPECT_EQ(json.top("device")->text, "d");
    EXPECT_EQ(json.top("a_device"), nullptr);
    ASSERT_EQ(json.parse("[1]"), JsonFields::good);
    EXPECT_FALSE(json.is_object());
}

TEST(JsonFields, TellsTheOuterNames) {
    struct Case {
        const char *text, *outer, *inner, *below_outer, *below_inner;
    };
    const Case cases[] = {
        {R"({"a":1})", "", "", "a", "a"},
        {R"({"a_b":{"c_d":1}})", "a_b", "", "c_d", "a_b_c_d"},
        {R"({"params":{"switch:0":{"aenergy":{"total":1}}}})", "params", "switch:0",
         "switch:0_aenergy_total", "aenergy_total"},
        {R"({"a":{"l":[5]}})", "a", "l", "l_0", "0"},
        {R"({"":{"b":1}})", "", "", "b", "b"},
        {R"({"a":{"":{"b":1}}})", "a", "", "_b", "b"},
        {"[[7]]", "0", "", "0", "0_0"},
        {"7", "", "", "", ""},
    };
    JsonFields json(32, 512);
    for (const auto& c : cases) {
        ASSERT_EQ(json.parse(c.text), JsonFields::good) << c.text;
        ASSERT_EQ(json.fields().size(), 1u);
        const FlatField& f = json.fields()[0];
        EXPECT_EQ(f.outer(), c.outer) << c.text;
        EXPECT_EQ(f.inner(), c.inner) << c.text;
        EXPECT_EQ(f.below_outer(), c.below_outer) << c.text;
        EXPECT_EQ(f.below_inner(), c.below_inner) << c.text;
    }
}

TEST(JsonFields, ManyEqualNamesStayQuick) {
    std::string text = "{\"first\":0";
    for (int i = 0; i < 500; ++i)
        text += ",\"k" + std::to_string(i % 250) + "\":" + std::to_string(i);
    text += "}";
    JsonFields json(32, 512);
    ASSERT_EQ(json.parse(text), JsonFields::good);
    EXPECT_EQ(json.fields().size(), 251u);
    EXPECT_EQ(json.fields()[1].number, 250);
}

} // namespace
} // namespace caredian::ingest
