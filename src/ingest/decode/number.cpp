// A bare number: field `value`. nan and numbers that no double holds are left out.
#include "ingest/decode/decoder.h"
#include "ingest/decode/numbers.h"

namespace caredian::ingest {

namespace {

class Number final : public Decoder {
public:
    std::string_view name() const override { return "number"; }
    bool claims(const TopicLevels&) const override { return true; }

    Outcome decode(const Input& in, JsonFields&, Output& out) override {
        if (in.content.kind != Content::Kind::scalar || in.content.quoted) return Outcome::pass();
        auto number = parse_number(in.content.text);
        if (!number)
            return is_not_a_number(in.content.text) ? Outcome::ignore(Ignored::not_a_number)
                                                    : Outcome::pass();
        out.start_generic(in.message.topic);
        out.number("value", *number);
        return Outcome::done();
    }
};

} // namespace

std::unique_ptr<Decoder> make_number(const DecodeOptions&) {
    return std::make_unique<Number>();
}

} // namespace caredian::ingest
