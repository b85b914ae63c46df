// Devices with an identity of their own as JSON, for the routes and the command line.
#pragma once

#include "devices/enrol/enrolment.h"

#include <string>
#include <vector>

namespace caredian::api {

// {"id","convention","topic","by","state","created","publish","subscribe", and of the newest
// certificate that is good "serial","not_after"}
std::string enrolled_json(const devices::enrol::Enrolment::Listed& device);
std::string enrolled_json(const std::vector<devices::enrol::Enrolment::Listed>& all); // an array

// What a device is given, this once: {"id","broker","ca", and "certificate","serial","not_after",
// "key", or "username","password"}. `told`: the broker has heard of it.
std::string identity_json(const devices::enrol::Identity& identity, bool told);

// A sentence for people: that of the error, and why an id is reserved.
std::string enrolment_problem(error_code error, std::string_view id);

} // namespace caredian::api
