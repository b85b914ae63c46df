#include "api/origin_rule.h"

#include "api/sites.h"
#include "base/encoding.h"

#include <string>

namespace caredian::api {

using net::http::Method;
using net::http::Request;

namespace {

// Scheme and host in one spelling: lower case, without the scheme's own port.
std::string normal(std::string_view origin) {
    std::string out = lower_ascii(origin);
    if (out.starts_with("https://") && out.ends_with(":443")) out.resize(out.size() - 4);
    if (out.starts_with("http://") && out.ends_with(":80")) out.resize(out.size() - 3);
    return out;
}

bool is_own(const Request& request, std::string_view origin, std::string_view public_url) {
    std::string theirs = normal(origin);
    if (theirs == normal(origin_of(request))) return true;
    // TLS may end at a proxy that does not say so: then the name must still be the one asked for.
    std::string known = normal(split_url(public_url).origin);
    std::string asked =
        normal(std::string(known.substr(0, known.find("://"))) + "://" + std::string(request.host));
    return !known.empty() && theirs == known && split_url(asked).host == split_url(known).host;
}

} // namespace

Source source_of(const Request& request, std::string_view public_url) {
    if (request.count("origin") > 1 || request.count("sec-fetch-site") > 1) return Source::other;
    auto site = request.header("sec-fetch-site");
    if (site && *site == "same-origin") return Source::same;
    if (site && *site != "none") return Source::other;
    auto origin = request.header("origin");
    if (!origin) return Source::unknown;
    return is_own(request, *origin, public_url) ? Source::same : Source::other;
}

bool changes_state(const Request& request) {
    switch (request.method) {
    case Method::get:
    case Method::head:
    case Method::options:
        return request.header("upgrade").has_value();
    default:
        return true;
    }
}

} // namespace caredian::api
