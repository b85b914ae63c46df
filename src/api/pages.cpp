#include "api/pages.h"

#include "api/auth.h"
#include "api/embedded.h"
#include "api/handover.h"
#include "api/page.h"
#include "api/people_helpers.h"
#include "api/return_to.h"
#include "api/route.h"
#include "base/encoding.h"

#include <memory>
#include <stdexcept>
#include <tuple>

namespace caredian::api {

namespace http = net::http;

namespace {

constexpr std::string_view language_cookie = "caredian_lang";
std::optional<Language> parse_language(std::string_view tag) {
    tag = trim(tag);
    std::string primary = lower_ascii(tag.substr(0, tag.find_first_of("-_;")));
    if (primary == "ko") return Language::ko;
    if (primary == "en") return Language::en;
    return std::nullopt;
}

// Links, not forms: form-action would not let a form end at another site.
void add_providers(Page& page, const std::vector<ProviderChoice>& all, std::string_view query) {
    if (all.empty()) return;
    page.divider(Text::or_by).raw("<ul class=\"providers\">\n");
    for (const auto& one : all) {
        page.raw("<li><a class=\"button other\" href=\"/auth/login/").text(percent_encode(one.id));
        if (!query.empty()) page.raw("?").text(query);
        page.raw("\">").text(one.label).raw("</a></li>\n");
    }
    page.raw("</ul>\n");
}

} // namespace

Language page_language(const http::Request& request) {
    if (auto asked = request.query_value("lang"))
        if (auto language = parse_language(*asked)) return *language;
    bool ambiguous = false;
    if (auto kept = request.cookie(language_cookie, ambiguous))
        if (auto language = parse_language(*kept)) return *language;
    std::string_view accepted = request.header("accept-language").value_or("");
    while (!accepted.empty())
        if (auto language = parse_language(next_token(accepted, ','))) return *language;
    return Language::en;
}

void keep_language(const http::Request& request, http::Response& response) {
    auto asked = request.query_value("lang");
    auto language = asked ? parse_language(*asked) : std::nullopt;
    if (language)
        response.set("Set-Cookie", std::string(language_cookie) + "=" +
                                       std::string(to_string(*language)) +
                                       "; Path=/; Max-Age=31536000; SameSite=Lax");
}

http::Response login_page(unsigned status, const LoginPage& page) {
    bool again = !page.username.empty();
    std::string query;
    if (page.return_to.size() > 1) query = "return_to=" + percent_encode(page.return_to);
    Page out(page.language, Text::sign_in, Text::sign_in_lead);
    out.notice(page.notice)
        .error(page.error)
        .form("/auth/login")
        .hidden("return_to", page.return_to)
        .field("username", Text::username, page.username,
               again ? "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" "
                       "spellcheck=\"false\" maxlength=\"64\""
                     : "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" "
                       "spellcheck=\"false\" maxlength=\"64\" autofocus")
        .field("password", Text::password, "",
               again ? "type=\"password\" autocomplete=\"current-password\" autofocus"
                     : "type=\"password\" autocomplete=\"current-password\"")
        .submit(Text::sign_in);
    if (page.passkeys)
        out.passkey("/auth/login/passkey/begin", "/auth/login/passkey", {},
                    after_sign_in(page.return_to));
    add_providers(out, page.providers, query);
    return out.finish(status, "/auth/login", query);
}

http::Response first_run_page(unsigned status, const FirstRunPage& page) {
    return Page(page.language, Text::first_run, Text::first_run_lead)
        .error(page.error)
        .form("/first-run")
        .hidden("lang", to_string(page.language))
        .field("code", Text::code, page.code,
               "type=\"text\" autocomplete=\"one-time-code\" autocapitalize=\"characters\" "
               "spellcheck=\"false\" maxlength=\"40\"",
               Text::code_hint)
        .field("username", Text::username, page.username,
               "type=\"text\" autocomplete=\"username\" autocapitalize=\"none\" "
               "spellcheck=\"false\" maxlength=\"64\"",
               Text::new_username_hint)
        .field("password", Text::password, "",
               "type=\"password\" autocomplete=\"new-password\" minlength=\"8\" "
               "maxlength=\"1024\"",
               Text::new_password_hint)
        .submit(Text::create)
        .finish(status, "/first-run");
}

http::Response not_set_up_page(Language language) {
    return Page(language, Text::not_set_up, Text::not_set_up_lead)
        .link("/first-run", Text::set_up)
        .finish(503, "/first-run");
}

http::Response too_many_page(Language language) {
    return Page(language, Text::sign_in, Text::busy)
        .link("/auth/login", Text::sign_in)
        .finish(429, "/auth/login");
}

namespace {

// A page of its own between a form and another site: form-action holds for redirects, too.
http::Response page_that_goes_on(Page page, const std::string& location) {
    auto response = page.link(location, Text::go_on).finish(200, "/auth/login");
    response.set("Refresh", "0; url=" + location);
    return response;
}

} // namespace

http::Response signed_out_page(Language language, const std::string& location) {
    return page_that_goes_on(Page(language, Text::signed_out, Text::signed_out_lead), location);
}

http::Response signed_in_page(Language language, const std::string& location) {
    return page_that_goes_on(Page(language, Text::signed_in, Text::signed_in_lead), location);
}

http::Response sign_in_again(const http::Request& request, const People& people, unsigned status,
                             Text error, std::string return_to) {
    LoginPage page;
    page.language = page_language(request);
    page.error = error;
    page.return_to = std::move(return_to);
    page.providers = provider_choices(people, page.language);
    page.passkeys = people.credentials.passkeys.available();
    return login_page(status, page);
}

namespace {

void add_static(http::Router& router, std::string_view name, const char* path, const char* what) {
    auto* file = find_file(document_files(), name);
    if (!file) throw std::logic_error(std::string(name) + " is not in the binary");
    http::Route route = make_route(path, http::Method::get, "public", what);
    route.quick =
        [asset = std::make_shared<const http::Asset>(asset_of(*file, false))](http::Context&) {
            http::Response response;
            response.body = asset.get();
            return response;
        };
    router.add(std::move(route));
}

} // namespace

void add_pages(http::Router& router, const People& people) {
    auto& identity = people.identity;
    http::Route login =
        make_route("/auth/login", http::Method::get, "optional", "The page to sign in");
    login.quick = [people](http::Context& context) {
        const auto& request = context.request;
        auto target = people.sites.safe_target(request.query_value("return_to").value_or("/"));
        // ?again: what somebody is about to do wants a session of a moment ago.
        auto* who = identity::principal_of(context.principal);
        if (who && !request.query_value("again"))
            return no_store(http::Response::redirect(303, hand_over(people, *who, target)));
        if (!who && people.handover && people.sites.at_further(request))
            return begin_handover(request, people, safe_return_to(target));
        LoginPage page;
        page.language = page_language(context.request);
        page.return_to = std::move(target);
        page.providers = provider_choices(people, page.language);
        page.passkeys = people.credentials.passkeys.available();
        if (context.request.query_value("done") == "password") page.notice = Text::password_saved;
        if (context.request.query_value("done") == "account") page.notice = Text::account_made;
        if (context.request.query_value("over")) page.error = Text::start_again;
        auto response = login_page(200, page);
        keep_language(context.request, response);
        return response;
    };
    router.add(std::move(login));

    http::Route first_run = make_route("/first-run", http::Method::get, "public",
                                       "The page that makes the first account");
    first_run.quick = [&identity](http::Context& context) {
        if (!identity.first_run.needed()) return http::Response::redirect(303, "/auth/login");
        FirstRunPage page;
        page.language = page_language(context.request);
        page.code = context.request.query_value("code").value_or("").substr(0, 40);
        auto response = first_run_page(200, page);
        keep_language(context.request, response);
        return response;
    };
    router.add(std::move(first_run));

    for (auto [file, path, what] :
         {std::tuple{"/src/api/pages.css", "/static/pages.css", "Style of the sign-in pages"},
          {"/src/api/passkey.js", "/static/passkey.js", "Passkeys of the sign-in pages"}})
        add_static(router, file, path, what);
}

} // namespace caredian::api
