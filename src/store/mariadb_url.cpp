#include "store/mariadb.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace caredian::store {

bool is_server_url(std::string_view url) {
    return url.starts_with("mysql://") || url.starts_with("mariadb://");
}

std::string parse_mariadb_url(std::string_view text, MariadbOptions& out) {
    static const std::string form = "write mysql://user:password@host:port/database";
    if (!is_server_url(text) || text.size() > 4096) return "is no URL of a database (" + form + ")";
    auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) return "is not a URL (" + form + ", signs in the password as %40)";
    const auto& url = *parsed;
    if (url.has_query() || url.has_fragment())
        return "must end with the database's name (" + form + ")";
    std::string host = url.host_address();
    if (host.empty()) return "names no host (" + form + ")";
    bool port_wrong = url.has_port() && !url.port().empty() && url.port_number() == 0;
    if (port_wrong) return "names a port that is not 1 to 65535";
    if (url.user().empty()) return "names no user (" + form + ")";
    auto segments = url.segments();
    if (segments.size() != 1 || (*segments.begin()).empty())
        return "names no database (" + form + ")";
    std::string database = *segments.begin();
    for (const std::string& part : {host, std::string(url.user()), database})
        if (part.find('\0') != part.npos || part.size() > 255) return "has a part that is no name";
    out.host = std::move(host);
    out.port = url.port_number() != 0 ? url.port_number() : 3306;
    out.user = url.user();
    out.password = Secret(url.password());
    out.database = std::move(database);
    return {};
}

} // namespace caredian::store
