#include "api/credential_pages.h"

#include "api/handover.h"
#include "api/page.h"
#include "api/qr_svg.h"
#include "base/encoding.h"

namespace caredian::api {

using net::http::Response;

namespace {

constexpr std::string_view second_path = "/auth/login/second";
constexpr std::string_view code_field = "type=\"text\" autocomplete=\"one-time-code\" "
                                        "autocapitalize=\"none\" spellcheck=\"false\" "
                                        "maxlength=\"40\" autofocus";
constexpr std::string_view digits_field = "type=\"text\" autocomplete=\"one-time-code\" "
                                          "inputmode=\"numeric\" maxlength=\"10\" autofocus";
constexpr std::string_view new_password_field =
    "type=\"password\" autocomplete=\"new-password\" minlength=\"8\" maxlength=\"1024\"";

std::string step_query(const std::string& token, const std::string& return_to) {
    return "t=" + percent_encode(token) + "&return_to=" + percent_encode(return_to);
}

std::string link_query(const std::string& token) {
    return "token=" + percent_encode(token);
}

// In fours, as people read it.
std::string in_groups(std::string_view key) {
    std::string out;
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (i > 0 && i % 4 == 0) out += ' ';
        out += key[i];
    }
    return out;
}

} // namespace

Response second_page(unsigned status, const SecondPage& page) {
    Page out(page.language, Text::second_step, Text::second_step_lead);
    out.error(page.error)
        .form(second_path)
        .hidden("mfa_token", page.token)
        .hidden("return_to", page.return_to)
        .field("code", Text::second_code, {}, code_field, Text::second_code_hint)
        .submit(Text::go_on);
    if (page.passkey)
        out.passkey("/auth/login/second/passkey", second_path, page.token,
                    after_sign_in(page.return_to));
    return out.quiet_link("/auth/login", Text::start_over)
        .finish(status, second_path, step_query(page.token, page.return_to));
}

Response enrol_page(unsigned status, const EnrolPage& page) {
    Page out(page.language, Text::enrol, Text::enrol_lead);
    out.error(page.error)
        .raw(qr_svg(page.uri.reveal(), text(Text::enrol, page.language)))
        .hint(Text::enrol_key)
        .raw("<p class=\"key\"><code>")
        .text(in_groups(page.key.reveal()))
        .raw("</code></p>\n")
        .form(second_path)
        .hidden("mfa_token", page.token)
        .hidden("return_to", page.return_to)
        .field("code", Text::second_code, {}, digits_field, Text::enrol_code_hint)
        .submit(Text::go_on);
    return out.quiet_link("/auth/login", Text::start_over)
        .finish(status, second_path, step_query(page.token, page.return_to));
}

Response codes_page(Language language, const std::vector<Secret>& codes,
                    const std::string& target) {
    Page out(language, Text::recovery, Text::recovery_lead);
    out.raw("<ol class=\"codes\">\n");
    for (const auto& code : codes) out.raw("<li><code>").text(code.reveal()).raw("</code></li>\n");
    out.raw("</ol>\n").link(target, Text::recovery_kept);
    return out.finish(200, "/auth/login"); // who changes the language goes home
}

Response reset_page(unsigned status, const ResetPage& page) {
    Page out(page.language, Text::reset, Text::reset_lead);
    return out.error(page.error)
        .form("/auth/reset")
        .hidden("token", page.token)
        .hidden("lang", to_string(page.language))
        // For password managers: whose it is.
        .field("username", Text::username, page.username,
               "type=\"text\" autocomplete=\"username\" readonly")
        .field("password", Text::new_password, {}, new_password_field, Text::new_password_hint)
        .submit(Text::save)
        .finish(status, "/auth/reset", link_query(page.token));
}

Response invitation_page(unsigned status, const InvitationPage& page) {
    Page out(page.language, Text::invitation, Text::invitation_lead);
    return out.error(page.error)
        .form("/auth/invitation")
        .hidden("token", page.token)
        .hidden("lang", to_string(page.language))
        .field("username", Text::username, page.username,
               "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" "
               "spellcheck=\"false\" maxlength=\"64\"",
               Text::new_username_hint)
        .field("full_name", Text::full_name, page.full_name,
               "type=\"text\" autocomplete=\"name\" maxlength=\"100\"", Text::full_name_hint, true)
        .field("password", Text::password, {}, new_password_field, Text::new_password_hint)
        .submit(Text::create)
        .finish(status, "/auth/invitation", link_query(page.token));
}

Response link_over_page(Language language) {
    return Page(language, Text::link_over, Text::link_over_lead)
        .link("/auth/login", Text::to_sign_in)
        .finish(404, "/auth/login");
}

} // namespace caredian::api
