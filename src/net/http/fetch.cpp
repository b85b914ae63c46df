#include "net/http/fetch.h"

#include "base/encoding.h"
#include "net/http/client.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace caredian::net::http {

namespace asio = boost::asio;

namespace {

NetworkSet networks(std::initializer_list<const char*> texts) {
    std::vector<Network> all;
    for (const char* text : texts) all.push_back(*parse_network(text));
    return NetworkSet(std::move(all));
}

// No host of anybody's: this network, link-local, multicast, reserved.
bool is_nowhere(const Address& address) {
    static const NetworkSet all =
        networks({"0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::/128", "fe80::/10", "ff00::/8"});
    return all.contains(address);
}

// Someone's own: private, shared, loopback, and what carries an IPv4 address inside (NAT64, 6to4,
// Teredo).
bool is_private(const Address& address) {
    static const NetworkSet all =
        networks({"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.0.0/24",
                  "192.168.0.0/16", "198.18.0.0/15", "::1/128", "fc00::/7", "fec0::/10",
                  "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"});
    return all.contains(address);
}

class TextBody final : public BodyReader {
public:
    explicit TextBody(std::string_view text) : rest_(text), size_(text.size()) {}
    awaitable<result<std::string_view>> read_some() override { co_return std::exchange(rest_, {}); }
    std::optional<std::uint64_t> content_length() const override { return size_; }

private:
    std::string_view rest_;
    std::size_t size_;
};

std::string content_type_of(const InboundResponse& response) {
    for (const auto& header : response.headers())
        if (iequals_ascii(header.name, "content-type"))
            return lower_ascii(trim(header.value.substr(0, header.value.find(';'))));
    return {};
}

awaitable<result<Fetched>> ask(const FetchRequest& request, const FetchOptions& options) {
    ClientOptions settings;
    settings.connect_timeout = settings.first_byte_timeout = options.timeout;
    settings.kept_connections = 0;
    settings.header_limit = 32 * 1024;
    settings.tls = options.tls;
    settings.may_reach = [reach = options.reach](const Address& a) { return may_reach(reach, a); };
    auto executor = co_await asio::this_coro::executor;
    Client client(executor, request.url.origin, settings);
    OutboundRequest outbound;
    outbound.method = request.method;
    outbound.target = request.url.target;
    outbound.headers = {{"User-Agent", "CareDian"}, {"Accept", "application/json"}};
    for (const auto& [name, value] : request.headers) outbound.headers.push_back({name, value});
    TextBody body(request.body);
    if (!request.body.empty()) outbound.body = &body;
    auto response = co_await client.send(outbound);
    if (!response) co_return response.error();
    Fetched out{(*response)->status(), content_type_of(**response), {}};
    out.body = (*response)->at_hand();
    for (;;) {
        if (out.body.size() > options.body_limit) co_return Errc::body_too_large;
        auto piece = co_await (*response)->read_some();
        if (!piece) co_return piece.error();
        if (piece->empty()) co_return out;
        out.body += *piece;
    }
}

} // namespace

result<Url> parse_url(std::string_view text) {
    auto invalid = make_error_code(boost::system::errc::invalid_argument);
    constexpr std::string_view never =
        "#\\\"<>^`{|}"; // RFC 3986: no character of a URL, or a fragment
    auto bad = [&](char c) { return c <= 0x20 || c >= 0x7F || never.find(c) != never.npos; };
    if (text.size() > 2000 || std::any_of(text.begin(), text.end(), bad)) return invalid;
    auto scheme = text.find("://");
    if (scheme == text.npos) return invalid;
    auto end = std::min(text.find_first_of("/?", scheme + 3), text.size());
    auto origin = parse_origin(text.substr(0, end));
    if (!origin) return origin.error();
    auto target = text.substr(end);
    return Url{std::move(*origin),
               target.starts_with('/') ? std::string(target) : "/" + std::string(target)};
}

bool may_reach(Reach reach, const Address& address) {
    if (is_nowhere(address)) return false;
    return reach == Reach::named || !is_private(address);
}

awaitable<result<Fetched>> fetch(FetchRequest request, FetchOptions options) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, options.timeout);
    auto outcome =
        co_await (ask(request, options) || timer.async_wait(asio::as_tuple(asio::use_awaitable)));
    if (outcome.index() == 1) co_return Errc::timeout;
    co_return std::get<0>(std::move(outcome));
}

} // namespace caredian::net::http
