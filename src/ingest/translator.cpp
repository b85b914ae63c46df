#include "ingest/translator.h"

#include "base/encoding.h"
#include "ingest/content_hash.h"

#include <utility>

namespace caredian::ingest {

namespace {

constexpr std::size_t max_raw_topics = 1000;  // of mqtt_raw, as a tag; the others share a name
constexpr std::size_t max_raw_payload = 1024; // bytes of a broken payload as a field

} // namespace

Translator::Translator(const DecodeOptions& options, FieldTypes::Authority types)
    : decoders_(options), types_(options.max_field_types, options.max_device_types) {
    types_.ask(std::move(types));
}

Translator::Result Translator::translate(const readings::Message& message, ReadingBatch& batch) {
    std::size_t before = batch.size();
    Result out;
    out.outcome = decoders_.decode(message, batch);
    const auto* by = decoders_.decided_by();
    out.mapped = by && by->rule() != 0;
    if (out.outcome.kind == Outcome::Kind::ignored || out.outcome.kind == Outcome::Kind::described)
        return out;
    if (out.outcome.kind == Outcome::Kind::broken) add_raw(message, out.outcome.broken, batch);
    std::size_t kept = before;
    for (std::size_t i = before; i < batch.size(); ++i) {
        auto changes = types_.apply(batch[i]);
        out.conflicts += changes.conflicts;
        out.left_out += changes.left_out;
        if (batch[i].fields.empty()) continue;
        if (kept != i) std::swap(batch[kept], batch[i]);
        ++kept;
    }
    batch.drop_from(kept);
    out.readings = kept - before;
    return out;
}

void Translator::add_raw(const readings::Message& message, Broken why, ReadingBatch& batch) {
    std::uint64_t hash = ContentHash()(message.topic);
    bool known = raw_topics_.contains(hash);
    if (!known && raw_topics_.size() < max_raw_topics) known = raw_topics_.insert(hash).second;

    Output out(batch, max_raw_payload);
    out.start("mqtt_raw", split_topic(message.topic).last);
    out.tag("topic", known ? message.topic : std::string_view("(others)"));
    out.text("error", to_string(why));
    out.number("bytes", static_cast<double>(message.payload.size()));
    scratch_ = sanitize_utf8(message.payload.substr(0, max_raw_payload), max_raw_payload);
    out.text("payload", scratch_);
    mark(batch[batch.size() - 1], message);
}

} // namespace caredian::ingest
