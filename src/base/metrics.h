// Counters and gauges, and their exposition in Prometheus' text format.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace caredian {

// Written by one thread, read by any: costs a load and a store, no locked instruction.
class Counter {
public:
    void add(std::uint64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

// Written by any thread.
class SharedCounter {
public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

// Written by any thread; the last value counts.
class Gauge {
public:
    void set(std::int64_t v) { value_.store(v, std::memory_order_relaxed); }
    void add(std::int64_t v) { value_.fetch_add(v, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

using MetricLabels = std::map<std::string, std::string>;
enum class MetricKind { counter, gauge };

// What `expose` shows. Values of the same name and labels are added up (one source per worker).
// Any thread. A source is called under the register's lock: it must be quick and must not call
// back.
class Metrics {
public:
    using Source = std::function<double()>;
    // `name` without prefix ("http_requests_total"); "caredian_" is put in front.
    void add(MetricKind kind, std::string name, std::string help, MetricLabels labels,
             Source source);
    // A source of many values whose labels are known only when asked.
    using Emit = std::function<void(const MetricLabels&, double)>;
    void add_family(MetricKind kind, std::string name, std::string help,
                    std::function<void(const Emit&)> source);
    std::string expose() const; // text format 0.0.4

private:
    struct Family {
        MetricKind kind{};
        std::string help;
        std::vector<std::pair<MetricLabels, Source>> sources;
        std::vector<std::function<void(const Emit&)>> collectors;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Family> families_;
};

} // namespace caredian
