// What the pipeline keeps for itself, in data_dir/ingest.db: dead letters and field types.
//
//   dead_letter(row, time_ns, topic, error, bytes, payload)   the oldest goes first when it is full
//   field_type(measurement, field, type)                      type: readings::FieldType
//   device_field_type(measurement, device, field, type)
//
// Pipeline thread. What cannot be written stays in memory (bounded) and is tried again.
#pragma once

#include "base/result.h"
#include "ingest/dead_letter.h"
#include "ingest/field_types.h"
#include "ingest/options.h"
#include "readings/message.h"
#include "store/sqlite.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::ingest {

// Those on disk, the newest first, by a connection of its own: any thread, beside a PipelineStore.
// Blocks. Empty when there is no file yet.
result<std::vector<DeadLetter>> read_dead_letters(const std::string& path, std::size_t most);

// The field types on disk, by a connection of its own: any thread, beside a PipelineStore. None
// when there is no file yet.
result<void> read_field_types(const std::string& path, FieldTypes& types);

class PipelineStore {
public:
    PipelineStore(std::string path, DeadLetterOptions options)
        : path_(std::move(path)), options_(options) {}

    // Opens the file if it is not, and reads the field types into `types`.
    result<void> open(FieldTypes& types);
    bool is_open() const { return db_.has_value(); }

    void add(const readings::Message& message, std::string_view error);
    void add(std::vector<PinnedType> types);
    bool has_waiting() const { return !letters_.empty() || !types_.empty(); }
    // Synced when it returns.
    result<void> flush();
    // Rows from here on are not safe yet: the journal must keep them. None: all is written.
    std::optional<readings::Row> first_waiting() const;

    result<std::vector<DeadLetter>> newest(std::size_t most);
    std::uint64_t rows() const { return rows_; }
    std::uint64_t bytes() const { return bytes_; }

private:
    static constexpr std::size_t max_waiting = 1000; // letters; the oldest is lost then
    result<void> write();
    result<void> prune();

    std::string path_;
    DeadLetterOptions options_;
    std::optional<store::Sqlite> db_;
    std::vector<DeadLetter> letters_;
    std::vector<PinnedType> types_;
    std::uint64_t rows_ = 0, bytes_ = 0; // of payloads on disk
};

} // namespace caredian::ingest
