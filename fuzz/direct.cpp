// Posted readings as a damaged card may give them back, and the table of Idempotency-Keys.
// Held: no crash; readings are clean, or it is told to be damaged.
#include "ingest/direct.h"

#include "ingest/sent_keys.h"
#include "readings_check.h"

#include <cstdint>
#include <string_view>

using namespace caredian;
using namespace caredian::ingest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Decoders decoders({});
    std::string_view input(reinterpret_cast<const char*>(data), size);
    readings::Message message;
    message.row = message.first_row = 1;
    message.topic = "$readings/roof";
    message.payload = input;
    ReadingBatch batch;
    auto outcome = decoders.decode(message, batch);
    require(outcome.kind == Outcome::Kind::decoded || outcome.kind == Outcome::Kind::broken);
    require((outcome.kind == Outcome::Kind::decoded) == (batch.size() > 0));
    for (std::size_t i = 0; i < batch.size(); ++i) check(batch[i]);
    (void)direct_text(input, 1000);

    SentKeys keys;
    if (keys.load(input)) {
        SentKeys copy;
        require(copy.load(keys.save(UINT64_MAX)) && copy.size() == keys.size());
    }
    return 0;
}
