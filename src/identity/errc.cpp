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
    case Errc::bad_email:
        return "an e-mail address is name@host, of at most 190 bytes without blanks";
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
        return "scopes are read, control, admin, verify, introspect, events:fall:ingest, "
               "readings:write, readings:write:DEVICE, influx:query; at least "
               "one";
    case Errc::bad_addresses:
        return "addresses are at most 20 networks such as 192.168.0.0/24 or 2001:db8::/32";
    case Errc::bad_days:
        return "a key lives 1 to 3650 days";
    case Errc::role_too_high:
        return "a key may not do more than its owner";
    case Errc::too_many_keys:
        return "there are 100 keys of this account: revoke one first";
    case Errc::disabled:
        return "the account is disabled";
    case Errc::bad_link:
        return "this link is not good (any more)";
    case Errc::bad_invite:
        return "an invitation is good for 1 to 90 days";
    case Errc::too_many_invites:
        return "there are 200 open invitations: revoke one first";
    case Errc::wrong_second:
        return "the code is wrong, or was used before";
    case Errc::start_again:
        return "this sign-in is over: start again";
    case Errc::confirm_first:
        return "say your password again, or sign in again, for this";
    case Errc::wrong_password:
        return "the password is wrong";
    case Errc::factor_on:
        return "there is an authenticator app already: remove it first";
    case Errc::factor_off:
        return "there is no second factor";
    case Errc::factor_needed:
        return "administrators need a second factor here";
    case Errc::passkeys_off:
        return "passkeys need public_url with a host name and https";
    case Errc::bad_passkey:
        return "the answer of the passkey is not good";
    case Errc::unknown_passkey:
        return "nobody signs in with this passkey";
    case Errc::bad_passkey_name:
        return "a passkey's name has 1 to 100 bytes of printable UTF-8";
    case Errc::passkey_exists:
        return "this passkey is registered already";
    case Errc::too_many_passkeys:
        return "there are 20 passkeys of this account: remove one first";
    }
    return "unknown";
}

std::string_view to_string(Role r) {
    return r == Role::admin ? "admin" : "member";
}

} // namespace caredian::identity
