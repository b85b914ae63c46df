// Text into readings: CSV as an export writes it, and line protocol. Bytes come in pieces of any
// size; what is wrong is told line by line and never stops the rest.
#pragma once

#include "history/exchange/point_writer.h"
#include "readings/reading.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history {

struct ImportOptions {
    ExchangeFormat format = ExchangeFormat::line_protocol;
    std::int64_t unit_ns = 1; // of line protocol's times: ns, us, ms, s
    std::string device_tag;   // line protocol: the tag that names the device, if not `device`
    std::int64_t now_ns = 0;  // for lines without a time
};
// "ns", "us", "ms", "s" → ns.
std::optional<std::int64_t> parse_precision(std::string_view name);

struct ImportReport {
    static constexpr std::size_t kKept = 20;
    struct Error {
        std::uint64_t line = 0; // from 1; where a record begins
        std::string reason;
    };
    std::uint64_t lines = 0;    // records read, without comments and empty ones
    std::uint64_t values = 0;   // fields taken
    std::uint64_t rejected = 0; // records
    std::vector<Error> errors;  // the first 20
    bool unusable = false;      // CSV without the header that tells what is what: nothing was taken
};

class ImportReader {
public:
    // Readings are handed on in batches; they live until it returns. False ends the import.
    using Take = std::function<bool(std::span<readings::Reading>)>;
    virtual ~ImportReader() = default;
    // False: `take` said so, or the text is unusable.
    virtual bool add(std::string_view bytes) = 0;
    virtual bool finish() = 0; // a last line may have no end
    virtual const ImportReport& report() const = 0;
    static std::unique_ptr<ImportReader> make(ImportOptions options, Take take);

    static constexpr std::size_t kLongest = std::size_t{1024} * 1024; // bytes of a record
};

} // namespace caredian::history
