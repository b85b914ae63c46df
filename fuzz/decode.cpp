// Decoders with a topic and a payload (separated by the first newline), as a broker may bring them.
// Held: no crash; readings have unique, clean, non-empty names; field types accept them; the same
// message decodes to the same readings again.
#include "ingest/decode/decoder.h"
#include "ingest/field_types.h"
#include "readings_check.h"

#include <cstdint>
#include <string_view>

using namespace caredian;
using namespace caredian::ingest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Decoders decoders({});
    static Decoders again({});
    std::string_view input(reinterpret_cast<const char*>(data), size);
    auto cut = input.find('\n');
    readings::Message message;
    message.row = 1;
    message.topic = input.substr(0, cut);
    message.payload = cut == std::string_view::npos ? std::string_view() : input.substr(cut + 1);

    ReadingBatch batch, second;
    Outcome outcome = decoders.decode(message, batch);
    require(outcome.kind != Outcome::Kind::not_mine);
    require((outcome.kind == Outcome::Kind::decoded) == (batch.size() > 0));
    require(outcome.kind != Outcome::Kind::described || !batch.descriptions().empty());
    (void)again.decode(message, second);
    require(batch.size() == second.size());
    FieldTypes types(64);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        check(batch[i]);
        require(batch[i].series == second[i].series);
        (void)types.apply(batch[i]);
    }
    return 0;
}
