#include "home/call.h"

#include <gtest/gtest.h>

namespace caredian::home {
namespace {

using Kind = Call::Kind;
using access::Action;
using net::http::Method;

std::string entities(const std::vector<access::What>& touched) {
    std::string out;
    for (const auto& what : touched) {
        if (!out.empty()) out += ' ';
        if (!what.entity.empty())
            out += what.entity;
        else if (!what.area_id.empty())
            out += "area:" + what.area_id + "(" + what.domain + ")";
        else if (!what.device.empty())
            out += "device:" + what.device + "(" + what.domain + ")";
        else
            out += what.domain + ".*";
    }
    return out;
}

TEST(ReadCall, WhatIsUnderstood) {
    struct {
        Method method;
        const char *rest, *query;
        Kind kind;
        Action action;
        const char* touched;
    } cases[] = {
        {Method::get, "states", "", Kind::states, Action::read, ""},
        {Method::get, "states/light.bed", "", Kind::things, Action::read, "light.bed"},
        {Method::head, "states/light.bed", "", Kind::things, Action::read, "light.bed"},
        {Method::post, "states/light.bed", "", Kind::things, Action::administer, "light.bed"},
        {Method::delete_, "states/light.bed", "", Kind::things, Action::administer, "light.bed"},
        {Method::get, "camera_proxy/camera.door", "token=x&time=1", Kind::things, Action::read,
         "camera.door"},
        {Method::get, "camera_proxy_stream/camera.door", "", Kind::things, Action::read,
         "camera.door"},
        {Method::get, "history/period", "filter_entity_id=sensor.t", Kind::things, Action::read,
         "sensor.t"},
        {Method::get, "history/period/2026-01-05T00%3A00%3A00%2B09%3A00",
         "filter_entity_id=sensor.t%2Csensor.h&end_time=2026-01-06&minimal_response&no_attributes",
         Kind::things, Action::read, "sensor.t sensor.h"},
        {Method::post, "services/light/turn_on", "", Kind::service, Action::control, ""},
    };
    for (const auto& c : cases) {
        auto call = read_call(c.method, c.rest, c.query);
        EXPECT_EQ(call.kind, c.kind) << c.rest;
        EXPECT_EQ(call.action, c.action) << c.rest;
        EXPECT_EQ(entities(call.touched), c.touched) << c.rest;
    }
    auto service = read_call(Method::post, "services/light/turn_on", "");
    EXPECT_EQ(service.domain, "light");
    EXPECT_EQ(service.service, "light.turn_on");
    EXPECT_EQ(service.path, "/ha/api/services/light/turn_on");
}

TEST(ReadCall, EverythingElseIsByItsPath) {
    struct {
        Method method;
        const char *rest, *query;
    } cases[] = {
        {Method::get, "", ""},
        {Method::get, "config", ""},
        {Method::get, "events", ""},
        {Method::get, "stream", ""},
        {Method::get, "error_log", ""},
        {Method::post, "template", ""},
        {Method::post, "events/x", ""},
        {Method::get, "logbook/2026-01-05", "entity=light.bed"},
        {Method::get, "states", "x=1"},
        {Method::head, "states", ""},
        {Method::post, "states", ""},
        {Method::get, "states/", ""},
        {Method::get, "states/light", ""},
        {Method::get, "states/Light.bed", ""},
        {Method::get, "states/light.bed/x", ""},
        {Method::get, "states/light%2Ebed", ""},
        {Method::get, "states/light.%62ed", ""},
        {Method::get, "states/light.bed.x", ""},
        {Method::put, "states/light.bed", ""},
        {Method::other, "states/light.bed", ""},
        {Method::get, "services", ""},
        {Method::get, "services/light/turn_on", ""},
        {Method::post, "services/light/turn_on", "return_response"},
        {Method::post, "services/light/Turn_on", ""},
        {Method::post, "services/light/turn%5Fon", ""},
        {Method::post, "services/light", ""},
        {Method::post, "services/light/turn_on/x", ""},
        {Method::post, "services//turn_on", ""},
        {Method::get, "history/period", ""},
        {Method::get, "history/period", "filter_entity_id="},
        {Method::get, "history/period", "filter_entity_id=sensor.t&filter_entity_id=lock.x"},
        {Method::get, "history/period", "filter_entity_id=sensor.t,,"},
        {Method::get, "history/period", "filter_entity_id=sensor.t, lock.x"},
        {Method::get, "history/period", "filter_entity_id=sensor.t&new_option=1"},
        {Method::get, "history/period", "filter_entity_id=sensor.%ZZ"},
        {Method::get, "history/period/a/b", "filter_entity_id=sensor.t"},
        {Method::post, "history/period", "filter_entity_id=sensor.t"},
        {Method::get, "camera_proxy/camera", ""},
        {Method::post, "camera_proxy/camera.door", ""},
    };
    for (const auto& c : cases) {
        auto call = read_call(c.method, c.rest, c.query);
        EXPECT_EQ(call.kind, Kind::other) << c.rest << "?" << c.query;
        EXPECT_TRUE(call.touched.empty()) << c.rest << "?" << c.query;
    }
    EXPECT_EQ(read_call(Method::get, "config", "").path, "/ha/api/config");
    EXPECT_EQ(read_call(Method::get, "config%2f..", "").path, "");
    EXPECT_EQ(read_call(Method::get, "config/../states", "").path, "");
}

TEST(ServiceData, Targets) {
    struct {
        const char *service, *body, *touched;
    } cases[] = {
        {"light/turn_on", R"({"entity_id":"light.a"})", "light.a"},
        {"light/turn_on", R"({"entity_id":["light.a","light.b"],"brightness":128})",
         "light.a light.b"},
        {"light/turn_on", R"({"entity_id":"light.a, Light.B"})", "light.a light.b"},
        {"light/turn_on", R"({"area_id":"bedroom"})", "area:bedroom(light)"},
        {"light/turn_on", R"({"area_id":["a","b"],"entity_id":"light.c"})",
         "area:a(light) area:b(light) light.c"},
        {"light/turn_on", R"({"device_id":"abc"})", "device:abc(light)"},
        // No target, or none that is understood: all of the domain.
        {"light/turn_on", "", "light.*"},
        {"light/turn_on", " ", "light.*"},
        {"light/turn_on", "{}", "light.*"},
        {"light/turn_on", R"({"brightness":128})", "light.*"},
        {"light/turn_on", R"({"entity_id":"all"})", "light.*"},
        {"light/turn_on", R"({"entity_id":[]})", "light.*"},
        {"light/turn_on", R"({"entity_id":""})", "light.*"},
        {"light/turn_on", R"({"entity_id":null})", "light.*"},
        {"light/turn_on", R"({"entity_id":["light.a",7]})", "light.a light.*"},
        {"light/turn_on", R"({"entity_id":["light.a",["lock.b"]]})", "light.a light.*"},
        {"light/turn_on", R"({"entity_id":{"x":"light.a"}})", "light.*"},
        {"light/turn_on", R"({"entity_id":"light.a","label_id":"x"})", "light.a light.*"},
        {"light/turn_on", R"({"entity_id":"light.a","floor_id":"x"})", "light.a light.*"},
        {"light/turn_on", R"({"entity_id":"light.a","target":{"entity_id":"lock.b"}})",
         "light.a light.*"},
        {"light/turn_on", R"({"entity_id":"light.\u0130"})", "light.*"},
        {"light/turn_on", R"({"entity_id":"0123456789abcdef0123456789abcdef"})", "light.*"},
        {"light/turn_on", R"({"area_id":"a,b"})", "light.*"},
        {"light/turn_on", R"({"area_id":""})", "light.*"},
        // Named twice: the last one counts, and it alone goes on.
        {"light/turn_on", R"({"entity_id":"light.a","entity_id":"light.b"})", "light.b"},
        // What else is named.
        {"media_player/join",
         R"({"entity_id":"media_player.a","group_members":["media_player.b"]})",
         "media_player.a media_player.b"},
        {"media_player/play_media",
         R"({"entity_id":"media_player.a","media_content_id":"song.mp3","volume":"0.5"})",
         "media_player.a"},
        {"scene/apply", R"({"entities":{"light.a":"on","lock.b":{"state":"unlocked"}}})",
         "light.a lock.b"},
        {"tts/speak", R"({"entity_id":"tts.x","options":{"deep":["Media_Player.y"]}})",
         "tts.x media_player.y"},
        {"homeassistant/turn_off", R"({"entity_id":["light.a","switch.b"]})", "light.a switch.b"},
        // A script by its name is that script.
        {"script/good_night", R"({"speed":"slow"})", "script.good_night"},
        {"script/good_night", R"({"entity_id":"script.other"})", "script.other script.good_night"},
        {"script/turn_on", R"({"entity_id":"script.other"})", "script.other"},
        {"script/reload", "{}", "script.*"},
    };
    for (const auto& c : cases) {
        auto call = read_call(Method::post, std::string("services/") + c.service, "");
        ASSERT_EQ(call.kind, Kind::service);
        auto data = read_service_data(call, c.body);
        ASSERT_TRUE(data) << c.body;
        EXPECT_EQ(entities(data->touched), c.touched) << c.service << " " << c.body;
        for (const auto& what : data->touched) EXPECT_EQ(what.service, call.service);
    }
}

TEST(ServiceData, WhatGoesOnIsWhatWasUnderstood) {
    auto call = read_call(Method::post, "services/light/turn_on", "");
    EXPECT_EQ(
        read_service_data(call, R"({"entity_id":"light.a","entity_id":"light.b" , "x":1.5})")->body,
        R"({"entity_id":"light.b","x":1.5})");
    EXPECT_EQ(read_service_data(call, "")->body, "");
    for (const char* body : {"[]", "\"x\"", "{", "{}{}", "null", "{\"a\":1e999}", "\xff",
                             "{\"a\":\"\\ud800\"}", "+ADw-"})
        EXPECT_FALSE(read_service_data(call, body)) << body;
}

TEST(ServiceData, TooManyTargetsAreTheWholeDomain) {
    std::string body = R"({"entity_id":[)";
    for (int i = 0; i < 300; ++i)
        body += (i ? ",\"light.l" : "\"light.l") + std::to_string(i) + "\"";
    auto call = read_call(Method::post, "services/light/turn_on", "");
    auto data = read_service_data(call, body + "]}");
    EXPECT_TRUE(data->touched.back().entity.empty());
}

} // namespace
} // namespace caredian::home
