// Chunked bodies (RFC 9112 §7.1), decoded step by step without I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace caredian::net::http {

// Every line ends in CRLF and nothing else, the last chunk's too. Extensions are read over and
// trailers dropped, as a trailer must never become a header; both are bounded.
class ChunkDecoder {
public:
    static constexpr std::size_t max_extension = 256;        // bytes of one chunk's
    static constexpr std::size_t max_extensions = 16 * 1024; // of one body's
    static constexpr std::size_t max_trailers = 8 * 1024;    // of one body's

    enum class State : std::uint8_t { more, data, end, bad };
    struct Step {
        State state = State::more;
        std::size_t consumed = 0; // take these off the front before the next call
        std::string_view data;    // State::data: never empty; lies inside the bytes given
    };
    // Call again after `data`; with more bytes after `more`. After `end` and `bad` it stays there.
    Step step(std::string_view bytes);

private:
    enum class At : std::uint8_t {
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_start,
        trailer,
        trailer_lf,
        end_lf,
        done,
        broken
    };
    At take(char c);
    At take_size(char c);
    At take_trailer(char c);

    At at_ = At::size;
    std::uint8_t digits_ = 0;
    std::uint64_t left_ = 0; // of the present chunk
    std::size_t extension_ = 0, extensions_ = 0, trailers_ = 0;
};

// The size line of a chunk we send: "1f\r\n" in `out`; returns its length.
std::size_t write_chunk_size(std::uint64_t size, char (&out)[20]);

} // namespace caredian::net::http
