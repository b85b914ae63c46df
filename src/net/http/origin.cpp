#include "net/http/origin.h"

#include "base/encoding.h"
#include "net/address.h"
#include "net/http/head.h"

#include <algorithm>
#include <charconv>

namespace caredian::net::http {

result<Origin> parse_origin(std::string_view url) {
    auto invalid = make_error_code(boost::system::errc::invalid_argument);
    Origin origin;
    auto scheme = url.substr(0, std::min(url.find("://"), url.size()));
    if (iequals_ascii(scheme, "https"))
        origin.tls = true;
    else if (!iequals_ascii(scheme, "http"))
        return invalid;
    if (url.size() < scheme.size() + 3) return invalid;
    auto authority = url.substr(scheme.size() + 3);
    if (authority.ends_with('/')) authority.remove_suffix(1);
    if (!is_host(authority)) return invalid;
    origin.port = origin.tls ? 443 : 80;
    auto bracket = authority.find(']');
    auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        auto port = authority.substr(colon + 1);
        auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), origin.port);
        if (error != std::errc() || end != port.data() + port.size() || origin.port == 0)
            return invalid;
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[')) {
        authority = authority.substr(1, authority.size() - 2);
        if (!parse_address(authority)) return invalid;
    }
    origin.host = authority;
    return origin;
}

std::string host_header(const Origin& origin) {
    std::string out = origin.host;
    if (out.find(':') != std::string::npos) out = "[" + out + "]";
    if (origin.port != (origin.tls ? 443 : 80)) out += ":" + std::to_string(origin.port);
    return out;
}

} // namespace caredian::net::http
