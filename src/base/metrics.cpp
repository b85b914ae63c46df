#include "base/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sstream>

namespace caredian {

void Metrics::add(MetricKind kind, std::string name, std::string help, MetricLabels labels,
                  Source source) {
    std::lock_guard lock(mutex_);
    auto& family = families_[std::move(name)];
    family.kind = kind;
    family.help = std::move(help);
    family.sources.emplace_back(std::move(labels), std::move(source));
}

void Metrics::add_family(MetricKind kind, std::string name, std::string help,
                         std::function<void(const Emit&)> source) {
    std::lock_guard lock(mutex_);
    auto& family = families_[std::move(name)];
    family.kind = kind;
    family.help = std::move(help);
    family.collectors.push_back(std::move(source));
}

std::string Metrics::expose() const {
    std::vector<prometheus::MetricFamily> out;
    std::lock_guard lock(mutex_);
    for (const auto& [name, family] : families_) {
        std::map<MetricLabels, double> sums;
        for (const auto& [labels, source] : family.sources) sums[labels] += source();
        Emit emit = [&](const MetricLabels& labels, double value) { sums[labels] += value; };
        for (const auto& collector : family.collectors) collector(emit);
        prometheus::MetricFamily exposed;
        exposed.name = "caredian_" + name;
        exposed.help = family.help;
        exposed.type = family.kind == MetricKind::counter ? prometheus::MetricType::Counter
                                                          : prometheus::MetricType::Gauge;
        for (const auto& [labels, value] : sums) {
            prometheus::ClientMetric metric;
            for (const auto& [key, text] : labels) metric.label.push_back({key, text});
            metric.counter.value = value;
            metric.gauge.value = value;
            exposed.metric.push_back(std::move(metric));
        }
        out.push_back(std::move(exposed));
    }
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, out);
    return std::move(text).str();
}

} // namespace caredian
