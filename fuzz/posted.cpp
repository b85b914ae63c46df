// Posted readings: the first byte chooses JSON or line protocol.
// Held: no crash; it is all of it or a reason; what is taken keeps to the limits, belongs to the
// device, and comes back out of the journal's record as it went in.
#include "history/exchange/posted.h"

#include "ingest/direct.h"
#include "readings_check.h"

#include <cstdint>
#include <string_view>

using namespace caredian;
using namespace caredian::ingest;

namespace {

bool same(const readings::FieldValue& a, const readings::FieldValue& b) {
    return a == b; // finite numbers only
}

void check_record(const std::vector<readings::Reading>& sent) {
    static Decoders decoders({});
    std::string payload = encode_direct(sent);
    readings::Message message;
    message.row = message.first_row = 1;
    message.topic = "$readings/roof";
    message.payload = payload;
    ReadingBatch batch;
    require(decoders.decode(message, batch).kind == Outcome::Kind::decoded);
    require(batch.size() == sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        check(batch[i]);
        require(batch[i].series == sent[i].series && batch[i].time == sent[i].time);
        require(batch[i].fields.size() == sent[i].fields.size());
        for (std::size_t f = 0; f < sent[i].fields.size(); ++f)
            require(batch[i].fields[f].name == sent[i].fields[f].name &&
                    same(batch[i].fields[f].value, sent[i].fields[f].value));
    }
    (void)direct_text(payload, 1000);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    history::PostedOptions options;
    options.device = "roof";
    options.now = from_ns(1'767'999'300'000'000'000);
    options.unit_ns = (data[0] & 2) != 0 ? 1'000'000 : 1;
    auto posted = (data[0] & 1) != 0 ? history::read_posted_json(body, options)
                                     : history::read_posted_lines(body, options);
    if (const auto* problem = std::get_if<history::PostedProblem>(&posted)) {
        require(!problem->reason.empty());
        return 0;
    }
    const auto& all = std::get<std::vector<readings::Reading>>(posted);
    require(!all.empty() && all.size() <= options.limits.readings);
    for (const auto& reading : all) {
        require(reading.series.tag("device") == "roof");
        require(reading.time <= options.now + options.limits.ahead);
    }
    check_record(all);
    return 0;
}
