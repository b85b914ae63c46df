#include "history/influx/server.h"

#include "base/encoding.h"
#include "net/http/fetch.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <utility>
#include <zlib.h>

namespace caredian::history::influx {

namespace asio = boost::asio;
namespace http = net::http;
using http::awaitable;

namespace {

constexpr std::size_t longest_answer = 256 * 1024;

class Body final : public http::BodyReader {
public:
    explicit Body(std::string_view text) : rest_(text), size_(text.size()) {}
    awaitable<result<std::string_view>> read_some() override { co_return std::exchange(rest_, {}); }
    std::optional<std::uint64_t> content_length() const override { return size_; }

private:
    std::string_view rest_;
    std::size_t size_;
};

bool is_here(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

} // namespace

struct Server::Request {
    std::string_view method;
    std::string target;
    std::string_view content_type;
    std::string_view body;
    bool packed = false;
    Version version = Version::v1;
    OnPiece on_piece = {};
};

Server::Server(asio::any_io_executor executor, const Options& options, std::string prefix,
               http::Origin origin)
    : options_(&options), prefix_(std::move(prefix)) {
    bool here = is_here(origin.host);
    pack_ = options.gzip == Gzip::on || (options.gzip == Gzip::automatic && !here);
    auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.timeout);
    http::ClientOptions client;
    client.connect_timeout = std::min(timeout, client.connect_timeout);
    client.first_byte_timeout = timeout;
    client.kept_connections = 2;
    client.tls = options.tls;
    client_ = std::make_unique<http::Client>(executor, std::move(origin), std::move(client));
}

result<Server> Server::make(asio::any_io_executor executor, const Options& options) {
    auto url = http::parse_url(options.url);
    if (!url) return url.error();
    auto prefix = url->target;
    while (prefix.ends_with('/')) prefix.pop_back();
    return Server(std::move(executor), options, std::move(prefix), std::move(url->origin));
}

awaitable<result<Answer>> Server::call(const Setup& request, Version version) {
    Request r{request.method, request.target, request.content_type, request.body};
    r.version = version;
    co_return co_await in_time(std::move(r));
}

awaitable<result<Answer>> Server::write(std::string_view lines, Version version) {
    Request r{"POST", write_target(*options_, version), "text/plain; charset=utf-8", lines};
    r.version = version;
    r.packed = pack_;
    if (pack_) {
        pack(lines, packed_);
        r.body = packed_;
    }
    co_return co_await in_time(std::move(r));
}

awaitable<result<Answer>> Server::stream(const Setup& request, Version version, OnPiece on_piece) {
    Request r{request.method, request.target, request.content_type, request.body};
    r.version = version;
    r.on_piece = std::move(on_piece);
    co_return co_await send(std::move(r));
}

awaitable<result<Answer>> Server::in_time(Request request) {
    using namespace asio::experimental::awaitable_operators;
    auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(options_->timeout);
    asio::steady_timer timer(co_await asio::this_coro::executor, timeout);
    auto outcome = co_await (send(std::move(request)) ||
                             timer.async_wait(asio::as_tuple(asio::use_awaitable)));
    if (outcome.index() == 1) co_return http::Errc::timeout;
    co_return std::get<0>(std::move(outcome));
}

awaitable<result<Answer>> Server::send(Request request) {
    http::OutboundRequest out;
    std::string target = prefix_ + request.target;
    std::string authorized = authorization(*options_, request.version);
    out.method = request.method;
    out.target = target;
    out.headers = {{"User-Agent", "CareDian"}, {"Accept", "application/json"}};
    if (!request.content_type.empty())
        out.headers.push_back({"Content-Type", request.content_type});
    if (request.packed) out.headers.push_back({"Content-Encoding", "gzip"});
    if (!authorized.empty()) out.headers.push_back({"Authorization", authorized});
    Body body(request.body);
    if (!request.body.empty() || request.method == "POST") out.body = &body;
    auto response = co_await client_->send(out);
    if (!response) co_return response.error();

    Answer answer;
    answer.status = (*response)->status();
    for (const auto& header : (*response)->headers()) {
        if (iequals_ascii(header.name, "x-influxdb-version")) answer.version = header.value;
        if (iequals_ascii(header.name, "retry-after")) answer.retry_after = header.value;
    }
    bool streamed = request.on_piece && answer.status / 100 == 2;
    auto use = [&](std::string_view piece) {
        if (streamed) return request.on_piece(piece);
        answer.body += piece.substr(0, longest_answer - answer.body.size());
        return answer.body.size() < longest_answer;
    };
    std::string first((*response)->at_hand());
    if (!first.empty() && !use(first)) co_return answer;
    for (;;) {
        auto piece = co_await (*response)->read_some();
        if (!piece) co_return piece.error();
        if (piece->empty() || !use(*piece)) co_return answer;
    }
}

void pack(std::string_view text, std::string& out) {
    z_stream z{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib is out of memory");
    out.resize(deflateBound(&z, static_cast<uLong>(text.size())));
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    int done = deflate(&z, Z_FINISH);
    out.resize(z.total_out);
    deflateEnd(&z);
    if (done != Z_STREAM_END) throw std::runtime_error("zlib did not come to an end");
}

} // namespace caredian::history::influx
