// Response heads, content coding and conditional answers: what goes onto the wire, without I/O.
#pragma once

#include "base/clock.h"
#include "net/http/message.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caredian::net::http {

// What of the request decides about the form of the answer.
struct Wants {
    bool head = false;      // no body
    bool http_1_0 = false;  // no chunks
    bool keep_alive = true; // both sides would
    std::string_view accept_encoding;
    std::string_view if_none_match;
    std::string_view id;
};

// The framing that was announced.
struct Framed {
    std::string_view body;   // to be sent after the head; lives as long as the response
    bool stream = false;     // pieces of the source follow
    bool chunked = false;    // … as chunks
    bool keep_alive = false; // false: end the connection after the body
};

// One per worker.
class Composer {
public:
    Composer(const Clock& clock,
             const std::vector<std::pair<std::string, std::string>>& security_headers);
    ~Composer();
    // Appends the head of `response` to `out`. A response that may not go out as it is (line breaks
    // in a header) is replaced by a 500 problem.
    Framed compose(std::string& out, Response& response, const Wants& wants);
    void refresh_date(); // at least once a second

private:
    struct Deflater;
    // Both add the header lines their choice needs to extra_, and return what is to be sent.
    std::string_view coded_text(Response& response, const Wants& wants, bool& length_known);
    std::string_view asset(Response& response, const Wants& wants);

    const Clock& clock_;
    std::string date_;     // "Date: …\r\n"
    std::string security_; // the block of security headers
    std::string extra_;
    std::unique_ptr<Deflater> deflater_;
};

// RFC 9110 §12.5.3: gzip (or *) is listed with a weight above zero.
bool accepts_gzip(std::string_view accept_encoding);
// If-None-Match, compared weakly (RFC 9110 §13.1.2).
bool matches_etag(std::string_view if_none_match, std::string_view etag);
// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string format_http_date(WallTime t);

} // namespace caredian::net::http
