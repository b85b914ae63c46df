#include "home/call.h"

#include "access/domains.h"
#include "access/path_rule.h"
#include "base/encoding.h"
#include "base/json.h"

#include <algorithm>
#include <array>

namespace caredian::home {

using access::Action;
using access::What;
using net::http::Method;

namespace {

constexpr std::size_t most_targets = 200;

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

bool is_entity(std::string_view text) {
    auto point = text.find('.');
    return point != std::string_view::npos && is_word(text.substr(0, point)) &&
           is_word(text.substr(point + 1));
}

What entity(std::string_view id) {
    What what;
    what.entity = id;
    what.domain = id.substr(0, id.find('.'));
    return what;
}

// The first segment; the rest is left without its '/'.
std::string_view next_segment(std::string_view& rest) {
    return next_token(rest, '/');
}

// Every "name=value", percent-decoded; nullopt: one of them cannot be.
std::optional<std::vector<std::pair<std::string, std::string>>>
parse_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> out;
    while (!query.empty()) {
        auto one = next_token(query, '&');
        auto equals = std::min(one.find('='), one.size());
        auto name = percent_decode(one.substr(0, equals));
        auto value = percent_decode(one.substr(std::min(equals + 1, one.size())));
        if (!name || !value) return std::nullopt;
        out.emplace_back(std::move(*name), std::move(*value));
    }
    return out;
}

constexpr std::string_view history_filter = "filter_entity_id";
constexpr std::array<std::string_view, 5> history_options{
    "end_time", "minimal_response", "no_attributes", "significant_changes_only",
    "skip_initial_state"};

// GET history/period[/TIME]?filter_entity_id=a,b: these entities, named once.
bool read_history(std::string_view rest, std::string_view query, Call& call) {
    if (rest.find('/') != std::string_view::npos) return false;
    auto parameters = parse_query(query);
    if (!parameters) return false;
    int filters = 0;
    for (const auto& [name, value] : *parameters) {
        if (std::find(history_options.begin(), history_options.end(), name) !=
            history_options.end())
            continue;
        if (name != history_filter || ++filters > 1) return false;
        std::string_view ids = value;
        while (!ids.empty()) {
            auto id = next_token(ids, ',');
            if (!is_entity(id) || call.touched.size() == most_targets) return false;
            call.touched.push_back(entity(id));
        }
    }
    return !call.touched.empty();
}

void read_rest(Method method, std::string_view rest, std::string_view query, Call& call) {
    const bool gets = method == Method::get || method == Method::head;
    const bool all_states = rest == "states";
    const auto first = next_segment(rest);
    if (all_states) {
        if (method == Method::get && query.empty()) call.kind = Call::Kind::states;
        return;
    }
    if (first == "states" && is_entity(rest)) {
        if (!gets && method != Method::post && method != Method::delete_) return;
        call.kind = Call::Kind::things;
        call.action = gets ? Action::read : Action::administer;
        call.touched = {entity(rest)};
        return;
    }
    if ((first == "camera_proxy" || first == "camera_proxy_stream") && gets && is_entity(rest)) {
        call.kind = Call::Kind::things;
        call.touched = {entity(rest)};
        return;
    }
    if (first == "history" && gets && next_segment(rest) == "period") {
        if (read_history(rest, query, call))
            call.kind = Call::Kind::things;
        else
            call.touched.clear();
        return;
    }
    if (first != "services" || method != Method::post || !query.empty()) return;
    const auto domain = next_segment(rest);
    if (!is_word(domain) || !is_word(rest)) return;
    call.kind = Call::Kind::service;
    call.domain = domain;
    call.service = std::string(domain).append(".").append(rest);
}

class Targets {
public:
    explicit Targets(const Call& call) : call_(call) {}

    std::vector<What> read(const json::object& data) {
        for (const auto& [key, value] : data) {
            const std::string_view name(key.data(), key.size());
            if (name == "entity_id")
                each_text(value, [&](std::string_view text) { named(text); });
            else if (name == "area_id" || name == "device_id")
                each_text(value, [&](std::string_view text) { place(name == "area_id", text); });
            else if (name == "label_id" || name == "floor_id" || name == "target")
                whole_ = true;
            else
                search(value);
        }
        const bool script =
            call_.domain == "script" && !access::is_own_service(call_.service, "script");
        if (script && call_.service != "script.reload")
            add(entity(call_.service)); // the script of that name, whatever it is told
        if (touched_.empty() || whole_ || touched_.size() > most_targets) {
            What all;
            all.domain = call_.domain;
            add(std::move(all));
        }
        return std::move(touched_);
    }

private:
    void add(What what) {
        what.service = call_.service;
        touched_.push_back(std::move(what));
    }

    template <class Use>
    void each_text(const json::value& value, Use use) {
        if (value.is_array()) {
            for (const auto& one : value.get_array()) {
                if (one.is_string())
                    use({one.get_string().data(), one.get_string().size()});
                else
                    whole_ = true;
            }
        } else if (value.is_string()) {
            use({value.get_string().data(), value.get_string().size()});
        } else {
            whole_ = true;
        }
    }

    // "light.a, light.b", in whatever case; "all" and what is no entity mean everything.
    void named(std::string_view text) {
        if (trim(text).empty()) whole_ = true;
        while (!text.empty()) {
            auto id = lower_ascii(trim(next_token(text, ',')));
            if (is_entity(id))
                add(entity(id));
            else
                whole_ = true;
        }
    }

    void place(bool area, std::string_view text) {
        What what;
        what.domain = call_.domain;
        (area ? what.area_id : what.device) = text;
        if (text.empty() || text.find(',') != std::string_view::npos)
            whole_ = true;
        else
            add(std::move(what));
    }

    // What else is named: media_player.join takes its members beside its target.
    void search(const json::value& value) {
        if (value.is_string()) {
            std::string_view text(value.get_string().data(), value.get_string().size());
            while (!text.empty()) {
                auto word = lower_ascii(trim(next_token(text, ',')));
                auto domain = std::string_view(word).substr(0, word.find('.'));
                if (is_entity(word) && access::services_of(domain)) add(entity(word));
            }
        } else if (value.is_array()) {
            for (const auto& one : value.get_array()) search(one);
        } else if (value.is_object()) {
            for (const auto& [key, one] : value.get_object()) {
                search(json::value(json::string(key.data(), key.size()))); // scenes name them so
                search(one);
            }
        }
    }

    const Call& call_;
    std::vector<What> touched_;
    bool whole_ = false;
};

} // namespace

Call read_call(Method method, std::string_view rest, std::string_view query) {
    Call call;
    call.path = access::canonical_path("/ha/api/" + std::string(rest)).value_or(std::string());
    call.action = method == Method::get || method == Method::head ? Action::read : Action::control;
    read_rest(method, rest, query, call);
    return call;
}

std::optional<ServiceData> read_service_data(const Call& call, std::string_view body) {
    ServiceData out;
    if (trim(body).empty()) {
        out.touched = Targets(call).read({});
        return out;
    }
    auto parsed = parse_json(body);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    out.touched = Targets(call).read(parsed->get_object());
    append_json(out.body, *parsed);
    return out;
}

} // namespace caredian::home
