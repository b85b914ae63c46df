// RESP2: commands out, replies in, by hiredis's formatter and reader.
// https://redis.io/docs/reference/protocol-spec/
#pragma once

#include "base/result.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace caredian::net::redis {

enum class Errc {
    ok,
    away,     // no connection to a server, or it broke before the answer
    timeout,  // no answer in time
    full,     // too many commands wait for their answers
    refused,  // the server answered with an error
    protocol, // what came is not RESP2, or larger than we take
    url,      // not a URL of a server
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

struct Reply {
    enum class Kind { nil, integer, text, list, status, error } kind = Kind::nil;
    long long integer = 0;
    std::string text; // text, status, error
    std::vector<Reply> items;
    bool is_nil() const { return kind == Kind::nil; }
    bool is_error() const { return kind == Kind::error; }
};

using Words = std::span<const std::string_view>;
// Appends the command. Words may hold any bytes.
void append_command(std::string& out, Words words);

// Bytes to replies.
class ReplyReader {
public:
    static constexpr std::size_t max_items = 200'000;                       // of one list
    static constexpr std::size_t max_bytes = std::size_t{32} * 1024 * 1024; // of one reply

    ReplyReader();
    ~ReplyReader();
    ReplyReader(const ReplyReader&) = delete;
    // Errors (for good): protocol.
    result<void> feed(std::string_view bytes);
    result<bool> next(Reply& out); // false: more bytes are needed

private:
    struct Free {
        void operator()(redisReader* r) const;
    };
    std::unique_ptr<redisReader, Free> reader_;
    std::size_t unread_ = 0; // fed since the last whole reply
};

} // namespace caredian::net::redis

template <>
struct boost::system::is_error_code_enum<caredian::net::redis::Errc> : std::true_type {};
