// WLED: https://kno.wled.ge/interfaces/mqtt/
//
//   wled/<name>/g       0 to 255         wled, device=<name>, brightness
//   wled/<name>/c       #FFAA00          wled, color
//   wled/<name>/status  online, offline  wled, online
//   wled/<name>/v       XML              left out: brightness and colour once more
//   wled/<name>, …/api, …/col            left out: commands
#include "ingest/decode/decoder.h"
#include "ingest/decode/names.h"

namespace caredian::ingest {

namespace {

class Wled final : public Decoder {
public:
    std::string_view name() const override { return "wled"; }
    bool claims(const TopicLevels& topic) const override {
        if (topic[0] != "wled" || topic.size() < 3 || topic[1].empty()) return false;
        return is_one_of(topic.last(), {"g", "c", "v", "status", "api", "col"});
    }

    Outcome decode(const Input& in, JsonFields&, Output& out) override {
        std::string_view what = in.levels.last();
        if (what == "api" || what == "col") return Outcome::ignore(Ignored::wled_command);
        if (what == "v")
            return in.content.text.starts_with('<') ? Outcome::ignore(Ignored::wled_metadata)
                                                    : Outcome::pass();
        Bare bare = bare_value(in.content);
        if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome;
        auto online = online_word(in.content.text);
        bool brightness = what == "g" && bare.value.kind == FlatField::Kind::number;
        bool color = what == "c" && in.content.text.starts_with('#');
        bool status = what == "status" && online;
        if (!brightness && !color && !status) return Outcome::pass();
        out.start("wled", in.levels.join(1, in.levels.size() - 1));
        if (status)
            out.boolean("online", *online);
        else
            out.field(brightness ? "brightness" : "color", bare.value);
        return Outcome::done();
    }
};

} // namespace

std::unique_ptr<Decoder> make_wled(const DecodeOptions&) {
    return std::make_unique<Wled>();
}

} // namespace caredian::ingest
