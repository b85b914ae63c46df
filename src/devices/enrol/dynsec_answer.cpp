#include "devices/enrol/dynsec_answer.h"

#include "base/json.h"

#include <algorithm>

namespace caredian::devices::enrol::dynsec {

namespace {

constexpr std::size_t most = 100'000; // clients or roles that a broker may say it has

std::string text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* string = value ? value->if_string() : nullptr;
    return string ? std::string(string->data(), string->size()) : std::string();
}

const json::array* list(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value ? value->if_array() : nullptr;
}

std::optional<std::size_t> total(const json::object& object) {
    const auto* value = object.if_contains("totalCount");
    if (!value || !value->is_int64()) return std::nullopt;
    const auto n = value->get_int64();
    if (n < 0 || static_cast<std::uint64_t>(n) > most) return std::nullopt;
    return static_cast<std::size_t>(n);
}

Client client_of(const json::object& said) {
    Client out;
    if (const auto* roles = list(said, "roles"))
        for (const auto& role : *roles)
            if (const auto* object = role.if_object())
                out.roles.push_back(text(*object, "rolename"));
    std::ranges::sort(out.roles);
    return out;
}

Rules rules_of(const json::object& said) {
    Rules out;
    const auto* rules = list(said, "acls");
    for (const auto& one : rules ? *rules : json::array()) {
        const auto* object = one.if_object();
        if (!object) continue;
        Rule rule{text(*object, "acltype"), text(*object, "topic")};
        const auto* allow = object->if_contains("allow");
        rule.allow = allow && allow->is_bool() && allow->get_bool();
        const auto* priority = object->if_contains("priority");
        if (priority && priority->is_int64())
            rule.priority = static_cast<int>(
                std::clamp<std::int64_t>(priority->get_int64(), -1'000'000, 1'000'000));
        out.push_back(std::move(rule));
    }
    std::ranges::sort(out);
    return out;
}

template <class Put>
std::optional<Page> read_page(const json::value& data, std::string_view what, std::string_view name,
                              Put put) {
    const auto* object = data.if_object();
    const auto* entries = object ? list(*object, what) : nullptr;
    auto all = object ? total(*object) : std::nullopt;
    if (!entries || !all) return std::nullopt;
    for (const auto& entry : *entries) {
        const auto* one = entry.if_object();
        if (!one) return std::nullopt;
        put(text(*one, name), *one);
    }
    return Page{entries->size(), *all};
}

} // namespace

std::optional<std::vector<Answer>> read_answers(std::string_view payload) {
    if (payload.size() > largest_answer) return std::nullopt;
    auto parsed = parse_json(payload, {.depth = 12});
    const auto* object = parsed ? parsed->if_object() : nullptr;
    const auto* responses = object ? list(*object, "responses") : nullptr;
    if (!responses) return std::nullopt;
    std::vector<Answer> out;
    for (const auto& entry : *responses) {
        const auto* one = entry.if_object();
        if (!one) return std::nullopt;
        Answer answer{
            text(*one, "command"), text(*one, "correlationData"), text(*one, "error"), {}};
        if (const auto* data = one->if_contains("data")) answer.data = *data;
        out.push_back(std::move(answer));
    }
    return out;
}

std::optional<Page> read_clients(const json::value& data, Model& model) {
    return read_page(data, "clients", "username", [&](std::string name, const json::object& said) {
        model.clients.insert_or_assign(std::move(name), client_of(said));
    });
}

std::optional<Page> read_roles(const json::value& data, Model& model) {
    return read_page(data, "roles", "rolename", [&](std::string name, const json::object& said) {
        model.roles.insert_or_assign(std::move(name), rules_of(said));
    });
}

} // namespace caredian::devices::enrol::dynsec
