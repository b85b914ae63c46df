// What the pages of signing in say, in Korean and English: one row per text.
#pragma once

#include <string_view>

namespace caredian::api {

enum class Language { ko, en };
inline std::string_view to_string(Language l) {
    return l == Language::ko ? "ko" : "en";
}

enum class Text {
    sign_in,
    sign_in_lead,
    username,
    password,
    first_run,
    first_run_lead,
    code,
    code_hint,
    new_username_hint,
    new_password_hint,
    create,
    refused,
    try_later,
    busy,
    unavailable,
    other_site,
    wrong_code,
    bad_name,
    bad_password,
    exists,
    bad_input,
    not_set_up,
    not_set_up_lead,
    set_up,
    or_by,
    provider_denied,
    not_admitted,
    start_again,
    provider_away,
    provider_wrong,
    signed_in,
    signed_in_lead,
    signed_out,
    signed_out_lead,
    go_on,
    use_passkey,
    passkey_refused,
    password_saved,
    account_made,
    second_step,
    second_step_lead,
    second_code,
    second_code_hint,
    wrong_second,
    start_over,
    enrol,
    enrol_lead,
    enrol_key,
    enrol_code_hint,
    recovery,
    recovery_lead,
    recovery_kept,
    reset,
    reset_lead,
    new_password,
    save,
    invitation,
    invitation_lead,
    full_name,
    full_name_hint,
    bad_full_name,
    link_over,
    link_over_lead,
    to_sign_in,
    switch_language, // in the other language
};
std::string_view text(Text what, Language language);

} // namespace caredian::api
