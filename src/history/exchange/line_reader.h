// Cuts line protocol into lines: a line break inside a text in quotes is none.
#pragma once

#include "history/exchange/import_batch.h"

namespace caredian::history {

class LineReader final : public ImportReader {
public:
    LineReader(ImportOptions options, Take take)
        : options_(std::move(options)), batch_(std::move(take)) {}
    bool add(std::string_view bytes) override;
    bool finish() override;
    const ImportReport& report() const override { return batch_.report; }

private:
    // Where in a line the next byte stands.
    enum class In { start, key, name, value, text, rest, too_long };
    void step(char c);
    bool end_line();

    ImportOptions options_;
    ImportBatch batch_;
    std::string line_;
    In in_ = In::start;
    bool escaped_ = false;
    std::uint64_t number_ = 1; // of the line under way
    std::uint64_t breaks_ = 0; // line breaks inside it
};

} // namespace caredian::history
