// What the three APIs call the same thing: targets, headers, and how a database is made. Pure.
#pragma once

#include "history/influx/options.h"

#include <optional>
#include <string>
#include <string_view>

namespace caredian::history::influx {

// "1.6.7~rc0", "v2.7.12", "3.0.1" in X-Influxdb-Version. nullopt: none of these.
std::optional<Version> parse_version(std::string_view header);

// Targets are origin-form without the prefix of the URL. `version` is never Version::find.
std::string write_target(const Options& options, Version version);
std::string authorization(const Options& options,
                          Version version); // a header's value; may be empty

// A request that makes something.
struct Setup {
    std::string method = "POST";
    std::string target;
    std::string content_type;
    std::string body;
};
// v1, v3: the database. Nothing is wrong when it exists (v1 says 200, v3 409).
Setup make_database(const Options& options, Version version);
// v2: whose id `GET` must find before a bucket can be made; and the bucket (exists: 422).
Setup find_org(const Options& options);
std::optional<std::string> org_id(std::string_view answer);
Setup make_bucket(const Options& options, std::string_view org_id);

// A statement's name in quotes: InfluxQL (`"`, `\` escaped).
std::string quote_name(std::string_view name);
// A duration as InfluxQL reads it: "90d", "INF" for 0.
std::string influxql_duration(nanoseconds time);

} // namespace caredian::history::influx
