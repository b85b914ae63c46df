#include "net/mqtt/url.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace caredian::net::mqtt {

std::string apply_url(ClientOptions& options, std::string_view text) {
    auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) return "not a URL: mqtt://host:port is expected";
    const auto& url = *parsed;
    bool tls = url.scheme() == "mqtts";
    if (!tls && url.scheme() != "mqtt") return "scheme is neither mqtt nor mqtts";
    std::string host = url.host_address();
    if (host.empty()) return "no host";
    bool port_wrong = url.has_port() && !url.port().empty() && url.port_number() == 0;
    if (port_wrong) return "port is not 1 to 65535";
    auto path = url.encoded_path();
    if (!path.empty() && path != "/") return "a path means nothing here";
    if (url.has_query() || url.has_fragment()) return "a query or fragment means nothing here";
    options.tls = tls;
    options.host = std::move(host);
    options.port = url.port_number() != 0 ? url.port_number() : (tls ? 8883 : 1883);
    if (!url.user().empty()) options.username = url.user();
    if (url.has_password()) options.password = Secret(url.password());
    return {};
}

} // namespace caredian::net::mqtt
