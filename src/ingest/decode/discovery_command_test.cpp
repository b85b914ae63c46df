#include "ingest/decode/command_test_support.h"
#include "ingest/decode/discovery_payload.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

// "id topic: command", joined by " | ", of those that have a command topic.
std::string told(std::string_view component, std::string_view payload) {
    auto parsed = parse_json(payload);
    if (!parsed || !parsed->is_object()) return "no JSON";
    readings::Description said;
    read_discovery(component, "x", parsed->get_object(), said);
    std::string out;
    for (const auto& e : said.entities) {
        if (e.command_topic.empty()) continue;
        out += (out.empty() ? "" : " | ") + e.id + ' ' + e.command_topic + ": " + show(e.command);
    }
    return out;
}

struct Case {
    const char *component, *payload, *expected;
};

void check(std::initializer_list<Case> cases) {
    for (const auto& one : cases)
        EXPECT_EQ(told(one.component, one.payload), one.expected) << one.payload;
}

TEST(DiscoveryCommand, OnAndOff) {
    check({
        {"switch", R"({"cmd_t":"a/set"})", "x a/set: payload b ON>ON=ON OFF>OFF=OFF"},
        {"switch",
         R"({"~":"a","cmd_t":"~/set","stat_t":"~/state","pl_on":"1","pl_off":0,"stat_on":"on",
             "qos":1,"ret":true})",
         "x a/set: payload b ON>1=on OFF>0=0 value@a/state qos=1 retain"},
        {"switch",
         R"({"cmd_t":"a/set","stat_t":"a","val_tpl":"{{ value_json.s }}",
             "cmd_tpl":"{\"s\":\"{{ value }}\"}"})",
         R"(x a/set: payload b ON>ON=ON OFF>OFF=OFF format={"s":"{{ value }}"} s@a)"},
        {"fan", R"({"cmd_t":"a/set","pct_cmd_t":"a/p","spd_rng_max":10,"pct_stat_t":"a/ps"})",
         "x a/set: payload b ON>ON=ON OFF>OFF=OFF | x_percentage a/p: payload n 1..10 value@a/ps"},
        {"siren", R"({"cmd_t":"a/set","stat_t":"a"})",
         R"(x a/set: member state b ON>"ON"=ON OFF>"OFF"=OFF value@a)"},
        {"light", R"({"cmd_t":"a/set","stat_t":"a","bri_cmd_t":"a/b","bri_stat_t":"a/bs",
                      "bri_scl":100})",
         "x a/set: payload b ON>ON=ON OFF>OFF=OFF value@a | x_brightness a/b: payload n 0..100 "
         "value@a/bs"},
        {"light", R"({"schema":"json","cmd_t":"a/set","stat_t":"a","brightness":true})",
         R"(x a/set: member state b ON>"ON"=ON OFF>"OFF"=OFF state@a | x_brightness a/set: )"
         R"(member brightness n 0..255 {"state":"ON"} brightness@a)"},
        {"light", R"({"schema":"json","cmd_t":"a/set","sup_clrm":["onoff"]})",
         R"(x a/set: member state b ON>"ON"=ON OFF>"OFF"=OFF)"},
    });
}

TEST(DiscoveryCommand, ValuesAndWords) {
    check({
        {"number", R"({"cmd_t":"a/set","stat_t":"a","min":5,"max":30,"step":0.5})",
         "x a/set: payload n 5..30 step 0.5 value@a"},
        {"number", R"({"cmd_t":"a/set"})", "x a/set: payload n 1..100 step 1"},
        {"select", R"({"cmd_t":"a/set","stat_t":"a","ops":["eco",2]})",
         "x a/set: payload o eco>eco=eco 2>2=2 value@a"},
        {"text", R"({"cmd_t":"a/set","max":20})", "x a/set: payload t 0..20"},
        {"button", R"({"cmd_t":"a/set","pl_prs":"restart"})", "x a/set: payload p PRESS>restart"},
        {"lock", R"({"cmd_t":"a/set","stat_t":"a"})",
         "x a/set: payload bo LOCK>LOCK=LOCKED UNLOCK>UNLOCK=UNLOCKED value@a"},
        {"cover", R"({"cmd_t":"a/set","stat_t":"a","pl_stop":null,"set_pos_t":"a/p",
                      "pos_t":"a/ps"})",
         "x a/set: payload o OPEN>OPEN=open|opening CLOSE>CLOSE=closed|closing value@a | "
         "x_position a/p: payload n 0..100 value@a/ps"},
        {"valve", R"({"cmd_t":"a/set","stat_t":"a","reports_position":true})",
         "x a/set: payload n 0..100 value@a"},
        {"climate",
         R"({"mode_cmd_t":"a/m","mode_stat_t":"a/ms","modes":["off","heat"],"temp_cmd_t":"a/t",
             "temp_stat_t":"a/ts","min_temp":10,"max_temp":28,"temp_step":0.5})",
         "x a/m: payload o off>off=off heat>heat=heat value@a/ms | x_temperature a/t: payload n "
         "10..28 step 0.5 value@a/ts"},
        {"humidifier", R"({"cmd_t":"a/set","hum_cmd_t":"a/h","max_hum":80})",
         "x a/set: payload b ON>ON=ON OFF>OFF=OFF | x_target_humidity a/h: payload n 0..80"},
    });
}

TEST(DiscoveryCommand, WhatCannotBeTold) {
    check({
        // a code that somebody would have to type; templates that compute
        {"lock", R"({"cmd_t":"a/set","code_format":"^\\d{4}$"})", "x a/set: nothing"},
        {"switch", R"({"cmd_t":"a/set","cmd_tpl":"{{ value | replace('O','0') }}"})",
         "x a/set: nothing"},
        {"switch", R"({"cmd_t":"a/set","cmd_tpl":"{% if value %}1{% endif %}"})",
         "x a/set: nothing"},
        {"light", R"({"schema":"template","cmd_t":"a/set","cmd_on_tpl":"on"})", "x a/set: nothing"},
        {"alarm_control_panel", R"({"cmd_t":"a/set"})", "x a/set: nothing"},
        {"select", R"({"cmd_t":"a/set","ops":[]})", "x a/set: nothing"},
        {"switch", R"({"cmd_t":"a/#"})", ""},
        {"sensor", R"({"stat_t":"a"})", ""},
        // told where it shows its state, it would be heard from ourselves
        {"switch", R"({"cmd_t":"a","stat_t":"a"})", "x a: payload b ON>ON=ON OFF>OFF=OFF"},
        {"switch", R"({"cmd_t":"a/set","stat_t":"a","val_tpl":"{{ value_json.s * 2 }}"})",
         "x a/set: payload b ON>ON=ON OFF>OFF=OFF"},
    });
}

} // namespace
} // namespace caredian::ingest
