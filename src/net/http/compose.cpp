#include "net/http/compose.h"

#include "base/encoding.h"
#include "net/http/head.h"

#include <array>
#include <charconv>
#include <ctime>
#include <zlib.h>

namespace caredian::net::http {

namespace {

constexpr std::size_t gzip_from = 1024; // smaller bodies gain nothing
constexpr std::size_t gzip_up_to = 8 * 1024 * 1024;
constexpr int gzip_level = 4; // on the event loop: fast before small

// Lines made once: "HTTP/1.1 204 No Content\r\n".
const std::string& status_line(unsigned status) {
    static const auto lines = [] {
        std::array<std::string, 600> made;
        for (unsigned s = 100; s < made.size(); ++s)
            made[s] =
                "HTTP/1.1 " + std::to_string(s) + " " + std::string(reason_phrase(s)) + "\r\n";
        return made;
    }();
    return lines[status < lines.size() && status >= 100 ? status : 500];
}

void append_length(std::string& out, std::uint64_t length) {
    char digits[20];
    auto end = std::to_chars(digits, digits + sizeof(digits), length).ptr;
    out += "Content-Length: ";
    out.append(digits, end);
    out += "\r\n";
}

bool is_ours(std::string_view name) {
    switch (name.size()) {
    case 4:
        return iequals_ascii(name, "date");
    case 12:
        return iequals_ascii(name, "x-request-id");
    case 14:
        return iequals_ascii(name, "content-length");
    default:
        return is_hop_by_hop(name);
    }
}

bool is_clean(const Response& response) {
    for (const auto& [name, value] : response.headers)
        if (!is_token(name) || !is_field_value(value)) return false;
    return response.status >= 200 && response.status < 600;
}

// RFC 9110 §6.4.1, §15.3.5, §15.4.5
bool bodyless(unsigned status) {
    return status == 204 || status == 304;
}

bool is_compressible(std::string_view type) {
    type = trim(type.substr(0, type.find(';')));
    return type.starts_with("text/") || type == "application/json" || type.ends_with("+json") ||
           type == "application/javascript" || type == "image/svg+xml";
}

const std::string* find(const Response& response, std::string_view name) {
    for (const auto& field : response.headers)
        if (iequals_ascii(field.first, name)) return &field.second;
    return nullptr;
}

// "q=0", "q=0.00" and everything malformed weigh nothing.
bool weighs(std::string_view parameters) {
    while (!parameters.empty()) {
        auto parameter = trim(next_token(parameters, ';'));
        if (parameter.size() < 2 || (parameter[0] | 0x20) != 'q' || parameter[1] != '=') continue;
        auto value = parameter.substr(2);
        bool any = false;
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i == 1 ? value[i] != '.' : value[i] < '0' || value[i] > '9') return false;
            any = any || (value[i] >= '1' && value[i] <= '9');
        }
        return any && value.size() <= 5 && (value[0] == '0' || value[0] == '1');
    }
    return true;
}

} // namespace

struct Composer::Deflater {
    z_stream stream{};
    std::string out;
    Deflater() { deflateInit2(&stream, gzip_level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY); }
    ~Deflater() { deflateEnd(&stream); }
    Deflater(const Deflater&) = delete;

    bool run(std::string_view text) {
        if (deflateReset(&stream) != Z_OK) return false;
        out.resize(deflateBound(&stream, text.size()));
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
        stream.avail_in = static_cast<uInt>(text.size());
        stream.next_out = reinterpret_cast<Bytef*>(out.data());
        stream.avail_out = static_cast<uInt>(out.size());
        if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return false;
        out.resize(stream.total_out);
        return true;
    }
};

Composer::Composer(const Clock& clock,
                   const std::vector<std::pair<std::string, std::string>>& security_headers)
    : clock_(clock) {
    for (const auto& [name, value] : security_headers)
        if (is_token(name) && is_field_value(value)) security_ += name + ": " + value + "\r\n";
    refresh_date();
}

Composer::~Composer() = default;

void Composer::refresh_date() {
    date_ = "Date: " + format_http_date(clock_.wall()) + "\r\n";
}

std::string_view Composer::coded_text(Response& response, const Wants& wants, bool& length_known) {
    auto& text = std::get<std::string>(response.body);
    const auto* type = find(response, "content-type");
    if (text.size() < gzip_from || text.size() > gzip_up_to || !type || !is_compressible(*type) ||
        find(response, "content-encoding"))
        return text;
    extra_ += "Vary: Accept-Encoding\r\n";
    if (!accepts_gzip(wants.accept_encoding)) return text;
    if (wants.head) {
        length_known = false; // of what GET would send: not worth the work
        return text;
    }
    if (!deflater_) deflater_ = std::make_unique<Deflater>();
    if (!deflater_->run(text)) return text;
    extra_ += "Content-Encoding: gzip\r\n";
    text.swap(deflater_->out);
    return text;
}

std::string_view Composer::asset(Response& response, const Wants& wants) {
    const auto& a = *std::get<const Asset*>(response.body);
    bool gzip = !a.gzip.empty() && accepts_gzip(wants.accept_encoding);
    if (!a.gzip.empty()) extra_ += "Vary: Accept-Encoding\r\n";
    extra_ += a.immutable ? "Cache-Control: public, max-age=31536000, immutable\r\n"
                          : "Cache-Control: no-cache\r\n";
    // The two forms differ byte for byte, so the tag of the coded one is weak.
    if (!a.etag.empty()) extra_ += (gzip ? "ETag: W/" : "ETag: ") + a.etag + "\r\n";
    if (response.status == 200 && matches_etag(wants.if_none_match, a.etag)) {
        response.status = 304;
        return {};
    }
    extra_ += "Content-Type: " + a.content_type + "\r\n";
    if (gzip) extra_ += "Content-Encoding: gzip\r\n";
    return gzip ? a.gzip : a.identity;
}

Framed Composer::compose(std::string& out, Response& response, const Wants& wants) {
    if (!is_clean(response)) response = Response::problem(500, "the answer was malformed");
    Framed framed;
    framed.keep_alive = wants.keep_alive && !response.close;
    extra_.clear();
    std::optional<std::uint64_t> length;
    bool length_known = true;
    if (std::holds_alternative<std::string>(response.body)) {
        framed.body = coded_text(response, wants, length_known);
        length = framed.body.size();
    } else if (std::holds_alternative<const Asset*>(response.body)) {
        framed.body = asset(response, wants);
        length = framed.body.size();
    } else if (std::holds_alternative<std::unique_ptr<BodySource>>(response.body)) {
        framed.stream = !wants.head && !bodyless(response.status);
        length = response.content_length;
        framed.chunked = !length && !wants.http_1_0;
        if (!length && wants.http_1_0) framed.keep_alive = false;
    } else {
        length = response.content_length.value_or(0); // HEAD of a relay may know it
    }
    out += status_line(response.status);
    out += date_;
    if (!response.no_security_headers) out += security_;
    if (!wants.id.empty()) {
        out += "X-Request-Id: ";
        out += wants.id;
        out += "\r\n";
    }
    for (const auto& [name, value] : response.headers) {
        if (is_ours(name)) continue;
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    out += extra_;
    if (bodyless(response.status))
        framed.body = {};
    else if (framed.chunked)
        out += "Transfer-Encoding: chunked\r\n";
    else if (length && length_known)
        append_length(out, *length);
    if (!framed.keep_alive) out += "Connection: close\r\n";
    out += "\r\n";
    if (wants.head) framed.body = {};
    return framed;
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        auto entry = next_token(accept_encoding, ',');
        auto coding = trim(next_token(entry, ';'));
        if (iequals_ascii(coding, "gzip") || iequals_ascii(coding, "x-gzip")) return weighs(entry);
        if (coding == "*") any = weighs(entry);
    }
    return any;
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
    if (etag.empty()) return false;
    if (trim(if_none_match) == "*") return true;
    while (!if_none_match.empty()) {
        auto tag = trim(next_token(if_none_match, ','));
        if (tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag == etag) return true;
    }
    return false;
}

std::string format_http_date(WallTime t) {
    auto seconds = static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count());
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[40];
    std::snprintf(text, sizeof(text), "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday],
                  parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
                  parts.tm_min, parts.tm_sec);
    return text;
}

} // namespace caredian::net::http
