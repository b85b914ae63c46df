// Means over longer times, made and kept by the server itself, when an operator asks for them once.
//
// InfluxDB 1: a retention policy named after the interval and a continuous query into it
// (mean_<field>). InfluxDB 2: a bucket `<bucket>_<interval>` and a task. InfluxDB 3 has no such
// thing of its own.
#pragma once

#include "history/influx/dialect.h"
#include "history/influx/options.h"

#include <string>
#include <vector>

namespace caredian::history::influx {

struct Downsampling {
    nanoseconds every{0}; // whole seconds, at least one
    nanoseconds keep{0};  // 0: for ever
};

// "5m", "1h", "1d": as both languages read it, and as things are named.
std::string interval_name(nanoseconds time);
// Statements of InfluxQL, in their order; sending one again changes nothing.
std::vector<std::string> downsampling_statements(const Options& options, const Downsampling& what);
// The bucket's name, and the task in Flux.
std::string downsampling_bucket(const Options& options, const Downsampling& what);
std::string downsampling_task(const Options& options, const Downsampling& what);

// Sets it up. Empty: done; else why not, in a sentence. Blocks, some seconds at most.
std::string set_up(const Options& options, const Downsampling& what);

} // namespace caredian::history::influx
