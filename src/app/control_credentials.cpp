#include "app/control_credentials.h"

#include "api/link.h"
#include "app/control_arguments.h"

#include <charconv>

namespace caredian::app {

namespace {

ControlAnswer link(std::string_view path, const Secret& token, WallTime expires) {
    ControlAnswer out;
    out.result.clear();
    JsonWriter(out.result)
        .begin_object()
        .member("path", std::string(path) + "?token=" + token.reveal())
        .member("expires", expires)
        .end_object();
    return out;
}

ControlAnswer make_reset_link(identity::ResetLinks& links, const json::object& arguments) {
    auto made = links.make(text_argument(arguments, "name"), command_line_actor);
    return made ? link(api::reset_path, made->token, made->expires) : answer_of(made);
}

ControlAnswer invite(identity::Invitations& invitations, const json::object& arguments) {
    identity::NewInvitation fresh;
    auto role = identity::parse_role(text_argument(arguments, "role", "member"));
    if (!role) return answer_of(role);
    fresh.role = *role;
    fresh.full_name = text_argument(arguments, "full_name");
    const auto days = text_argument(arguments, "days", "7");
    auto [end, code] = std::from_chars(days.data(), days.data() + days.size(), fresh.days);
    if (code != std::errc() || end != days.data() + days.size())
        return ControlAnswer::failure(make_error_code(identity::Errc::bad_invite).message());
    auto made = invitations.make(fresh, {}, command_line_actor);
    return made ? link(api::invitation_path, made->token, made->invitation.expires)
                : answer_of(made);
}

ControlAnswer forget(const CredentialParts& parts, const json::object& arguments) {
    auto account = parts.accounts.find(text_argument(arguments, "name"));
    if (!account) return answer_of(account);
    if (!*account) return answer_of(result<void>(identity::Errc::not_found));
    return answer_of(parts.forget_factors(**account, command_line_actor));
}

} // namespace

ControlHandlers credential_commands(CredentialParts parts) {
    ControlHandlers all;
    all["user.reset-link"] = [parts](const json::object& arguments) {
        return make_reset_link(parts.reset_links, arguments);
    };
    all["user.invite"] = [parts](const json::object& arguments) {
        return invite(parts.invitations, arguments);
    };
    all["user.forget-factors"] = [parts](const json::object& arguments) {
        return forget(parts, arguments);
    };
    return all;
}

} // namespace caredian::app
