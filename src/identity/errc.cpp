#include "identity/errc.h"

#include "identity/principal.h"

namespace caredian::identity {

const char* room_name(Errc) {
    return "identity";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::not_found:
        return "there is no such account, session or key";
    case Errc::exists:
        return "there is an account of that name";
    case Errc::bad_name:
        return "a username has 1 to 64 of a-z 0-9 . _ - @ and begins with a letter or digit";
    case Errc::bad_password:
        return "a password has 8 to 1024 bytes";
    case Errc::bad_role:
        return "a role is admin or member";
    case Errc::bad_language:
        return "a language is ko or en";
    case Errc::bad_full_name:
        return "a full name has at most 100 bytes of printable UTF-8";
    case Errc::refused:
        return "name or password is wrong";
    case Errc::last_admin:
        return "at least one administrator who can sign in must stay";
    case Errc::bad_token:
        return "not a session of ours";
    case Errc::expired:
        return "the session has ended";
    case Errc::wrong_code:
        return "the code is wrong";
    case Errc::not_needed:
        return "there is an administrator already";
    case Errc::bad_key:
        return "the API key is not good";
    case Errc::bad_key_name:
        return "a key's name has 1 to 100 bytes of printable UTF-8";
    case Errc::bad_scope:
        return "scopes are read, control, admin, verify, introspect, events:fall:ingest; at least "
               "one";
    case Errc::bad_addresses:
        return "addresses are at most 20 networks such as 192.168.0.0/24 or 2001:db8::/32";
    case Errc::bad_days:
        return "a key lives 1 to 3650 days";
    case Errc::role_too_high:
        return "a key may not do more than its owner";
    case Errc::too_many_keys:
        return "there are 100 keys of this account: revoke one first";
    }
    return "unknown";
}

std::string_view to_string(Role r) {
    return r == Role::admin ? "admin" : "member";
}

} // namespace caredian::identity
