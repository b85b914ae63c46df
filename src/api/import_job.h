// An import while it runs, whoever sends its bytes: the HTTP route or the command line.
#pragma once

#include "history/exchange/import_reader.h"
#include "history/importer.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace caredian::api {

// The text is the problem's detail, which names the parameter. Empty ones take their defaults.
std::variant<history::ImportOptions, std::string> read_import_options(std::string_view format,
                                                                      std::string_view precision,
                                                                      std::string_view device_tag,
                                                                      WallTime now);

// One thread at a time; blocks on the disk.
class ImportJob {
public:
    // `history` outlives it. Errors: store's.
    static result<std::unique_ptr<ImportJob>> open(history::LocalHistory& history,
                                                   history::ImportOptions options);
    // False: the rest is of no use (failure() says why, or the text is unusable).
    bool add(std::string_view piece) { return reader_->add(piece); }
    void finish(); // afterwards what was taken is on disk, unless failure() says otherwise
    // A sentence; empty: nothing failed.
    std::string failure() const;
    bool unusable() const { return reader_->report().unusable; } // CSV without its header
    const std::string& first_error() const { return reader_->report().errors.front().reason; }
    // {"lines","values","rejected","dropped","errors":[{"line","reason"}]}
    std::string report_json() const;

private:
    ImportJob(std::unique_ptr<history::Importer> importer, history::ImportOptions options);
    std::unique_ptr<history::Importer> importer_;
    error_code failed_;
    std::unique_ptr<history::ImportReader> reader_;
};

} // namespace caredian::api
