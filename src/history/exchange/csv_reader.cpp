#include "history/exchange/csv_reader.h"

#include "history/exchange/line_reader.h"
#include "history/exchange/writers.h"

#include <utility>

namespace caredian::history {
namespace {

constexpr std::size_t kFixed = 6; // columns before the tags
constexpr std::size_t kMostCells = 1'000;

} // namespace

std::unique_ptr<ImportReader> ImportReader::make(ImportOptions options, Take take) {
    if (options.format == ExchangeFormat::csv) return std::make_unique<CsvReader>(std::move(take));
    return std::make_unique<LineReader>(std::move(options), std::move(take));
}

void CsvReader::put(char c) {
    cell_ += c;
    if (++bytes_ > kLongest) in_ = In::too_long;
}

void CsvReader::end_cell() {
    if (count_ == cells_.size()) {
        if (count_ < kMostCells)
            cells_.emplace_back();
        else
            broken_ = true;
    }
    if (count_ < cells_.size()) cells_[count_++].swap(cell_);
    cell_.clear();
    cell_quoted_ = false;
}

bool CsvReader::add(std::string_view bytes) {
    for (char c : bytes) {
        if (c == '\n') ++line_;
        switch (in_) {
        case In::quoted:
            if (c == '"')
                in_ = In::quote;
            else
                put(c);
            continue;
        case In::quote:
            if (c == '"') {
                in_ = In::quoted;
                put(c);
                continue;
            }
            in_ = In::cell;
            break;
        case In::cell:
        case In::too_long:
            break;
        }
        if (c == '\n') {
            if (!end_record()) return false;
        } else if (in_ == In::too_long) {
            continue;
        } else if (c == ',') {
            end_cell();
        } else if (c == '"' && cell_.empty() && !cell_quoted_) {
            cell_quoted_ = true;
            in_ = In::quoted;
        } else {
            broken_ = broken_ || (cell_quoted_ && c != '\r') || c == '"';
            put(c);
        }
    }
    return true;
}

bool CsvReader::end_record() {
    bool too_long = std::exchange(in_, In::cell) == In::too_long;
    if (cell_.ends_with('\r')) cell_.pop_back();
    bool nothing = count_ == 0 && cell_.empty() && !cell_quoted_ && !too_long;
    end_cell();
    std::uint64_t number = std::exchange(number_, line_);
    bool broken = std::exchange(broken_, false);
    bytes_ = 0;
    std::size_t count = std::exchange(count_, 0);
    if (nothing) return true;
    cells_.resize(count);
    if (!has_header_) {
        has_header_ = true;
        if (!too_long && !broken && read_header()) return true;
        batch_.reject(number, "the first line must be " + std::string(kCsvColumns) +
                                  " and the names of other tags");
        batch_.report.unusable = true;
        return false;
    }
    readings::Reading reading;
    auto wrong = too_long ? "longer than 1 MiB"
                 : broken ? "a quote stands where none may be"
                          : read_record(reading);
    if (wrong.empty()) return batch_.add(std::move(reading));
    batch_.reject(number, wrong);
    return true;
}

bool CsvReader::read_header() {
    std::string fixed;
    for (std::size_t i = 0; i < cells_.size() && i < kFixed; ++i)
        fixed += (i == 0 ? "" : ",") + cells_[i];
    if (fixed != kCsvColumns) return false;
    tag_names_.assign(cells_.begin() + kFixed, cells_.end());
    return true;
}

std::string_view CsvReader::read_record(readings::Reading& out) const {
    if (cells_.size() != kFixed + tag_names_.size())
        return "not as many cells as the first line has";
    auto time = parse_rfc3339(cells_[0]);
    if (!time) return "the time is not one such as 2026-01-10T03:00:00.000000000Z";
    out.time = *time;
    out.series.measurement = cells_[1];
    if (cells_[1].empty()) return "the measurement is missing";
    out.series.tags.emplace_back("device", cells_[2]);
    for (std::size_t i = 0; i < tag_names_.size(); ++i)
        if (!cells_[kFixed + i].empty())
            out.series.tags.emplace_back(tag_names_[i], cells_[kFixed + i]);
    if (cells_[3].empty()) return "the field is missing";
    auto& field = out.fields.emplace_back();
    field.name = cells_[3];
    if (!parse_value(cells_[4], cells_[5], field.value))
        return "the value is not one of its type (float, integer, boolean, string)";
    return finish_key(out.series, {});
}

bool CsvReader::finish() {
    bool left = count_ > 0 || !cell_.empty() || cell_quoted_ || in_ == In::too_long;
    if (in_ == In::quoted) broken_ = true;
    if (left && !end_record()) return false;
    return batch_.flush();
}

} // namespace caredian::history
