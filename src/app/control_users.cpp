#include "app/control_users.h"

#include "app/control_arguments.h"
#include "identity/accounts.h"

namespace caredian::app {

namespace {

ControlAnswer add(identity::Accounts& accounts, const json::object& arguments) {
    auto role = identity::parse_role(text_argument(arguments, "role", "member"));
    if (!role) return answer_of(role);
    identity::NewAccount account;
    account.username = text_argument(arguments, "name");
    account.password = Secret(text_argument(arguments, "password"));
    account.role = *role;
    account.language = text_argument(arguments, "language", "ko");
    return answer_of(accounts.add(account, command_line_actor));
}

ControlAnswer list(identity::Accounts& accounts) {
    auto all = accounts.list();
    if (!all) return answer_of(all);
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
    auto role = identity::parse_role(text_argument(arguments, "role"));
    if (!role) return answer_of(role);
    identity::AccountChange change;
    change.role = *role;
    return answer_of(accounts.change(text_argument(arguments, "name"), change, command_line_actor));
}

ControlAnswer change_password(identity::Accounts& accounts, const json::object& arguments) {
    identity::AccountChange change;
    change.password = Secret(text_argument(arguments, "password"));
    return answer_of(accounts.change(text_argument(arguments, "name"), change, command_line_actor));
}

} // namespace

ControlHandlers user_commands(identity::Accounts& accounts) {
    ControlHandlers all;
    all["user.add"] = [&](const json::object& arguments) { return add(accounts, arguments); };
    all["user.list"] = [&](const json::object&) { return list(accounts); };
    all["user.remove"] = [&](const json::object& arguments) {
        return answer_of(accounts.remove(text_argument(arguments, "name"), command_line_actor));
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
