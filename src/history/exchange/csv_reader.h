// CSV as an export writes it (RFC 4180; LF alone ends a line too).
#pragma once

#include "history/exchange/import_batch.h"

namespace caredian::history {

class CsvReader final : public ImportReader {
public:
    explicit CsvReader(Take take) : batch_(std::move(take)) {}
    bool add(std::string_view bytes) override;
    bool finish() override;
    const ImportReport& report() const override { return batch_.report; }

private:
    enum class In { cell, quoted, quote, too_long }; // quote: one was read inside quotes
    void put(char c);
    void end_cell();
    bool end_record();
    bool read_header();
    std::string_view read_record(readings::Reading& out) const;

    ImportBatch batch_;
    std::vector<std::string> cells_; // the first count_ count
    std::size_t count_ = 0;
    std::string cell_;
    bool cell_quoted_ = false;
    bool broken_ = false; // quotes where they must not be
    std::size_t bytes_ = 0;
    In in_ = In::cell;
    std::vector<std::string> tag_names_;
    bool has_header_ = false;
    std::uint64_t number_ = 1; // of the line on which the record begins
    std::uint64_t line_ = 1;   // of the next byte
};

} // namespace caredian::history
