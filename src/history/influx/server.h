// The HTTP side: one kept connection to one server. On the io_context it was made for.
#pragma once

#include "history/influx/dialect.h"
#include "history/influx/options.h"
#include "net/http/client.h"

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace caredian::history::influx {

struct Answer {
    unsigned status = 0;
    std::string version;     // X-Influxdb-Version
    std::string retry_after; // its header
    std::string body;        // at most 256 kB; the rest is not read
};

class Server {
public:
    // `options` outlives it. Error: invalid_argument, the URL is none.
    static result<Server> make(boost::asio::any_io_executor executor, const Options& options);

    // Errors: those of net::http::Client::send, timeout.
    net::http::awaitable<result<Answer>> call(const Setup& request, Version version);
    // Lines; packed when the options say so.
    net::http::awaitable<result<Answer>> write(std::string_view lines, Version version);
    // The body piece by piece as it comes, for answers of any size; false from `on_piece` ends it.
    // A status other than 2xx is not streamed: its body is in the answer.
    using OnPiece = std::function<bool(std::string_view)>;
    net::http::awaitable<result<Answer>> stream(const Setup& request, Version version,
                                                OnPiece on_piece);

private:
    Server(boost::asio::any_io_executor executor, const Options& options, std::string prefix,
           net::http::Origin origin);
    struct Request;
    net::http::awaitable<result<Answer>> send(Request request);
    net::http::awaitable<result<Answer>> in_time(Request request);

    const Options* options_;
    std::string prefix_; // of the URL's path
    bool pack_ = false;
    std::unique_ptr<net::http::Client> client_;
    std::string packed_;
};

// gzip (RFC 1952) at the cheapest level into `out`, whose memory is used again.
void pack(std::string_view text, std::string& out);

} // namespace caredian::history::influx
