#include "api/page.h"

#include "api/html.h"

namespace caredian::api {

namespace {

// Beside the server's own policy, and stricter: no script at all, or ours alone.
constexpr std::string_view policy = "default-src 'none'; style-src 'self'; img-src 'self'; "
                                    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
constexpr std::string_view with_script = "; script-src 'self'; connect-src 'self'";

} // namespace

std::string Page::say(Text what) const {
    return escape_html(api::text(what, language_));
}

Page::Page(Language language, Text title, Text lead) : language_(language) {
    out_ = "<!doctype html>\n<html lang=\"" + std::string(to_string(language)) +
           "\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
           say(title) +
           " · CareDian</title>\n<link rel=\"icon\" href=\"/favicon.svg\" "
           "type=\"image/svg+xml\">\n<link rel=\"stylesheet\" href=\"/static/pages.css\">\n"
           "</head>\n<body>\n<main>\n"
           "<p class=\"brand\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">"
           "<path d=\"M3 11.5 12 4l9 7.5V20a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z\"/>"
           "<path class=\"pulse\" d=\"M6.5 14.5h3l1.5-3.5 2 6 1.5-2.5h3\"/></svg>CareDian</p>\n"
           "<h1>" +
           say(title) + "</h1>\n<p class=\"lead\">" + say(lead) + "</p>\n";
}

Page& Page::error(std::optional<Text> what) {
    if (what) out_ += "<p class=\"error\" role=\"alert\">" + say(*what) + "</p>\n";
    return *this;
}

Page& Page::notice(std::optional<Text> what) {
    if (what) out_ += "<p class=\"notice\" role=\"status\">" + say(*what) + "</p>\n";
    return *this;
}

Page& Page::hint(Text what) {
    out_ += "<p class=\"hint\">" + say(what) + "</p>\n";
    return *this;
}

Page& Page::form(std::string_view action) {
    out_ += "<form method=\"post\" action=\"" + std::string(action) + "\">\n";
    return *this;
}

Page& Page::hidden(std::string_view name, std::string_view value) {
    out_ += "<input type=\"hidden\" name=\"" + std::string(name) + "\" value=\"" +
            escape_html(value) + "\">\n";
    return *this;
}

Page& Page::field(std::string_view name, Text label, std::string_view value,
                  std::string_view attributes, std::optional<Text> hint, bool optional) {
    std::string id(name);
    out_ += "<label for=\"" + id + "\">" + say(label) + "</label>\n<input id=\"" + id +
            "\" name=\"" + id + "\" " + std::string(attributes);
    if (!value.empty()) out_ += " value=\"" + escape_html(value) + "\"";
    if (hint) out_ += " aria-describedby=\"" + id + "-hint\"";
    out_ += optional ? ">\n" : " required>\n";
    if (hint) out_ += "<p class=\"hint\" id=\"" + id + "-hint\">" + say(*hint) + "</p>\n";
    return *this;
}

Page& Page::submit(Text label) {
    out_ += "<button type=\"submit\">" + say(label) + "</button>\n</form>\n";
    return *this;
}

Page& Page::link(std::string_view target, Text label) {
    out_ +=
        "<p><a class=\"button\" href=\"" + escape_html(target) + "\">" + say(label) + "</a></p>\n";
    return *this;
}

Page& Page::quiet_link(std::string_view target, Text label) {
    out_ += "<p class=\"language\"><a href=\"" + escape_html(target) + "\">" + say(label) +
            "</a></p>\n";
    return *this;
}

Page& Page::divider(Text label) {
    out_ += "<p class=\"or\"><span>" + say(label) + "</span></p>\n";
    return *this;
}

Page& Page::raw(std::string_view html) {
    out_ += html;
    return *this;
}

Page& Page::text(std::string_view what) {
    out_ += escape_html(what);
    return *this;
}

Page& Page::passkey(std::string_view begin, std::string_view finish, std::string_view token,
                    std::string_view return_to) {
    script_ = true;
    auto data = [](std::string_view name, std::string_view value) {
        return " data-" + std::string(name) + "=\"" + escape_html(value) + "\"";
    };
    out_ += "<div id=\"passkey\" hidden" + data("begin", begin) + data("finish", finish) +
            data("token", token) + data("return-to", return_to) +
            data("refused", api::text(Text::passkey_refused, language_)) +
            data("later", api::text(Text::try_later, language_)) +
            data("away", api::text(Text::unavailable, language_)) +
            ">\n<button type=\"button\" class=\"other button\">" + say(Text::use_passkey) +
            "</button>\n<p class=\"error\" role=\"alert\" hidden></p>\n</div>\n"
            "<script type=\"module\" src=\"/static/passkey.js\"></script>\n";
    return *this;
}

net::http::Response Page::finish(unsigned status, std::string_view path, std::string_view query) {
    Language other = language_ == Language::ko ? Language::en : Language::ko;
    out_ += "<p class=\"language\"><a lang=\"" + std::string(to_string(other)) + "\" href=\"" +
            std::string(path) + "?lang=" + std::string(to_string(other));
    if (!query.empty()) out_ += "&amp;" + escape_html(query);
    out_ += "\">" + say(Text::switch_language) + "</a></p>\n</main>\n</body>\n</html>\n";
    auto response = net::http::Response::html(status, std::move(out_));
    response.set("Content-Security-Policy",
                 std::string(policy) + (script_ ? std::string(with_script) : std::string()));
    response.set("Cache-Control", "no-store");
    return response;
}

} // namespace caredian::api
