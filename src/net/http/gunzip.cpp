#include "net/http/gunzip.h"

#include <algorithm>
#include <zlib.h>

namespace caredian::net::http {

namespace {

constexpr int gzip_only = 15 + 16; // window bits
constexpr std::size_t first_piece = std::size_t{16} * 1024;

struct Inflater {
    z_stream stream{};
    bool good = inflateInit2(&stream, gzip_only) == Z_OK;
    Inflater() = default;
    Inflater(const Inflater&) = delete;
    ~Inflater() {
        if (good) inflateEnd(&stream);
    }
};

} // namespace

result<std::string> gunzip(std::string_view body, std::size_t limit) {
    Inflater inflater;
    if (!inflater.good) return Errc::bad_message;
    z_stream& stream = inflater.stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    std::string out;
    for (;;) {
        std::size_t have = out.size();
        if (have > limit) return Errc::body_too_large;
        out.resize(std::min(std::max(have * 2, first_piece), limit + 1)); // one more shows it
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + have);
        stream.avail_out = static_cast<uInt>(out.size() - have);
        int done = inflate(&stream, Z_NO_FLUSH);
        out.resize(out.size() - stream.avail_out);
        if (done == Z_STREAM_END) break;
        if (done != Z_OK || out.size() == have) return Errc::bad_message; // broken, or cut short
    }
    if (out.size() > limit) return Errc::body_too_large;
    if (stream.avail_in > 0) return Errc::bad_message;
    return out;
}

} // namespace caredian::net::http
