#include "net/http/chunk.h"

#include <algorithm>
#include <charconv>

namespace caredian::net::http {

namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_text(char c) {
    auto b = static_cast<unsigned char>(c);
    return b >= 0x20 ? b != 0x7F : b == '\t';
}

} // namespace

ChunkDecoder::At ChunkDecoder::take_size(char c) {
    if (auto value = hex_value(c); value >= 0) {
        if (++digits_ > 16) return At::broken;
        left_ = left_ << 4 | static_cast<std::uint64_t>(value);
        return At::size;
    }
    if (digits_ == 0) return At::broken;
    if (c == '\r') return At::size_lf;
    if (c != ';') return At::broken;
    extension_ = 0;
    return At::extension;
}

ChunkDecoder::At ChunkDecoder::take_trailer(char c) {
    if (++trailers_ > max_trailers) return At::broken;
    if (c == '\r') return at_ == At::trailer_start ? At::end_lf : At::trailer_lf;
    return is_text(c) ? At::trailer : At::broken;
}

ChunkDecoder::At ChunkDecoder::take(char c) {
    auto line_feed = [c](At next) { return c == '\n' ? next : At::broken; };
    switch (at_) {
    case At::size:
        return take_size(c);
    case At::extension:
        if (++extension_ > max_extension || ++extensions_ > max_extensions) return At::broken;
        if (c == '\r') return At::size_lf;
        return is_text(c) ? At::extension : At::broken;
    case At::size_lf:
        return line_feed(left_ == 0 ? At::trailer_start : At::data);
    case At::data_cr:
        return c == '\r' ? At::data_lf : At::broken;
    case At::data_lf:
        digits_ = 0;
        left_ = 0;
        return line_feed(At::size);
    case At::trailer_start:
    case At::trailer:
        return take_trailer(c);
    case At::trailer_lf:
        return line_feed(At::trailer_start);
    case At::end_lf:
        return line_feed(At::done);
    default:
        return At::broken;
    }
}

ChunkDecoder::Step ChunkDecoder::step(std::string_view bytes) {
    Step step;
    for (;;) {
        if (at_ == At::done || at_ == At::broken) {
            step.state = at_ == At::done ? State::end : State::bad;
            return step;
        }
        if (step.consumed == bytes.size()) return step;
        if (at_ == At::data) {
            auto size = std::min<std::uint64_t>(left_, bytes.size() - step.consumed);
            step.state = State::data;
            step.data = bytes.substr(step.consumed, static_cast<std::size_t>(size));
            step.consumed += step.data.size();
            left_ -= size;
            if (left_ == 0) at_ = At::data_cr;
            return step;
        }
        at_ = take(bytes[step.consumed++]);
    }
}

std::size_t write_chunk_size(std::uint64_t size, char (&out)[20]) {
    auto end = std::to_chars(out, out + 16, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    return static_cast<std::size_t>(end - out);
}

} // namespace caredian::net::http
