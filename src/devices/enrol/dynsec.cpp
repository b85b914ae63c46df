#include "devices/enrol/dynsec.h"

#include "base/json.h"
#include "devices/enrol/name.h"

#include <algorithm>

namespace caredian::devices::enrol::dynsec {

namespace {

constexpr std::string_view device_role = "device:";
constexpr std::string_view send = "publishClientSend", receive = "publishClientReceive",
                           subscribe = "subscribePattern";

bool is_ours(std::string_view role) {
    return role.starts_with(device_role) || role == gateway_name || role == control_name;
}

bool is_ours(const Client& client) {
    return std::ranges::any_of(client.roles, [](const std::string& role) { return is_ours(role); });
}

void append(JsonWriter& w, const Rules& rules) {
    w.key("acls").begin_array();
    for (const auto& rule : rules)
        w.begin_object()
            .member("acltype", rule.type)
            .member("topic", rule.topic)
            .member("priority", rule.priority)
            .member("allow", rule.allow)
            .end_object();
    w.end_array();
}

void append_roles(JsonWriter& w, const Client& client) {
    w.key("roles").begin_array();
    for (const auto& role : client.roles)
        w.begin_object().member("rolename", role).member("priority", 0).end_object();
    w.end_array();
}

template <class Fill>
std::string command(std::string_view name, Fill fill) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().member("command", name);
    fill(w);
    w.end_object();
    return out;
}

std::string role_command(std::string_view name, std::string_view role, const Rules& rules) {
    return command(name, [&](JsonWriter& w) {
        w.member("rolename", role);
        append(w, rules);
    });
}

std::string client_command(std::string_view name, std::string_view user, const Client& client) {
    return command(name, [&](JsonWriter& w) {
        w.member("username", user);
        if (!client.password.empty()) w.member("password", client.password.reveal());
        append_roles(w, client);
    });
}

} // namespace

std::string role_name(std::string_view device) {
    return std::string(device_role).append(device);
}

Rules rules_of(const Rights& rights) {
    Rules out;
    for (const auto& topic : rights.publish) out.push_back({std::string(send), topic});
    for (const auto& topic : rights.subscribe) {
        out.push_back({std::string(receive), topic});
        out.push_back({std::string(subscribe), topic});
    }
    std::ranges::sort(out);
    out.erase(std::ranges::unique(out).begin(), out.end());
    return out;
}

Model base_model() {
    Model model;
    const std::string gateway(gateway_name), control(control_name);
    const std::string administration = "$CONTROL/dynamic-security/v1";
    // "#" covers "$CONTROL/…" in a rule: what may not be is refused before.
    Rules all{{std::string(send), "#"},
              {std::string(receive), "#"},
              {std::string(subscribe), "#"},
              {std::string(receive), "$SYS/#"},
              {std::string(subscribe), "$SYS/#"}};
    for (auto type : {send, receive, subscribe})
        for (auto topic : {"$CONTROL/#", "caredian/enrolment/#"})
            all.push_back({std::string(type), topic, false, 10});
    std::ranges::sort(all);
    model.roles[gateway] = std::move(all);
    Rules few{{std::string(send), administration},
              {std::string(receive), administration + "/response"},
              {"subscribeLiteral", administration + "/response"},
              {std::string(send), std::string(renewal_answers)},
              {std::string(receive), std::string(renewal_requests)},
              {"subscribeLiteral", std::string(renewal_requests)}};
    std::ranges::sort(few);
    model.roles[control] = std::move(few);
    model.clients[gateway] = {{gateway}, {}};
    model.clients[control] = {{control}, {}};
    return model;
}

void add_device(Model& model, std::string_view id, const Rights& rights, const Secret& password) {
    auto role = role_name(id);
    model.roles[role] = rules_of(rights);
    model.clients[std::string(id)] = {{role}, password};
}

std::vector<std::string> plan(const Model& wanted, const Model& actual) {
    std::vector<std::string> out;
    auto user = [](std::string_view name) {
        return [name](JsonWriter& w) { w.member("username", name); };
    };
    for (const auto& [name, client] : actual.clients)
        if (is_ours(client) && !wanted.clients.contains(name))
            out.push_back(command("deleteClient", user(name)));
    for (const auto& [name, rules] : actual.roles)
        if (is_ours(name) && !wanted.roles.contains(name))
            out.push_back(
                command("deleteRole", [&](JsonWriter& w) { w.member("rolename", name); }));
    for (const auto& [name, rules] : wanted.roles) {
        auto there = actual.roles.find(name);
        if (there == actual.roles.end())
            out.push_back(role_command("createRole", name, rules));
        else if (there->second != rules)
            out.push_back(role_command("modifyRole", name, rules));
    }
    for (const auto& [name, client] : wanted.clients) {
        auto there = actual.clients.find(name);
        if (there == actual.clients.end())
            out.push_back(client_command("createClient", name, client));
        else if (there->second != client)
            out.push_back(client_command("modifyClient", name, {client.roles, {}}));
    }
    return out;
}

std::string request(const std::vector<std::string>& commands, std::string_view mark,
                    std::size_t first) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().key("commands").begin_array();
    for (const auto& one : commands) {
        auto with = one;
        with.pop_back();
        with.append(",\"correlationData\":\"").append(mark).append(std::to_string(first++)) +=
            "\"}";
        w.raw(with);
    }
    w.end_array().end_object();
    return out;
}

std::string set_password(std::string_view client, const Secret& password) {
    return command("setClientPassword", [&](JsonWriter& w) {
        w.member("username", client).member("password", password.reveal());
    });
}

std::vector<std::string> throw_out(std::string_view client, bool stays) {
    auto named = [client](JsonWriter& w) { w.member("username", client); };
    if (stays) return {command("disableClient", named), command("enableClient", named)};
    return {client_command("createClient", client, {}), command("deleteClient", named)};
}

} // namespace caredian::devices::enrol::dynsec
