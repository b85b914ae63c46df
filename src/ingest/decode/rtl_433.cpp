// rtl_433: https://triq.org/rtl_433/OPERATION.html#mqtt-output
//
//   rtl_433/<host>/events                           JSON    see rtl_433.h
//   rtl_433/<host>/devices/<device…>/<key>          bare    rtl_433, device=<device…>, field <key>
//   rtl_433/<host>/states                           JSON    left out
//
// It publishes events and devices both unless told otherwise; then each value is kept twice, in one
// series.
#include "ingest/decode/rtl_433.h"

#include "base/json.h"
#include "ingest/decode/names.h"

namespace caredian::ingest {

namespace {

class Rtl433Topics final : public Decoder {
public:
    std::string_view name() const override { return "rtl_433"; }
    bool claims(const TopicLevels& topic) const override {
        std::string_view what = topic[2];
        return topic[0] == "rtl_433" && !topic[1].empty() &&
               (is_one_of(what, {"events", "states"}) || (what == "devices" && topic.size() >= 5));
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        std::string_view what = in.levels[2], host = in.levels[1];
        if (what == "devices") return value(in, host, out);
        if (in.content.kind != Content::Kind::object) return Outcome::pass();
        if (what == "states") return Outcome::ignore(Ignored::rtl_433_statistics);
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        return events_.decode(json, host, out);
    }

private:
    static Outcome value(const Input& in, std::string_view host, Output& out) {
        std::string_view key = in.levels.last();
        Bare bare = bare_value(in.content);
        if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome;
        out.start("rtl_433", in.levels.join(3, in.levels.size() - 1));
        out.tag("gateway", host);
        if (key == "time" && device_time(bare.value))
            out.text("device_time", bare.value.text);
        else
            out.field(key, bare.value);
        return Outcome::done();
    }

    Rtl433 events_;
};

} // namespace

Outcome Rtl433::decode(const JsonFields& json, std::string_view gateway, Output& out) {
    device_.clear();
    for (std::string_view part : {"model", "subtype", "channel", "id"}) {
        const FlatField* f = json.top(part);
        if (!f || f->kind == FlatField::Kind::boolean) continue;
        if (!device_.empty()) device_ += '/';
        if (f->kind == FlatField::Kind::text)
            device_ += f->text;
        else
            append_number(device_, f->number);
    }
    const FlatField* model = json.top("model");
    if (!model || model->kind != FlatField::Kind::text) return Outcome::pass();
    out.start("rtl_433", device_);
    out.tag("gateway", gateway);
    const FlatField* time = json.top("time");
    for (const auto& f : json.fields()) {
        if (f.top &&
            is_one_of(f.name, {"model", "subtype", "channel", "id", "mic", "mod", "protocol"}))
            continue;
        auto when = &f == time ? device_time(f) : std::nullopt;
        if (when)
            out.text("device_time", *when);
        else
            out.field(f);
    }
    return done_or_nothing(out, json);
}

std::unique_ptr<Decoder> make_rtl_433(const DecodeOptions&) {
    return std::make_unique<Rtl433Topics>();
}

} // namespace caredian::ingest
