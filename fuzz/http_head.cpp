// The strict step against Beast's parser: whatever passes ours must mean the same to Beast, so that
// no server behind us that reads as Beast does can be told something else.
#include "net/http/head.h"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace beast = boost::beast;
using namespace caredian::net::http;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

void compare(std::string_view bytes, const RequestHead& head) {
    beast::http::request_parser<beast::http::buffer_body> parser;
    parser.header_limit(1 << 20);
    parser.body_limit(boost::none);
    parser.skip(true); // the head alone
    boost::system::error_code error;
    if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
    parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    demand(!error && parser.is_header_done());
    const auto& theirs = parser.get();
    demand(theirs.method_string() == head.method_text);
    demand(std::string_view(theirs.target()).ends_with(head.target) || head.target == "/");
    demand(theirs.version() == (head.http_1_0 ? 10u : 11u));
    demand(theirs.count("Host") == 1);
    demand(theirs.count("Transfer-Encoding") == (head.framing.chunked ? 1u : 0u));
    demand(theirs.count("Content-Length") == (head.framing.has_length ? 1u : 0u));
    demand(theirs.chunked() == head.framing.chunked);
    demand(head.path.size() + head.query.size() <= head.target.size());
    for (const auto& field : head.fields.all()) {
        demand(is_token(field.name) && is_field_value(field.value));
        demand(!claims_identity(field.name));
        demand(theirs.find(field.name) != theirs.end());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (size > 64 * 1024) return 0;
    static RequestHead head;
    auto r = parse_request_head(bytes, head);
    if (r.state == HeadResult::done) {
        demand(r.size <= size);
        compare(bytes.substr(0, r.size), head);
        // The end is found alike when the bytes come in pieces.
        std::size_t looked = 0, end = 0;
        for (std::size_t i = 1; i <= size && end == 0; i += 1 + i % 7) {
            auto scan = scan_head(bytes.substr(0, i), looked);
            looked = scan.looked;
            if (scan.complete) end = i;
        }
        demand(end == 0 || end >= r.size);
    }
    if (r.state == HeadResult::bad) demand(r.status >= 400 && r.status < 600 && !r.why.empty());
    return 0;
}
