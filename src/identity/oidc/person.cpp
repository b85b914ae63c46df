#include "identity/oidc/person.h"

#include "base/encoding.h"
#include "identity/accounts.h"

#include <algorithm>

namespace caredian::identity::oidc {

namespace {

constexpr std::size_t max_text = 512;
constexpr std::size_t max_subject = 255; // OpenID Connect Core §2
constexpr std::size_t max_groups = 200;

const json::value* at_path(const json::object& claims, std::string_view path) {
    if (path.empty()) return nullptr;
    const json::object* object = &claims;
    for (;;) {
        auto* value = object->if_contains(next_token(path, '.'));
        if (!value || path.empty()) return value;
        object = value->if_object();
        if (!object) return nullptr;
    }
}

std::string text_of(const json::value* value) {
    if (!value) return {};
    if (auto* text = value->if_string())
        return text->size() <= max_text ? std::string(text->data(), text->size()) : std::string();
    if (auto* i = value->if_int64()) return std::to_string(*i);
    if (auto* u = value->if_uint64()) return std::to_string(*u);
    return {};
}

// Some providers write booleans as texts.
bool flag_of(const json::value* value) {
    if (!value) return false;
    if (auto* flag = value->if_bool()) return *flag;
    return value->is_string() && std::string_view(value->get_string()) == "true";
}

// As identity's full names may be.
std::string printable(std::string text) {
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    return sanitize_utf8(text, 100);
}

void read_groups(const json::value* value, Person& out) {
    if (!value) return;
    if (auto* one = value->if_string()) {
        out.groups_known = true;
        out.groups.emplace_back(one->data(), one->size());
    }
    auto* list = value->if_array();
    if (!list) return;
    out.groups_known = true;
    for (const auto& item : *list) {
        if (out.groups.size() == max_groups) return;
        if (auto name = text_of(&item); !name.empty()) out.groups.push_back(std::move(name));
    }
}

// What is left of a wish when only what a username may hold is kept.
std::string as_username(std::string_view wish) {
    std::string out;
    for (char c : lower_ascii(wish)) {
        bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (alnum || (!out.empty() && (c == '.' || c == '_' || c == '-'))) out += c;
        if (out.size() == 40) break;
    }
    return out;
}

} // namespace

Person read_person(const json::object& claims, const ClaimPaths& paths, std::string_view issuer) {
    Person out;
    out.issuer = issuer;
    out.subject = text_of(at_path(claims, paths.subject));
    if (out.subject.size() > max_subject) out.subject.clear();
    out.username = text_of(at_path(claims, paths.username));
    out.name = printable(text_of(at_path(claims, paths.name)));
    out.email = lower_ascii(text_of(at_path(claims, paths.email)));
    out.email_verified = flag_of(at_path(claims, paths.email_verified));
    read_groups(at_path(claims, paths.groups), out);
    return out;
}

void complete(Person& person, const Person& more) {
    if (person.username.empty()) person.username = more.username;
    if (person.name.empty()) person.name = more.name;
    if (person.email.empty()) {
        person.email = more.email;
        person.email_verified = more.email_verified;
    }
    if (!person.groups_known) {
        person.groups = more.groups;
        person.groups_known = more.groups_known;
    }
}

std::string_view vouched_email(const ProviderOptions& options, const Person& person) {
    if (!person.email_verified && !options.trusts_emails) return {};
    return check_email(person.email) ? std::string_view(person.email) : std::string_view();
}

bool admits(const ProviderOptions& options, const Person& person, bool known) {
    if (!options.allowed_groups.empty() &&
        !std::ranges::any_of(options.allowed_groups, [&](const std::string& group) {
            return std::ranges::find(person.groups, group) != person.groups.end();
        }))
        return false;
    if (known) return true;
    if (options.allowed_emails.empty()) return options.creates_accounts;
    const auto email = vouched_email(options, person);
    if (email.empty()) return false;
    return std::ranges::any_of(options.allowed_emails, [&](const std::string& allowed) {
        auto wanted = lower_ascii(allowed);
        return wanted.starts_with('@') ? email.ends_with(wanted) : email == wanted;
    });
}

std::optional<Role> role_of(const ProviderOptions& options, const Person& person) {
    if (options.roles.empty()) return std::nullopt;
    for (const auto& [group, role] : options.roles)
        if (role == Role::admin && std::ranges::find(person.groups, group) != person.groups.end())
            return Role::admin;
    return Role::member;
}

std::vector<std::string> username_wishes(const Person& person, std::string_view provider) {
    std::vector<std::string> out;
    auto add = [&](std::string_view wish) {
        auto name = as_username(wish);
        if (!name.empty() && std::ranges::find(out, name) == out.end())
            out.push_back(std::move(name));
    };
    add(person.username);
    add(std::string_view(person.email).substr(0, person.email.find('@')));
    if (out.empty()) add(provider);
    const auto best = out.front().substr(0, 24); // room for what makes it another
    add(best + "-" + std::string(provider));
    for (int i = 2; i < 10; ++i) add(best + "-" + std::to_string(i));
    add(best + "-" + sha256_base64url(person.issuer + '\0' + person.subject).substr(0, 12));
    return out;
}

} // namespace caredian::identity::oidc
