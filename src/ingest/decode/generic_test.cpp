// Generic JSON, number, boolean, text: what any device may send.
#include "ingest/decode/decode_test_support.h"

namespace caredian::ingest {
namespace {

TEST(GenericJson, Devices) {
    check_table({
        {"home/climate", R"({"temperature":21.5})", "home,device=climate temperature=21.5"},
        {"home/kitchen/climate", R"({"t":1})", "home,device=climate,path=kitchen t=1"},
        {"home/a/b/c", R"({"t":1})", "home,device=c,path=a/b t=1"},
        {"single", R"({"t":1})", "single,device=single t=1"},
        {"home/x", R"({"device":"d1","device_id":"d2","id":"d3","t":1})",
         "home,device=d1 device_id='d2' id='d3' t=1"},
        {"home/x", R"({"device_id":"d2","id":"d3","t":1})", "home,device=d2 id='d3' t=1"},
        {"home/a/x", R"({"id":"A4:C1:38","t":1})", "home,device=A4:C1:38 t=1"},
        {"home/x", R"({"device":5,"t":1})", "home,device=x device_value=5 t=1"},
        {"home/x", R"({"device":"","t":1})", "home,device=x device_value='' t=1"},
        {"home/x", R"({"device":{"id":"inner"},"t":1})", "home,device=x device_id='inner' t=1"},
        {"home/x", R"({"a":{"device":"inner"},"t":1})", "home,device=x a_device='inner' t=1"},
        {"/lead/x", R"({"t":1})", "lead,device=x t=1"},
        {"//", R"({"t":1})", "mqtt,device=mqtt t=1"},
        {"home/x", R"({"device":"two\nlines","t":1})", "home,device=two_lines t=1"},
    });
}

TEST(GenericJson, Values) {
    check_table({
        {"h/d", R"({"a":1,"b":-2.5,"c":true,"d":"x","e":null})",
         "h,device=d a=1 b=-2.5 c=true d='x'"},
        {"h/d", R"({"o":{"p":{"q":1}},"l":[1,"b"]})", "h,device=d o_p_q=1 l_0=1 l_1='b'"},
        {"h/d", "[1,2.5]", "h,device=d value_0=1 value_1=2.5"},
        {"h/d", R"([{"a":1},{"a":2}])", "h,device=d value_0_a=1 value_1_a=2"},
        {"h/d", R"({"s":"1e5","on":"ON"})", "h,device=d s='1e5' on='ON'"}, // texts stay texts
        {"h/d", "{}", "ignored: no_value"},
        {"h/d", "[]", "ignored: no_value"},
        {"h/d", R"({"a":null})", "ignored: no_value"},
        {"h/d", R"({"a":1e400})", "ignored: not_a_number"},
        {"h/d", R"({"a":nan,"b":1})", "h,device=d b=1"},
        {"h/d", R"({"a":1e400,"b":1})", "h,device=d b=1"},
        {"h/d", R"({"":1,"path":2})", "h,device=d value=1 path=2"},
        {"h/d", R"({"time":5,"time_value":6,"device_value":7,"device":8})",
         "h,device=d time_value=6 device_value=7"}, // the name by nature wins
        {"h/p/d", R"({"path":2})", "h,device=d,path=p path_value=2"},
    });
}

TEST(GenericJson, TimesOfTheDevice) {
    check_table({
        {"h/d", R"({"time":"2026-01-10T12:00:03+09:00","t":1})",
         "h,device=d device_time='2026-01-10T12:00:03+09:00' t=1"},
        {"h/d", R"({"Time":"2026-01-10T12:05:00","t":1})",
         "h,device=d device_time='2026-01-10T12:05:00' t=1"},
        {"h/d", R"({"ts":1767999300,"t":1})",
         "h,device=d device_time='2026-01-09T22:55:00.000000000Z' t=1"},
        {"h/d", R"({"timestamp":1767999300123,"t":1})",
         "h,device=d device_time='2026-01-09T22:55:00.123000000Z' t=1"},
        {"h/d", R"({"time":267069,"t":1})", "h,device=d time_value=267069 t=1"}, // an uptime
        {"h/d", R"({"time":"12:30","t":1})", "h,device=d time_value='12:30' t=1"},
        {"h/d", R"({"a":{"time":1767999300},"t":1})", "h,device=d a_time=1767999300 t=1"},
        {"h/d", R"({"ts":1767999300,"timestamp":1767999301})",
         "h,device=d device_time='2026-01-09T22:55:00.000000000Z' timestamp=1767999301"},
    });
}

TEST(GenericJson, Broken) {
    DecodeOptions options;
    options.max_payload = 1000;
    std::string deep(40, '[');
    std::string wide = "{\"k\":0";
    for (int i = 0; i < 60; ++i) wide += ",\"k" + std::to_string(i) + "\":1";
    wide += "}";
    options.max_fields = 50;
    check_table({{"h/d", R"({"a":1)", "broken: malformed_json"},
                 {"h/d", R"({"a":1}{"a":2})", "broken: malformed_json"},
                 {"h/d", "[1,2", "broken: malformed_json"},
                 {"h/d", "{\"a\":\"\xc3\x28\"}", "broken: invalid_utf8"},
                 {"h/d", deep, "broken: too_deep"},
                 {"h/d", wide, "broken: too_many_keys"},
                 {"h/d", std::string(1001, '1'), "broken: too_large"}},
                options);
}

TEST(Scalars, NumberBooleanText) {
    check_table({
        {"h/k/t", "21.5", "h,device=t,path=k value=21.5"},
        {"h/t", " -3\n", "h,device=t value=-3"},
        {"h/t", "1e400", "ignored: not_a_number"},
        {"h/t", "nan", "ignored: not_a_number"},
        {"h/t", "-Infinity", "ignored: not_a_number"},
        {"h/t", "ON", "h,device=t value_bool=true"},
        {"h/t", "off", "h,device=t value_bool=false"},
        {"h/t", "True", "h,device=t value_bool=true"},
        {"h/t", R"("OFF")", "h,device=t value_bool=false"},
        {"h/t", "online", "h,device=t online=true"},
        {"h/t", "Offline", "h,device=t online=false"},
        {"h/t", "open", "h,device=t state='open'"},
        {"h/t", R"("21")", "h,device=t state='21'"}, // a JSON string is text
        {"h/t", "007", "h,device=t state='007'"},
        {"h/t", "21.5 °C", "h,device=t state='21.5 °C'"},
        {"h/t", "null", "ignored: no_value"},
        {"h/t", "", "ignored: empty"},
        {"h/t", " \n", "ignored: empty"},
        {"h/t", R"("")", "ignored: empty"},
        {"h/t", "[INFO] started", "h,device=t state='[INFO] started'"},
        {"h/t", "\"half", "h,device=t state='\"half'"},
        {"h/t", "\xff\xfe\x00", "broken: invalid_utf8"},
        {"spBv1.0/g/DDATA/e", "\x08\x01", "ignored: sparkplug"},
    });
}

TEST(Output, NamesStayWithinTheirBounds) {
    Decoders decoders({});
    std::string a(300, 'a'), b = a + 'b';
    std::string out = decode(decoders, "h/d", "{\"" + a + "\":1,\"" + b + "\":2,\"x\\ny\":3}");
    EXPECT_NE(out.find(" x_y=3"), std::string::npos);
    EXPECT_LT(out.size(), 2 * max_name + 40);
    EXPECT_NE(out.find("=1"), std::string::npos) << out;
    EXPECT_NE(out.find("=2"), std::string::npos) << "two long names must not meet";
}

TEST(Output, TextsAreCutOnACharacter) {
    DecodeOptions options;
    options.max_text = 4;
    Decoders decoders(options);
    EXPECT_EQ(decode(decoders, "h/d", "가나다"), "h,device=d state='가'");
    EXPECT_EQ(decoders.truncated(), 1u);
}

} // namespace
} // namespace caredian::ingest
