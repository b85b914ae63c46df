#include "identity/session_codec.h"

#include "base/json.h"

#include <charconv>

namespace caredian::identity {

namespace {

std::optional<std::int64_t> integer_of(std::string_view text) {
    std::int64_t out = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return out;
}

class Reader {
public:
    explicit Reader(const json::object& o) : object_(o) {}
    std::string text(std::string_view name) {
        auto* v = object_.if_contains(name);
        if (v && v->is_string()) return std::string(v->get_string());
        good = false;
        return {};
    }
    WallTime time(std::string_view name) {
        auto* v = object_.if_contains(name);
        if (v && v->is_int64()) return from_ns(v->get_int64());
        good = false;
        return {};
    }
    bool good = true;

private:
    const json::object& object_;
};

} // namespace

std::string session_key(std::string_view id) {
    return std::string(session_prefix).append(id);
}

std::string used_key(std::string_view id) {
    return std::string("caredian:used:").append(id);
}

std::string owner_key(std::string_view account) {
    return std::string("caredian:account:").append(account);
}

std::string encode_session(const Session& s) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().member("account", s.account);
    w.key("created").value(to_ns(s.created)).key("expires").value(to_ns(s.expires));
    w.member("client", s.client).member("agent", s.agent);
    if (s.owner) {
        w.member("username", s.owner->username).member("full_name", s.owner->full_name);
        w.member("email", s.owner->email);
        w.member("language", s.owner->language).member("role", to_string(s.owner->role));
    }
    w.end_object();
    return out;
}

std::optional<Session> decode_session(std::string_view id, std::string_view text,
                                      std::string_view last_used) {
    auto parsed = parse_json(text);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    const auto& object = parsed->get_object();
    Reader in(object);
    Session s;
    s.id = id;
    s.account = in.text("account");
    s.created = in.time("created");
    s.expires = in.time("expires");
    s.client = in.text("client");
    s.agent = in.text("agent");
    if (object.contains("username")) {
        s.owner.emplace();
        s.owner->username = in.text("username");
        s.owner->full_name = in.text("full_name");
        // Not in sessions that an earlier version wrote.
        if (object.contains("email")) s.owner->email = in.text("email");
        s.owner->language = in.text("language");
        auto role = in.text("role");
        if (role != "admin" && role != "member") return std::nullopt;
        s.owner->role = role == "admin" ? Role::admin : Role::member;
    }
    auto used = integer_of(last_used);
    s.last_used = used ? from_ns(*used) : s.created;
    if (!in.good) return std::nullopt;
    return s;
}

} // namespace caredian::identity
