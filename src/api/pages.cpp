#include "api/pages.h"

#include "api/auth.h"
#include "api/embedded.h"
#include "api/handover.h"
#include "api/html.h"
#include "api/people_helpers.h"
#include "api/return_to.h"
#include "api/route.h"
#include "base/encoding.h"

#include <memory>
#include <stdexcept>

namespace caredian::api {

namespace http = net::http;

namespace {

constexpr std::string_view language_cookie = "caredian_lang";
constexpr std::string_view style_path = "/static/pages.css";
// Beside the server's own policy, and stricter: no script at all.
constexpr std::string_view policy = "default-src 'none'; style-src 'self'; img-src 'self'; "
                                    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

std::optional<Language> parse_language(std::string_view tag) {
    tag = trim(tag);
    std::string primary = lower_ascii(tag.substr(0, tag.find_first_of("-_;")));
    if (primary == "ko") return Language::ko;
    if (primary == "en") return Language::en;
    return std::nullopt;
}

// Collects a page. Texts are escaped where they come in.
class Page {
public:
    Page(Language language, Text title, Text lead) : language_(language) {
        out_ = "<!doctype html>\n<html lang=\"" + std::string(to_string(language)) +
               "\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
               say(title) +
               " · CareDian</title>\n<link rel=\"icon\" href=\"/favicon.svg\" "
               "type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"" +
               std::string(style_path) +
               "\">\n</head>\n<body>\n<main>\n"
               "<p class=\"brand\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">"
               "<path d=\"M3 11.5 12 4l9 7.5V20a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z\"/>"
               "<path class=\"pulse\" d=\"M6.5 14.5h3l1.5-3.5 2 6 1.5-2.5h3\"/></svg>CareDian</p>\n"
               "<h1>" +
               say(title) + "</h1>\n<p class=\"lead\">" + say(lead) + "</p>\n";
    }

    Page& error(std::optional<Text> what) {
        if (what) out_ += "<p class=\"error\" role=\"alert\">" + say(*what) + "</p>\n";
        return *this;
    }
    Page& form(std::string_view action) {
        out_ += "<form method=\"post\" action=\"" + std::string(action) + "\">\n";
        return *this;
    }
    Page& hidden(std::string_view name, std::string_view value) {
        out_ += "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" +
                escape_html(value) + "\">\n";
        return *this;
    }
    // `attributes` are constants of this file.
    Page& field(std::string_view name, Text label, std::string_view value,
                std::string_view attributes, std::optional<Text> hint = {}) {
        std::string id(name);
        out_ += "<label for=\"" + id + "\">" + say(label) + "</label>\n<input id=\"" + id +
                "\" name=\"" + id + "\" " + std::string(attributes);
        if (!value.empty()) out_ += " value=\"" + escape_html(value) + "\"";
        if (hint) out_ += " aria-describedby=\"" + id + "-hint\"";
        out_ += " required>\n";
        if (hint) out_ += "<p class=\"hint\" id=\"" + id + "-hint\">" + say(*hint) + "</p>\n";
        return *this;
    }
    Page& submit(Text label) {
        out_ += "<button type=\"submit\">" + say(label) + "</button>\n</form>\n";
        return *this;
    }
    Page& link(std::string_view target, Text label) {
        out_ += "<p><a class=\"button\" href=\"" + escape_html(target) + "\">" + say(label) +
                "</a></p>\n";
        return *this;
    }
    // Links, not forms: form-action would not let a form end at another site. `query` as below.
    Page& providers(const std::vector<ProviderChoice>& all, std::string_view query) {
        if (all.empty()) return *this;
        out_ +=
            "<p class=\"or\"><span>" + say(Text::or_by) + "</span></p>\n<ul class=\"providers\">\n";
        for (const auto& one : all) {
            out_ += "<li><a class=\"button other\" href=\"/auth/login/" + percent_encode(one.id);
            if (!query.empty()) out_ += "?" + escape_html(query);
            out_ += "\">" + escape_html(one.label) + "</a></li>\n";
        }
        out_ += "</ul>\n";
        return *this;
    }
    // `query` is the rest of the address, encoded, without '?' and lang.
    http::Response finish(unsigned status, std::string_view path, std::string_view query = {}) {
        Language other = language_ == Language::ko ? Language::en : Language::ko;
        out_ += "<p class=\"language\"><a lang=\"" + std::string(to_string(other)) + "\" href=\"" +
                std::string(path) + "?lang=" + std::string(to_string(other));
        if (!query.empty()) out_ += "&amp;" + escape_html(query);
        out_ += "\">" + say(Text::switch_language) + "</a></p>\n</main>\n</body>\n</html>\n";
        auto response = http::Response::html(status, std::move(out_));
        response.set("Content-Security-Policy", std::string(policy));
        response.set("Cache-Control", "no-store");
        return response;
    }

private:
    std::string say(Text what) const { return escape_html(text(what, language_)); }
    Language language_;
    std::string out_;
};

// The choice stays for a year, for the console too (it reads the cookie).
void keep_language(const http::Request& request, http::Response& response) {
    auto asked = request.query_value("lang");
    auto language = asked ? parse_language(*asked) : std::nullopt;
    if (language)
        response.set("Set-Cookie", std::string(language_cookie) + "=" +
                                       std::string(to_string(*language)) +
                                       "; Path=/; Max-Age=31536000; SameSite=Lax");
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

http::Response login_page(unsigned status, const LoginPage& page) {
    bool again = !page.username.empty();
    std::string query;
    if (page.return_to.size() > 1) query = "return_to=" + percent_encode(page.return_to);
    return Page(page.language, Text::sign_in, Text::sign_in_lead)
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
        .submit(Text::sign_in)
        .providers(page.providers, query)
        .finish(status, "/auth/login", query);
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
    return login_page(status, page);
}

void add_pages(http::Router& router, const People& people) {
    auto& identity = people.identity;
    http::Route login =
        make_route("/auth/login", http::Method::get, "optional", "The page to sign in");
    login.quick = [people](http::Context& context) {
        const auto& request = context.request;
        auto target = people.sites.safe_target(request.query_value("return_to").value_or("/"));
        if (auto* who = identity::principal_of(context.principal))
            return no_store(http::Response::redirect(303, hand_over(people, *who, target)));
        if (people.handover && people.sites.at_further(request))
            return begin_handover(request, people, safe_return_to(target));
        LoginPage page;
        page.language = page_language(context.request);
        page.return_to = std::move(target);
        page.providers = provider_choices(people, page.language);
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

    auto* file = find_file(document_files(), "/src/api/pages.css");
    if (!file) throw std::logic_error("pages.css is not in the binary");
    http::Route style = make_route(std::string(style_path), http::Method::get, "public",
                                   "Style of the sign-in pages");
    style.quick =
        [asset = std::make_shared<const http::Asset>(asset_of(*file, false))](http::Context&) {
            http::Response response;
            response.body = asset.get();
            return response;
        };
    router.add(std::move(style));
}

} // namespace caredian::api
