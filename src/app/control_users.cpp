#include "app/control_users.h"

#include "identity/accounts.h"

namespace caredian::app {

namespace {

const guard::Actor actor{"command line", ""};

std::string argument(const json::object& arguments, std::string_view name,
                     std::string_view otherwise = {}) {
    const auto* value = arguments.if_contains(name);
    if (!value || !value->is_string()) return std::string(otherwise);
    return {value->get_string().data(), value->get_string().size()};
}

template <class T>
ControlAnswer answer(const result<T>& done) {
    return done ? ControlAnswer{} : ControlAnswer::failure(done.error().message());
}

ControlAnswer add(identity::Accounts& accounts, const json::object& arguments) {
    auto role = identity::parse_role(argument(arguments, "role", "member"));
    if (!role) return answer(role);
    identity::NewAccount account;
    account.username = argument(arguments, "name");
    account.password = Secret(argument(arguments, "password"));
    account.role = *role;
    account.language = argument(arguments, "language", "ko");
    return answer(accounts.add(account, actor));
}

ControlAnswer list(identity::Accounts& accounts) {
    auto all = accounts.list();
    if (!all) return answer(all);
    ControlAnswer out;
    out.result.clear();
    JsonWriter json(out.result);
    json.begin_array();
    for (const auto& account : *all)
        json.begin_object()
            .member("name", std::string_view(account.username))
            .member("role", identity::to_string(account.role))
            .member("disabled", account.disabled)
            .member("created", account.created)
            .end_object();
    json.end_array();
    return out;
}

ControlAnswer change_role(identity::Accounts& accounts, const json::object& arguments) {
    auto role = identity::parse_role(argument(arguments, "role"));
    if (!role) return answer(role);
    identity::AccountChange change;
    change.role = *role;
    return answer(accounts.change(argument(arguments, "name"), change, actor));
}

ControlAnswer change_password(identity::Accounts& accounts, const json::object& arguments) {
    identity::AccountChange change;
    change.password = Secret(argument(arguments, "password"));
    return answer(accounts.change(argument(arguments, "name"), change, actor));
}

} // namespace

ControlHandlers user_commands(identity::Accounts& accounts) {
    ControlHandlers all;
    all["user.add"] = [&](const json::object& arguments) { return add(accounts, arguments); };
    all["user.list"] = [&](const json::object&) { return list(accounts); };
    all["user.remove"] = [&](const json::object& arguments) {
        return answer(accounts.remove(argument(arguments, "name"), actor));
    };
    all["user.password"] = [&](const json::object& arguments) {
        return change_password(accounts, arguments);
    };
    all["user.role"] = [&](const json::object& arguments) {
        return change_role(accounts, arguments);
    };
    return all;
}

} // namespace caredian::app
