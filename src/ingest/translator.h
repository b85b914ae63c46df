// One message → its readings, each field held to its type. What the pipeline does with every
// message, and a follower with those that its sink missed. One thread.
#pragma once

#include "ingest/decode/decoder.h"
#include "ingest/field_types.h"
#include "ingest/options.h"

#include <cstdint>
#include <string>
#include <unordered_set>

namespace caredian::ingest {

class Translator {
public:
    explicit Translator(const DecodeOptions& options, FieldTypes::Authority types = {});

    struct Result {
        Outcome outcome;
        std::size_t readings = 0;  // added to the batch
        std::size_t conflicts = 0; // values that went to a side field
        std::size_t left_out = 0;  // values beyond the limit of field types
        bool mapped = false;       // a rule of `ingest.mappings` decided
    };
    // Adds to `batch`. A broken message makes one reading of the measurement `mqtt_raw`, so that
    // broken devices are seen where all others are.
    Result translate(const readings::Message& message, ReadingBatch& batch);

    Decoders& decoders() { return decoders_; }
    FieldTypes& types() { return types_; }

private:
    void add_raw(const readings::Message& message, Broken why, ReadingBatch& batch);

    Decoders decoders_;
    FieldTypes types_;
    std::unordered_set<std::uint64_t> raw_topics_; // hashes of those that are tags
    std::string scratch_;
};

} // namespace caredian::ingest
