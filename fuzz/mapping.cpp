// Mapping rules, and what shows people what a message becomes, with a topic and a payload
// (separated by the first newline). Held: no crash; readings are as good as a decoder's; times of
// the payload are between 2001 and 2100; the explanation is JSON, and says what decoding did.
#include "base/json.h"
#include "ingest/explain.h"
#include "readings_check.h"

#include <cstdint>
#include <string_view>

using namespace caredian;
using namespace caredian::ingest;

namespace {

DecodeOptions options() {
    DecodeOptions made;
    auto rule = [&](const char* topic) -> MappingRule& {
        auto& fresh = made.mappings.emplace_back();
        fresh.topic = topic;
        return fresh;
    };
    auto& all = rule("m/{area}/{device}");
    int number = 0;
    for (auto type :
         {MappedField::Type::as_it_is, MappedField::Type::number, MappedField::Type::integer,
          MappedField::Type::boolean, MappedField::Type::text}) {
        auto& field = all.fields.emplace_back();
        field.from = std::string(1, static_cast<char>('a' + number++));
        field.name = "made_" + field.from;
        field.type = type;
        field.unit = "W";
        if (number <= 3) field.scale = -0.5;
        if (type == MappedField::Type::boolean) field.on = {"open"};
    }
    all.time.payload = true;
    auto& filled = rule("f/+/#");
    filled.measurement = "f_{payload.kind}";
    filled.device = "{payload.id}";
    filled.tags = {{"kind", "{payload.kind}"}};
    filled.has_tags = true;
    filled.time = {.payload = true, .field = "when", .zone_minutes = 540, .has_zone = true};
    rule("bare/{measurement}/{time}").fields.resize(1);
    made.mappings.back().fields[0].from = "value";
    made.mappings.back().fields[0].type = MappedField::Type::integer;
    rule("out/#").drop = true;
    for (const auto& one : made.mappings) require(problems_of(one).empty());
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const DecodeOptions with = options();
    static Decoders decoders(with);
    std::string_view input(reinterpret_cast<const char*>(data), size);
    auto cut = input.find('\n');
    readings::Message message;
    message.row = message.first_row = 999;
    message.topic = input.substr(0, cut);
    message.payload = cut == std::string_view::npos ? std::string_view() : input.substr(cut + 1);
    ReadingBatch batch;
    Outcome outcome = decoders.decode(message, batch);
    require(outcome.kind != Outcome::Kind::not_mine);
    constexpr std::int64_t s = 1'000'000'000, from = 978'307'200 * s, to = 4'102'444'800 * s;
    for (std::size_t i = 0; i < batch.size(); ++i) {
        check(batch[i]);
        auto ns = to_ns(batch[i].time);
        require(ns == 0 || (ns >= from && ns < to + s));
    }
    std::string out;
    auto explained = explain(with, message.topic, message.payload);
    require(explained.outcome.kind == outcome.kind && explained.readings.size() == batch.size());
    append_json(out, explained);
    require(parse_json(out).has_value());
    return 0;
}
