#include "identity/authentik/event.h"

#include <array>

namespace caredian::identity::authentik {

namespace {

using Kind = UserEvent::Kind;

// As a person's claims, under the names that these bodies use.
oidc::ClaimPaths paths() {
    oidc::ClaimPaths p;
    p.subject = "pk";
    p.username = "username";
    p.email_verified = ""; // 2025.10 and later say so of nobody
    return p;
}

Kind kind_of(std::string_view action) {
    constexpr std::array changes{"user_write", "model_created", "model_updated"};
    if (action == "test") return Kind::test;
    if (action == "model_deleted") return Kind::gone;
    for (const char* one : changes)
        if (action == one) return Kind::changed;
    return Kind::unknown;
}

std::string text_in(const json::object& object, std::string_view name, std::size_t most) {
    auto* value = object.if_contains(name);
    if (!value || !value->is_string() || value->get_string().size() > most) return {};
    return std::string(std::string_view(value->get_string()));
}

// False: there, and no boolean.
bool read_active(const json::object& object, bool& out) {
    auto* value = object.if_contains("is_active");
    if (!value || value->is_null()) return true;
    if (!value->is_bool()) return false;
    out = value->get_bool();
    return true;
}

} // namespace

UserEvent read_event(std::string_view body) {
    UserEvent out;
    if (body.size() > max_event) return out;
    auto value = parse_json(body, {16});
    if (!value || !value->is_object()) return out;
    const auto& o = value->get_object();
    auto kind = kind_of(text_in(o, "action", 64));
    if (kind == Kind::test || kind == Kind::unknown) {
        out.kind = kind;
        return out;
    }
    out.id = text_in(o, "id", 64);
    if (auto created = parse_rfc3339(text_in(o, "created", 64))) out.created = *created;
    out.person = oidc::read_person(o, paths(), {});
    bool readable = read_active(o, out.active) && !out.id.empty() && !out.person.subject.empty();
    // Somebody without a name is nobody that an account could be made for.
    bool whole = kind == Kind::gone || !out.person.username.empty();
    if (readable && whole) out.kind = kind;
    return out;
}

std::optional<UserEvent> read_user(const json::object& user) {
    UserEvent out;
    out.kind = Kind::changed;
    out.person = oidc::read_person(user, paths(), {});
    if (!read_active(user, out.active)) return std::nullopt;
    if (out.person.subject.empty() || out.person.username.empty()) return std::nullopt;
    // Its "groups" are ids; the names are in groups_obj.
    out.person.groups.clear();
    out.person.groups_known = false;
    auto* groups = user.if_contains("groups_obj");
    if (!groups || !groups->is_array()) return out;
    out.person.groups_known = true;
    for (const auto& group : groups->get_array())
        if (auto* object = group.if_object(); object && out.person.groups.size() < 200)
            if (auto name = text_in(*object, "name", 200); !name.empty())
                out.person.groups.push_back(std::move(name));
    return out;
}

} // namespace caredian::identity::authentik
