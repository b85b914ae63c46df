#include "app/control_keys.h"

#include "api/api_keys.h"
#include "app/control_arguments.h"
#include "base/encoding.h"
#include "identity/api_keys.h"

#include <charconv>

namespace caredian::app {

namespace {

result<identity::NewApiKey> new_key(const json::object& arguments) {
    identity::NewApiKey key;
    key.name = text_argument(arguments, "name");
    auto role = identity::parse_role(text_argument(arguments, "role", "member"));
    if (!role) return role.error();
    key.role = *role;
    auto scopes = identity::parse_scopes(text_argument(arguments, "scopes"));
    if (!scopes) return identity::Errc::bad_scope;
    key.scopes = *scopes;
    std::string addresses = text_argument(arguments, "addresses");
    std::string_view rest = addresses;
    while (!rest.empty()) key.addresses.emplace_back(trim(next_token(rest, ',')));
    std::string days = text_argument(arguments, "days", "90");
    auto [end, code] = std::from_chars(days.data(), days.data() + days.size(), key.days);
    if (code != std::errc() || end != days.data() + days.size()) return identity::Errc::bad_days;
    return key;
}

result<identity::Account> account_named(identity::Accounts& accounts, const std::string& name) {
    auto account = accounts.find(name);
    if (!account) return account.error();
    if (!*account) return identity::Errc::not_found;
    return std::move(**account);
}

ControlAnswer add(identity::Accounts& accounts, identity::ApiKeys& keys,
                  const json::object& arguments) {
    auto owner = account_named(accounts, text_argument(arguments, "user"));
    if (!owner) return answer_of(owner);
    auto fresh = new_key(arguments);
    if (!fresh) return answer_of(fresh);
    auto made = keys.add(*fresh, *owner, command_line_actor);
    if (!made) return answer_of(made);
    ControlAnswer out;
    out.result = api::made_key_json(*made);
    return out;
}

ControlAnswer list(identity::Accounts& accounts, identity::ApiKeys& keys,
                   const json::object& arguments) {
    std::string account;
    if (auto user = text_argument(arguments, "user"); !user.empty()) {
        auto owner = account_named(accounts, user);
        if (!owner) return answer_of(owner);
        account = owner->id;
    }
    auto all = keys.list(account);
    if (!all) return answer_of(all);
    ControlAnswer out;
    out.result = api::keys_json(*all);
    return out;
}

} // namespace

ControlHandlers key_commands(identity::Accounts& accounts, identity::ApiKeys& keys) {
    ControlHandlers all;
    all["key.add"] = [&](const json::object& arguments) { return add(accounts, keys, arguments); };
    all["key.list"] = [&](const json::object& arguments) {
        return list(accounts, keys, arguments);
    };
    all["key.revoke"] = [&](const json::object& arguments) {
        return answer_of(keys.revoke(text_argument(arguments, "id"), {}, command_line_actor));
    };
    return all;
}

} // namespace caredian::app
