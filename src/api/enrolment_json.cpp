#include "api/enrolment_json.h"

#include "base/json.h"
#include "devices/enrol/name.h"

namespace caredian::api {

using devices::enrol::Enrolment;
using devices::enrol::Identity;

namespace {

void append(JsonWriter& w, std::string_view name, const std::vector<std::string>& words) {
    w.key(name).begin_array();
    for (const auto& one : words) w.value(one);
    w.end_array();
}

} // namespace

std::string enrolled_json(const Enrolment::Listed& one) {
    const auto& d = one.device;
    const auto rights = d.rights();
    std::string out;
    JsonWriter w(out);
    w.begin_object().member("id", d.id).member("convention", to_string(d.convention));
    w.member("topic", d.topic).member("by", d.by_password ? "password" : "certificate");
    w.member("state", d.revoked ? "revoked" : "active").member("created", d.created);
    append(w, "publish", rights.publish);
    append(w, "subscribe", rights.subscribe);
    if (one.certificate && !d.revoked)
        w.member("serial", one.certificate->serial).member("not_after", one.certificate->not_after);
    w.end_object();
    return out;
}

std::string enrolled_json(const std::vector<Enrolment::Listed>& all) {
    std::string out;
    JsonWriter w(out);
    w.begin_array();
    for (const auto& one : all) w.raw(enrolled_json(one));
    w.end_array();
    return out;
}

std::string identity_json(const Identity& given, bool told) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().member("id", given.device.id).member("broker", given.address);
    w.member("topic", given.device.topic).member("ca", given.ca).member("told", told);
    if (given.certificate.empty()) {
        w.member("username", given.device.id).member("password", given.password.reveal());
    } else {
        w.member("certificate", given.certificate).member("serial", given.serial);
        w.member("not_after", given.not_after);
        if (!given.key.empty()) w.member("key", given.key.reveal());
    }
    w.end_object();
    return out;
}

std::string enrolment_problem(error_code error, std::string_view id) {
    auto out = error.message();
    if (error == devices::enrol::Errc::reserved_name)
        out.append(": ").append(devices::enrol::reserved_because(id));
    return out;
}

} // namespace caredian::api
