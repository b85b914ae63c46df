// Codes with which a device fetches its certificate: "K7PM-2QXA-9FNT-HW3C-Y8RD".
#include "base/encoding.h"
#include "devices/enrol/device_book.h"

#include <array>
#include <openssl/evp.h>

namespace caredian::devices::enrol {

namespace {

// Without 0, 1, I and O, which are mistaken for one another.
constexpr std::string_view letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
static_assert(letters.size() == 32);
constexpr std::size_t code_letters = 20, group = 4;

std::string make_text(Random& random) {
    std::array<std::byte, code_letters> bytes{};
    random.fill(bytes);
    std::string out;
    for (std::size_t i = 0; i < code_letters; ++i) {
        if (i && i % group == 0) out += '-';
        out += letters[std::to_integer<std::size_t>(bytes[i]) & 31U];
    }
    return out;
}

// As people type it: small letters, blanks or nothing between. "" when it can be none.
std::string plain(std::string_view code) {
    std::string out;
    if (code.size() > 64) return out;
    for (char c : code) {
        if (c == '-' || c == ' ') continue;
        const char up = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        if (letters.find(up) == letters.npos) return {};
        out += up;
    }
    return out.size() == code_letters ? out : std::string();
}

// 100 random bits: no guess is worth slowing down.
std::string hash_of(std::string_view plain_code) {
    std::array<unsigned char, 32> out{};
    unsigned size = 0;
    EVP_Digest(plain_code.data(), plain_code.size(), out.data(), &size, EVP_sha256(), nullptr);
    return hex_encode({reinterpret_cast<const char*>(out.data()), size});
}

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

} // namespace

result<DeviceBook::Code> DeviceBook::make_code(std::string_view id, std::chrono::seconds lifetime) {
    auto device = find(id);
    if (!device) return device.error();
    if (device->revoked) return Errc::revoked;
    if (device->by_password) return Errc::no_certificate;
    Code code{Secret(make_text(random_)), clock_.wall() + lifetime};
    auto work = [&](store::Connection& c) -> result<void> {
        if (auto old = c.execute("DELETE FROM enrol_codes WHERE device = ?", {id}); !old)
            return old.error();
        auto open = c.query("SELECT COUNT(*) FROM enrol_codes WHERE expires_ns > ?",
                            {to_ns(clock_.wall())});
        if (!open) return open.error();
        if ((*open)[0].integer(0) >= static_cast<std::int64_t>(most_codes)) return Errc::too_many;
        return done(
            c.execute("INSERT INTO enrol_codes(hash,device,expires_ns,used_ns) VALUES(?,?,?,0)",
                      {hash_of(plain(code.text.reveal())), id, to_ns(code.expires)}));
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    return code;
}

result<std::string> DeviceBook::look(std::string_view code) {
    const auto text = plain(code);
    if (text.empty()) return Errc::bad_code;
    auto rows = database_.query(
        "SELECT device FROM enrol_codes WHERE hash = ? AND used_ns = 0 AND expires_ns > ?",
        {hash_of(text), to_ns(clock_.wall())});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::bad_code;
    return (*rows)[0].text(0);
}

result<std::string> DeviceBook::take(std::string_view code) {
    auto device = look(code);
    if (!device) return device;
    auto taken = database_.execute(
        "UPDATE enrol_codes SET used_ns = ? WHERE hash = ? AND used_ns = 0 AND expires_ns > ?",
        {to_ns(clock_.wall()), hash_of(plain(code)), to_ns(clock_.wall())});
    if (!taken) return taken.error();
    if (*taken != 1) return Errc::bad_code;
    return device;
}

result<void> DeviceBook::sweep() {
    return done(
        database_.execute("DELETE FROM enrol_codes WHERE expires_ns < ?", {to_ns(clock_.wall())}));
}

} // namespace caredian::devices::enrol
