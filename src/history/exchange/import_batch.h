// What both import readers do with what they read. Only for this folder.
#pragma once

#include "history/exchange/import_reader.h"

namespace caredian::history {

class ImportBatch {
public:
    explicit ImportBatch(ImportReader::Take take) : take_(std::move(take)) {}

    // Fields of one time that come one after the other become one reading.
    // False: `take` said so.
    bool add(readings::Reading&& reading);
    void reject(std::uint64_t line, std::string_view reason);
    bool flush();
    ImportReport report;

private:
    ImportReader::Take take_;
    std::vector<readings::Reading> batch_;
};

// One line of line protocol; its key is as it stands (finish_key). Empty: good. Else what is wrong
// with it.
std::string_view parse_line(std::string_view line, const ImportOptions& options,
                            std::uint64_t number, readings::Reading& out);

// A field's value as CSV has it. False: it is not one of this type.
bool parse_value(std::string_view type, std::string_view text, readings::FieldValue& out);

// Sorts tags, names the device. Empty: good.
std::string_view finish_key(readings::SeriesKey& key, std::string_view device_tag);

} // namespace caredian::history
