// An import: the first byte chooses CSV or line protocol, the second the size of the pieces.
// Held: no crash; the same text gives the same readings and the same report in pieces of any size;
// every record is taken or rejected with a line and a reason; what was taken has a measurement,
// fields, and no two tags of one name.
#include "history/exchange/import_reader.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace caredian;
using namespace caredian::history;

namespace {

void require(bool held) {
    if (!held) std::abort();
}

struct Imported {
    std::vector<readings::Reading> readings;
    ImportReport report;
};

Imported read(std::string_view text, const ImportOptions& options, std::size_t piece) {
    Imported out;
    auto reader = ImportReader::make(options, [&](std::span<readings::Reading> batch) {
        out.readings.insert(out.readings.end(), batch.begin(), batch.end());
        return true;
    });
    bool more = true;
    for (std::size_t at = 0; more && at < text.size(); at += piece)
        more = reader->add(text.substr(at, piece));
    if (more) reader->finish();
    out.report = reader->report();
    return out;
}

void check(const readings::Reading& r) {
    require(!r.series.measurement.empty() && !r.fields.empty());
    require(std::is_sorted(r.series.tags.begin(), r.series.tags.end()));
    for (std::size_t i = 1; i < r.series.tags.size(); ++i)
        require(r.series.tags[i - 1].first != r.series.tags[i].first);
    for (const auto& f : r.fields) require(!f.name.empty());
}

void check(const ImportReport& report) {
    require(report.errors.size() == std::min<std::uint64_t>(report.rejected, ImportReport::kKept));
    for (const auto& e : report.errors) require(e.line > 0 && !e.reason.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    ImportOptions options;
    options.format = data[0] % 2 == 0 ? ExchangeFormat::csv : ExchangeFormat::line_protocol;
    options.now_ns = 1'700'000'000'000'000'000;
    std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);

    auto whole = read(text, options, std::max<std::size_t>(1, text.size()));
    auto pieces = read(text, options, std::size_t{1} + data[1] % 64);
    require(whole.report.lines == pieces.report.lines);
    require(whole.report.values == pieces.report.values);
    require(whole.report.rejected == pieces.report.rejected);
    require(whole.report.unusable == pieces.report.unusable);
    require(whole.readings.size() == pieces.readings.size());
    check(whole.report);
    for (std::size_t i = 0; i < whole.readings.size(); ++i) {
        check(whole.readings[i]);
        require(whole.readings[i].series == pieces.readings[i].series);
        require(whole.readings[i].time == pieces.readings[i].time);
    }
    return 0;
}
