// Line protocol, line by line.
#pragma once

#include "history/exchange/import_batch.h"
#include "history/exchange/line_splitter.h"

namespace caredian::history {

class LineReader final : public ImportReader {
public:
    LineReader(ImportOptions options, Take take)
        : options_(std::move(options)), batch_(std::move(take)),
          lines_([this](std::string_view line, std::uint64_t number) {
              return take_line(line, number);
          }) {}
    LineReader(const LineReader&) = delete;
    bool add(std::string_view bytes) override { return lines_.add(bytes); }
    bool finish() override { return lines_.finish() && batch_.flush(); }
    const ImportReport& report() const override { return batch_.report; }

private:
    bool take_line(std::string_view line, std::uint64_t number) {
        readings::Reading reading;
        auto wrong = line.empty() ? std::string_view("longer than 1 MiB")
                                  : parse_line(line, options_, number, reading);
        if (wrong.empty()) wrong = finish_key(reading.series, options_.device_tag);
        if (wrong.empty()) return batch_.add(std::move(reading));
        batch_.reject(number, wrong);
        return true;
    }

    ImportOptions options_;
    ImportBatch batch_;
    LineSplitter lines_;
};

} // namespace caredian::history
