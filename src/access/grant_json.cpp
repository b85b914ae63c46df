#include "access/grant_json.h"

#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caredian::access {

namespace {

using Problem = std::optional<GrantProblem>;
using Words = std::vector<std::string>;

template <class T>
struct List {
    const char* name;
    Words T::* member;
};
template <class T>
struct Text {
    const char* name;
    std::string T::* member;
};

constexpr std::array<List<GrantText>, 9> grant_lists{{{"who", &GrantText::who},
                                                      {"areas", &GrantText::areas},
                                                      {"entities", &GrantText::entities},
                                                      {"devices", &GrantText::devices},
                                                      {"services", &GrantText::services},
                                                      {"paths", &GrantText::paths},
                                                      {"hours", &GrantText::hours},
                                                      {"days", &GrantText::days},
                                                      {"addresses", &GrantText::addresses}}};
constexpr std::array<Text<GrantText>, 4> grant_texts{{{"may", &GrantText::may},
                                                      {"from", &GrantText::from},
                                                      {"until", &GrantText::until},
                                                      {"note", &GrantText::note}}};
constexpr std::array<List<RoleText>, 2> role_lists{
    {{"includes", &RoleText::includes}, {"members", &RoleText::members}}};
constexpr std::array<Text<RoleText>, 2> role_texts{
    {{"name", &RoleText::name}, {"note", &RoleText::note}}};

std::string text_of(const json::string& text) {
    return {text.data(), text.size()};
}

Problem read_text(const json::value& value, const char* name, std::string& out) {
    out.clear();
    if (value.is_null()) return std::nullopt;
    if (!value.is_string()) return GrantProblem{name, "is a text"};
    out = text_of(value.get_string());
    return std::nullopt;
}

Problem read_list(const json::value& value, const char* name, Words& out) {
    out.clear();
    if (value.is_null()) return std::nullopt;
    if (value.is_string()) {
        out.push_back(text_of(value.get_string()));
        return std::nullopt;
    }
    if (!value.is_array()) return GrantProblem{name, "is a list of texts"};
    for (const auto& one : value.get_array()) {
        if (!one.is_string()) return GrantProblem{name, "is a list of texts"};
        out.push_back(text_of(one.get_string()));
    }
    return std::nullopt;
}

// nullopt: there is no such member.
template <class T, class Lists, class Texts>
std::optional<Problem> read_member(const json::key_value_pair& member, const Lists& lists,
                                   const Texts& texts, T& out) {
    const std::string_view name(member.key().data(), member.key().size());
    for (const auto& list : lists)
        if (name == list.name) return read_list(member.value(), list.name, out.*list.member);
    for (const auto& text : texts)
        if (name == text.name) return read_text(member.value(), text.name, out.*text.member);
    return std::nullopt;
}

GrantProblem unknown(const json::key_value_pair& member) {
    return {sanitize_utf8({member.key().data(), member.key().size()}, 60), "is not known here"};
}

Problem read_grants(const json::value& value, std::vector<GrantText>& out) {
    out.clear();
    if (value.is_null()) return std::nullopt;
    if (!value.is_array()) return GrantProblem{"grants", "is a list of objects"};
    for (const auto& one : value.get_array()) {
        if (!one.is_object()) return GrantProblem{"grants", "is a list of objects"};
        auto problem = read_json(one.get_object(), true, out.emplace_back());
        if (!problem) continue;
        return GrantProblem{"grants", "entry " + std::to_string(out.size()) + ": " + problem->part +
                                          " " + problem->what};
    }
    return std::nullopt;
}

template <class Lists, class T>
void append_lists(JsonWriter& w, const Lists& lists, const T& from) {
    for (const auto& list : lists) {
        if ((from.*list.member).empty()) continue;
        w.key(list.name).begin_array();
        for (const auto& word : from.*list.member) w.value(std::string_view(word));
        w.end_array();
    }
}

template <class Texts, class T>
void append_texts(JsonWriter& w, const Texts& texts, const T& from) {
    for (const auto& text : texts)
        if (!(from.*text.member).empty()) w.member(text.name, std::string_view(from.*text.member));
}

} // namespace

Problem read_json(const json::object& from, bool in_role, GrantText& out) {
    for (const auto& member : from) {
        auto read = read_member(member, grant_lists, grant_texts, out);
        if (!read) return unknown(member);
        if (*read) return *read;
    }
    return problem_of(out, in_role);
}

Problem read_json(const json::object& from, RoleText& out) {
    for (const auto& member : from) {
        auto read = member.key() == "grants"
                        ? std::optional(read_grants(member.value(), out.grants))
                        : read_member(member, role_lists, role_texts, out);
        if (!read) return unknown(member);
        if (*read) return *read;
    }
    return problem_of(out);
}

void append_members(JsonWriter& w, const GrantText& grant) {
    if (!grant.id.empty()) w.member("id", std::string_view(grant.id));
    append_lists(w, grant_lists, grant);
    append_texts(w, grant_texts, grant);
}

void append_members(JsonWriter& w, const RoleText& role) {
    append_texts(w, role_texts, role);
    append_lists(w, role_lists, role);
    w.key("grants").begin_array();
    for (const auto& grant : role.grants) {
        w.begin_object();
        append_members(w, grant);
        w.end_object();
    }
    w.end_array();
}

} // namespace caredian::access
