// Frigate: https://docs.frigate.video/integrations/mqtt
//
//   frigate/available                        online     frigate, device=frigate, online
//   frigate/<camera>/<object>[/active]       2          frigate, device=<camera>, object, count
//   frigate/<camera>/motion                  ON         frigate, device=<camera>, motion
//   frigate/<camera>/<feature>/state         ON         frigate, device=<camera>, <feature>
//   frigate/<camera>/audio/<sound>           ON, -41.2  frigate, device=<camera>, audio_<sound>
//   frigate/events                           JSON       frigate_event, device=<camera>
//   frigate/stats                            JSON       frigate, a reading for each camera,
//   detector …/snapshot                               JPEG       left out …/set, frigate/reviews, …
//   left out
#include "base/encoding.h"
#include "ingest/decode/decoder.h"
#include "ingest/decode/names.h"

namespace caredian::ingest {

namespace {

constexpr std::string_view root = "frigate";

class Frigate final : public Decoder {
public:
    std::string_view name() const override { return "frigate"; }
    bool claims(const TopicLevels& topic) const override {
        return topic[0] == root && topic.size() >= 2 && topic.size() <= 4;
    }

    Outcome decode(const Input& in, JsonFields& json, Output& out) override {
        const TopicLevels& topic = in.levels;
        std::string_view last = topic.last();
        if (last == "snapshot" || in.message.payload.starts_with("\xff\xd8\xff"))
            return Outcome::ignore(Ignored::frigate_image);
        if (last == "set" || is_one_of(topic[1], {"restart", "onConnect"}))
            return Outcome::ignore(Ignored::frigate_command);
        if (topic.size() == 2) return about_it(topic[1], in, json, out);
        Outcome known = leave_out_metadata(topic[1]);
        bool value = in.content.kind == Content::Kind::scalar && !topic[1].empty();
        if (known.kind != Outcome::Kind::not_mine || !value) return known;
        return camera(topic, in, out);
    }

private:
    static Outcome leave_out_metadata(std::string_view what) {
        bool known = is_one_of(what, {"reviews", "camera_activity", "tracked_object_update",
                                      "notifications", "model_state", "embeddings_reindex_progress",
                                      "birdseye_layout", "triggers", "job_state"});
        return known ? Outcome::ignore(Ignored::frigate_metadata) : Outcome::pass();
    }

    Outcome about_it(std::string_view what, const Input& in, JsonFields& json, Output& out) {
        if (what == "available") {
            auto online = online_word(in.content.text);
            if (!online) return Outcome::pass();
            out.start(root, root);
            out.boolean("online", *online);
            return Outcome::done();
        }
        bool events = what == "events";
        if (!events && what != "stats") return leave_out_metadata(what);
        if (in.content.kind != Content::Kind::object) return Outcome::pass();
        Broken broken = json.parse(in.message.payload);
        if (broken != JsonFields::good) return Outcome::fail(broken);
        return events ? event(json, out) : stats(json, out);
    }

    // Bare values of a camera or a zone.
    Outcome camera(const TopicLevels& topic, const Input& in, Output& out) {
        Bare bare = bare_value(in.content);
        if (bare.outcome.kind != Outcome::Kind::decoded) return bare.outcome;
        auto on = switch_word(in.content.text);
        bool number = bare.value.kind == FlatField::Kind::number;
        std::string_view last = topic.last();
        out.start(root, topic[1]);
        bool counted = number && last != "state" && (topic.size() == 3 || last == "active");
        if (counted) {
            out.tag("object", topic[2]);
            name_ = last == "active" ? "active" : "count";
        } else {
            name_.assign(topic[2]); // motion, detect/state
            if (topic.size() == 4 && last != "state") (name_ += '_') += last; // audio/dBFS
        }
        if (on)
            out.boolean(name_, *on);
        else
            out.field(name_, bare.value);
        return Outcome::done();
    }

    // {"type":"new","before":{…},"after":{"id":…,"camera":"front","label":"person",…}}
    static Outcome event(const JsonFields& json, Output& out) {
        std::string_view camera;
        for (const auto& f : json.fields())
            if (f.name == "after_camera" && f.kind == FlatField::Kind::text) camera = f.text;
        if (camera.empty()) return Outcome::pass();
        out.start("frigate_event", camera);
        if (const FlatField* type = json.top("type")) out.field(*type);
        for (const auto& f : json.fields()) {
            std::string_view name = f.below_outer();
            bool kept = is_one_of(name, {"id", "label", "sub_label", "score", "top_score",
                                         "start_time", "end_time", "stationary", "active",
                                         "false_positive", "has_clip", "has_snapshot"}) ||
                        name.starts_with("entered_zones_");
            if (f.outer() == "after" && kept) out.field(name, f);
        }
        return done_or_nothing(out, json);
    }

    // {"cameras":{"front":{…}},"detectors":{"coral":{…}},"service":{…},"cpu_usages":{"<pid>":…}}
    Outcome stats(const JsonFields& json, Output& out) {
        std::size_t made = 0;
        std::string_view group, member;
        for (const auto& f : json.fields()) {
            bool cameras = f.outer() == "cameras";
            if (!cameras && f.outer() != "detectors") continue;
            if (f.second == 0 || f.name.ends_with("pid")) continue;
            if (f.outer() != group || f.inner() != member) {
                group = f.outer();
                member = f.inner();
                out.start(root, cameras ? member : root);
                if (!cameras) out.tag("detector", member);
                ++made;
            }
            out.field(f.below_inner(), f);
        }
        if (service(json, out)) ++made;
        return made ? Outcome::done() : Outcome::ignore(Ignored::frigate_metadata);
    }

    static bool service(const JsonFields& json, Output& out) {
        out.start(root, root);
        for (const auto& f : json.fields())
            if (is_one_of(f.name, {"detection_fps", "service_uptime", "service_version",
                                   "service_storage_/media/frigate/recordings_used",
                                   "service_storage_/media/frigate/recordings_free"}))
                out.field(f.name.substr(f.name.starts_with("service_storage_") ? 31 : 0), f);
        if (out.has_fields()) return true;
        out.drop();
        return false;
    }

    std::string name_;
};

} // namespace

std::unique_ptr<Decoder> make_frigate(const DecodeOptions&) {
    return std::make_unique<Frigate>();
}

} // namespace caredian::ingest
