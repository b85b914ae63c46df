#include "access/grant_text.h"

#include "access/path_rule.h"
#include "access/resource.h"
#include "access/schedule.h"
#include "base/encoding.h"
#include "net/address.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caredian::access {

namespace {

using Problem = std::optional<GrantProblem>;
using Words = std::vector<std::string>;

constexpr std::size_t max_role_name = 64;
constexpr std::array<std::pair<std::string_view, WhoKind>, 6> kinds{{{"person", WhoKind::person},
                                                                     {"account", WhoKind::account},
                                                                     {"group", WhoKind::group},
                                                                     {"key", WhoKind::key},
                                                                     {"device", WhoKind::device},
                                                                     {"role", WhoKind::role}}};

bool is_plain(std::string_view word) {
    return !word.empty() && word.size() <= max_word && is_utf8(word) && trim(word) == word &&
           std::none_of(word.begin(), word.end(),
                        [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

bool is_id_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '*';
}

// "light.bedroom_*", "*": one point, and none of Home Assistant's ids has capitals.
bool is_dotted(std::string_view word) {
    if (word == "*") return true;
    auto point = word.find('.');
    if (word.size() > max_word || point == 0 || point == std::string_view::npos ||
        point + 1 == word.size())
        return false;
    return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(point),
                       is_id_character) &&
           std::all_of(word.begin() + static_cast<std::ptrdiff_t>(point) + 1, word.end(),
                       is_id_character);
}

bool is_path(const std::string& word) {
    return word.size() <= max_word && PathRules::parse(std::span(&word, 1)).has_value();
}

bool is_who(const std::string& word) {
    return parse_who(word).has_value();
}

bool is_member(const std::string& word) {
    auto who = parse_who(word);
    return who && who->kind != WhoKind::role;
}

bool is_network(const std::string& word) {
    return net::parse_network(word).has_value();
}

template <class Good>
Problem check_list(const char* part, const Words& words, Good good, std::string_view is_no) {
    if (words.size() > max_listed) return GrantProblem{part, "has more than 100 entries"};
    for (const auto& word : words)
        if (!good(word))
            return GrantProblem{part, "\"" + sanitize_utf8(word, 60) + "\" " + std::string(is_no)};
    return std::nullopt;
}

Problem check_what(const GrantText& g) {
    if (g.areas.empty() && g.entities.empty() && g.devices.empty() && g.services.empty() &&
        g.paths.empty())
        return GrantProblem{"areas", "says nothing of what is granted: give areas, entities, "
                                     "devices, services or paths"};
    if (!g.paths.empty() &&
        !(g.areas.empty() && g.entities.empty() && g.devices.empty() && g.services.empty()))
        return GrantProblem{"paths", "stand alone: what is behind a path has no rooms here"};
    constexpr std::string_view dotted = "is not domain.name in lower case, in which * stands for "
                                        "anything";
    if (auto p = check_list("areas", g.areas, is_plain, "is not the name of a room")) return p;
    if (auto p = check_list("entities", g.entities, is_dotted, dotted)) return p;
    if (auto p = check_list("devices", g.devices, is_plain, "is not the id of a device")) return p;
    if (auto p = check_list("services", g.services, is_dotted, dotted)) return p;
    return check_list("paths", g.paths, is_path, "is neither /path nor host.name/path");
}

Problem check_when(const GrantText& g) {
    std::string wrong;
    if (g.hours.size() > max_listed) return GrantProblem{"hours", "has more than 100 entries"};
    if (!Schedule::parse(g.hours, {}, wrong))
        return GrantProblem{"hours",
                            "\"" + sanitize_utf8(wrong, 60) + "\" is not like 08:00-20:00"};
    if (g.days.size() > max_listed) return GrantProblem{"days", "has more than 100 entries"};
    if (!Schedule::parse({}, g.days, wrong))
        return GrantProblem{"days", "\"" + sanitize_utf8(wrong, 60) +
                                        "\" is none of mon, tue, wed, thu, fri, sat, sun, or two "
                                        "of them with a - between"};
    const TimeZone utc;
    for (auto [part, text] : {std::pair("from", &g.from), std::pair("until", &g.until)})
        if (!text->empty() && !parse_moment(*text, false, utc))
            return GrantProblem{part, "is neither a date like 2026-12-31 nor a time of RFC 3339"};
    if (g.from.empty() || g.until.empty()) return std::nullopt;
    if (*parse_moment(g.from, false, utc) >= *parse_moment(g.until, true, utc))
        return GrantProblem{"until", "is before from"};
    return std::nullopt;
}

bool is_role_name(std::string_view name) {
    return is_plain(name) && name.size() <= max_role_name &&
           std::none_of(name.begin(), name.end(), [](char c) {
               return c == ' ' || c == ',' || c == ':' || c == '/' || c == '"' || c == '|';
           });
}

void add_words(std::string& line, std::string_view name, const Words& words) {
    if (words.empty()) return;
    line.append(", ").append(name).append(" ");
    for (std::size_t i = 0; i < words.size(); ++i) line.append(i == 0 ? "" : " ").append(words[i]);
}

} // namespace

std::string_view to_string(Action a) {
    switch (a) {
    case Action::read:
        return "read";
    case Action::control:
        return "control";
    case Action::administer:
        return "admin";
    }
    return "unknown";
}

std::optional<Action> parse_action(std::string_view word) {
    for (auto action : {Action::read, Action::control, Action::administer})
        if (word == to_string(action)) return action;
    return std::nullopt;
}

std::optional<Who> parse_who(std::string_view text) {
    auto colon = text.find(':');
    if (colon == std::string_view::npos || !is_plain(text.substr(colon + 1))) return std::nullopt;
    auto word = text.substr(0, colon);
    for (auto [name, kind] : kinds)
        if (word == name) return Who{kind, std::string(text.substr(colon + 1))};
    return std::nullopt;
}

std::optional<GrantProblem> problem_of(const GrantText& g, bool in_role) {
    if (in_role && !g.who.empty())
        return GrantProblem{"who", "is not said here: the role's members have it"};
    if (!in_role && g.who.empty()) return GrantProblem{"who", "is missing"};
    if (auto p = check_list("who", g.who, is_who,
                            "is not person:, group:, key:, device: or role: with a name"))
        return p;
    if (auto p = check_what(g)) return p;
    auto action = parse_action(g.may);
    if (!action) return GrantProblem{"may", "is read, control or admin"};
    if (!g.services.empty() && *action == Action::read)
        return GrantProblem{"may", "must be control: services do something"};
    if (auto p = check_when(g)) return p;
    if (!g.note.empty() && !is_plain(g.note)) return GrantProblem{"note", "is not one short line"};
    return check_list("addresses", g.addresses, is_network,
                      "is not an address or network like 192.0.2.0/24");
}

std::optional<GrantProblem> problem_of(const RoleText& role) {
    if (role.name == "admin" || role.name == "member")
        return GrantProblem{"name", "admin and member are built in"};
    if (!is_role_name(role.name))
        return GrantProblem{"name", "is a word of at most 64 bytes, without blanks and , : / | \""};
    if (!role.note.empty() && !is_plain(role.note))
        return GrantProblem{"note", "is not one short line"};
    if (auto p = check_list("includes", role.includes, is_role_name, "is not the name of a role"))
        return p;
    if (auto p = check_list("members", role.members, is_member,
                            "is not person:, group:, key: or device: with a name"))
        return p;
    if (role.grants.size() > max_grants) return GrantProblem{"grants", "has too many entries"};
    for (std::size_t i = 0; i < role.grants.size(); ++i)
        if (auto p = problem_of(role.grants[i], true))
            return GrantProblem{"grants",
                                "entry " + std::to_string(i + 1) + ": " + p->part + " " + p->what};
    return std::nullopt;
}

std::string to_line(const GrantText& g) {
    std::string line = g.may;
    add_words(line, "areas", g.areas);
    add_words(line, "entities", g.entities);
    add_words(line, "devices", g.devices);
    add_words(line, "services", g.services);
    add_words(line, "paths", g.paths);
    add_words(line, "hours", g.hours);
    add_words(line, "days", g.days);
    add_words(line, "addresses", g.addresses);
    if (!g.from.empty()) line += ", from " + g.from;
    if (!g.until.empty()) line += ", until " + g.until;
    return line;
}

} // namespace caredian::access
