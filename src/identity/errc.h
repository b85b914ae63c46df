// What can go wrong between a name, a password and a session.
#pragma once

#include "base/result.h"

namespace caredian::identity {

enum class Errc {
    ok,
    not_found,     // no such account, session
    exists,        // an account of that name is there
    bad_name,      // not a username; see valid_username
    bad_password,  // shorter than 8 or longer than 1024 bytes
    bad_role,      //
    bad_language,  // not "ko" or "en"
    bad_full_name, // longer than 100 bytes, or not printable UTF-8
    bad_email,     // not "name@host", longer than 190 bytes, blanks or control characters
    refused,       // sign-in: name or password wrong, or the account is disabled: never says which
    last_admin,    // would leave no administrator who can sign in
    bad_token,     // not a session token of ours
    expired,       // token or session
    wrong_code,    // first run
    not_needed,    // first run: there is an administrator already
    bad_key,       // not an API key of ours, or it has ended: never says which
    bad_key_name,  // empty, longer than 100 bytes, or not printable UTF-8
    bad_scope,     // none, or not a word of scopes.h
    bad_addresses, // not a network, or more than 20
    bad_days,      // not 1 to 3650
    role_too_high, // more than the owner's
    too_many_keys, // of one account
    disabled,      // the account is
    bad_link,      // of a reset or an invitation: unknown, used, ended: never says which
    bad_invite,    // days, role or name of an invitation
    too_many_invites,
    wrong_second,    // not a code of this account's, or one that was used
    start_again,     // the sign-in or the step before is not there any more
    confirm_first,   // the password, or a session that began a moment ago
    wrong_password,  // of who is signed in
    factor_on,       // there is an authenticator app already
    factor_off,      // there is none
    factor_needed,   // the settings want administrators to have one
    passkeys_off,    // public_url is no name that passkeys can be bound to
    bad_passkey,     // what the browser sent is not good: the log says why
    unknown_passkey, // nobody's, or of an account that may not sign in
    bad_passkey_name,
    too_many_passkeys,
    passkey_exists, // its authenticator is registered already
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

} // namespace caredian::identity

template <>
struct boost::system::is_error_code_enum<caredian::identity::Errc> : std::true_type {};
