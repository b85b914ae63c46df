#include "store/sealed_stream.h"

#include <algorithm>
#include <istream>
#include <ostream>
#include <span>

namespace caredian::store {

namespace {

constexpr std::string_view magic = "CareDian backup 1\n";
constexpr std::size_t piece = std::size_t{64} * 1024;
constexpr std::size_t max_line = std::size_t{64} * 1024 * 1024;
constexpr std::size_t overhead = crypto_secretstream_xchacha20poly1305_ABYTES;
// A stranger's file is not to make us take all memory or an hour.
constexpr std::uint32_t most_memory_kib = 1024 * 1024;
constexpr std::uint32_t most_passes = 20;

using Key = std::array<unsigned char, crypto_secretstream_xchacha20poly1305_KEYBYTES>;
using Salt = std::array<unsigned char, crypto_pwhash_SALTBYTES>;
using Header = std::array<unsigned char, crypto_secretstream_xchacha20poly1305_HEADERBYTES>;

unsigned char* bytes_of(std::string& s) {
    return reinterpret_cast<unsigned char*>(s.data());
}

std::string number(std::uint32_t n) {
    std::string out;
    for (int i = 0; i < 4; ++i) out += static_cast<char>(n >> (8 * i) & 0xff);
    return out;
}

bool read_number(std::istream& in, std::uint32_t& out) {
    std::array<unsigned char, 4> b{};
    if (!in.read(reinterpret_cast<char*>(b.data()), 4)) return false;
    out = 0;
    for (std::size_t i = 0; i < 4; ++i) out |= std::uint32_t{b[i]} << (8 * i);
    return true;
}

bool derive(Key& key, const Secret& passphrase, const Salt& salt, const BackupCost& cost) {
    return sodium_init() >= 0 &&
           crypto_pwhash(key.data(), key.size(), passphrase.reveal().data(), passphrase.size(),
                         salt.data(), cost.passes, std::size_t{cost.memory_kib} * 1024,
                         crypto_pwhash_ALG_ARGON2ID13) == 0;
}

} // namespace

result<void> SealedWriter::begin(const Secret& passphrase, Random& random, const BackupCost& cost) {
    Salt salt{};
    random.fill(std::as_writable_bytes(std::span(salt)));
    Key key{};
    if (!derive(key, passphrase, salt, cost)) return Errc::other; // out of memory
    Header header{};
    crypto_secretstream_xchacha20poly1305_init_push(&state_, header.data(), key.data());
    sodium_memzero(key.data(), key.size());
    out_ << magic << number(cost.memory_kib) << number(cost.passes);
    out_.write(reinterpret_cast<const char*>(salt.data()), salt.size());
    out_.write(reinterpret_cast<const char*>(header.data()), header.size());
    return out_ ? result<void>() : result<void>(Errc::io);
}

result<void> SealedWriter::push(bool last) {
    auto part = std::min(piece, waiting_.size());
    std::string sealed(part + overhead, '\0');
    crypto_secretstream_xchacha20poly1305_push(
        &state_, bytes_of(sealed), nullptr, bytes_of(waiting_), part, nullptr, 0,
        last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
    waiting_.erase(0, part);
    out_ << number(static_cast<std::uint32_t>(sealed.size())) << sealed;
    return out_ ? result<void>() : result<void>(Errc::io);
}

result<void> SealedWriter::write(std::string_view bytes) {
    waiting_ += bytes;
    while (waiting_.size() > piece)
        if (auto r = push(false); !r) return r;
    return {};
}

result<void> SealedWriter::finish() {
    if (auto r = push(true); !r) return r; // at most one piece is left
    out_.flush();
    return out_ ? result<void>() : result<void>(Errc::io);
}

result<void> SealedReader::begin(const Secret& passphrase) {
    std::string start(magic.size(), '\0');
    BackupCost cost;
    Salt salt{};
    Header header{};
    bool whole = in_.read(start.data(), static_cast<std::streamsize>(start.size())) &&
                 start == magic && read_number(in_, cost.memory_kib) &&
                 read_number(in_, cost.passes) &&
                 in_.read(reinterpret_cast<char*>(salt.data()), salt.size()) &&
                 in_.read(reinterpret_cast<char*>(header.data()), header.size());
    if (!whole || cost.memory_kib > most_memory_kib || cost.passes > most_passes)
        return Errc::corrupt;
    Key key{};
    if (!derive(key, passphrase, salt, cost)) return Errc::corrupt;
    int bad = crypto_secretstream_xchacha20poly1305_init_pull(&state_, header.data(), key.data());
    sodium_memzero(key.data(), key.size());
    return bad ? result<void>(Errc::corrupt) : result<void>();
}

result<void> SealedReader::pull() {
    std::uint32_t size = 0;
    if (!read_number(in_, size) || size < overhead || size > piece + overhead) return Errc::corrupt;
    std::string sealed(size, '\0');
    if (!in_.read(sealed.data(), size)) return Errc::corrupt;
    std::string plain(size - overhead, '\0');
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&state_, bytes_of(plain), nullptr, &tag,
                                                   bytes_of(sealed), size, nullptr, 0) != 0)
        return Errc::corrupt;
    last_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    waiting_ += plain;
    return {};
}

result<bool> SealedReader::line(std::string& out) {
    for (;;) {
        if (auto end = waiting_.find('\n'); end != waiting_.npos) {
            out = waiting_.substr(0, end);
            waiting_.erase(0, end + 1);
            return true;
        }
        auto fail = [](error_code e) { return result<bool>(boost::system::in_place_error, e); };
        if (last_ && waiting_.empty() && in_.peek() == std::istream::traits_type::eof())
            return false;
        if (last_ || waiting_.size() > max_line) return fail(Errc::corrupt);
        if (auto r = pull(); !r) return fail(r.error());
    }
}

} // namespace caredian::store
