// Any JSON object or array.
//
// Device: the string member `device`, `device_id` or `id`, in this order; else the topic's last
// level. The member that named the device is no field. A member named time, timestamp, ts, datetime
// or device_time that reads as one becomes the field `device_time`; else it is an ordinary field.
// The elements of an outermost array are value_0, value_1, ….
#include "ingest/decode/decoder.h"

namespace caredian::ingest {

namespace {

class GenericJson final : public Decoder {
public:
    std::string_view name() const override { return "json"; }
    bool claims(const TopicLevels&) const override { return true; }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        bool array = in.content.kind == Content::Kind::array;
        if (!array && in.content.kind != Content::Kind::object) return Outcome::pass();
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        const FlatField* device = device_field(json);
        out.start_generic(in.message.topic, device ? device->text : std::string_view());
        bool has_time = false;
        for (const auto& f : json.fields()) {
            if (&f == device) continue;
            auto time = f.top && !has_time && is_time_name(f.name) ? device_time(f) : std::nullopt;
            if (time) {
                has_time = true;
                out.text("device_time", *time);
            } else if (array) {
                name_ = "value_";
                name_ += f.name;
                out.field(name_, f);
            } else {
                out.field(f);
            }
        }
        if (out.has_fields()) return Outcome::done();
        out.drop();
        return nothing_in(json);
    }

private:
    std::string name_;
};

} // namespace

std::unique_ptr<Decoder> make_generic_json(const DecodeOptions&) {
    return std::make_unique<GenericJson>();
}

} // namespace caredian::ingest
