#include "api/link.h"

#include "api/pages.h"

namespace caredian::api {

using net::http::Request;

namespace {

constexpr std::size_t max_token = 100;

} // namespace

Secret link_of(const Request& request, const People& people, std::string_view path,
               const Secret& token) {
    std::string out = main_origin(request, people.sites);
    while (out.ends_with('/')) out.pop_back();
    return Secret(out.append(path).append("?token=").append(token.reveal()));
}

std::string link_token(const Request& request) {
    return request.query_value("token").value_or("").substr(0, max_token);
}

Language form_language(const Request& request, const Fields& fields) {
    auto asked = fields.text("lang").value_or("");
    if (asked == "ko") return Language::ko;
    if (asked == "en") return Language::en;
    return page_language(request);
}

} // namespace caredian::api
