#include "api/import_job.h"

#include "base/json.h"

#include <utility>

namespace caredian::api {

using history::ImportOptions;
using history::ImportReader;

std::variant<ImportOptions, std::string> read_import_options(std::string_view format,
                                                             std::string_view precision,
                                                             std::string_view device_tag,
                                                             WallTime now) {
    ImportOptions options;
    auto named = history::parse_exchange_format(format);
    if (!named) return "The parameter format must be csv or lp.";
    options.format = *named;
    if (!precision.empty()) {
        auto unit = history::parse_precision(precision);
        if (!unit) return "The parameter precision must be ns, us, ms or s.";
        options.unit_ns = *unit;
    }
    options.device_tag = device_tag;
    options.now_ns = to_ns(now);
    return options;
}

result<std::unique_ptr<ImportJob>> ImportJob::open(history::LocalHistory& history,
                                                   ImportOptions options) {
    auto importer = history::Importer::open(history);
    if (!importer) return importer.error();
    return std::unique_ptr<ImportJob>(new ImportJob(std::move(*importer), std::move(options)));
}

ImportJob::ImportJob(std::unique_ptr<history::Importer> importer, ImportOptions options)
    : importer_(std::move(importer)),
      reader_(ImportReader::make(std::move(options), [this](std::span<readings::Reading> batch) {
          auto added = importer_->add(batch);
          if (!added) failed_ = added.error();
          return added.has_value();
      })) {}

void ImportJob::finish() {
    if (unusable() || failed_.failed() || !reader_->finish()) return;
    if (auto done = importer_->finish(); !done) failed_ = done.error();
}

std::string ImportJob::failure() const {
    if (!failed_.failed()) return {};
    return "The history cannot be written: " + failed_.message() +
           ". What came before is kept; the same import may be sent again.";
}

std::string ImportJob::report_json() const {
    const auto& report = reader_->report();
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("lines", report.lines).member("values", report.values);
    json.member("rejected", report.rejected).member("dropped", importer_->dropped());
    json.key("errors").begin_array();
    for (const auto& error : report.errors)
        json.begin_object().member("line", error.line).member("reason", error.reason).end_object();
    json.end_array().end_object();
    return body;
}

} // namespace caredian::api
