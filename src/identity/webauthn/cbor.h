// Reads CBOR (RFC 8949) as authenticators write it: definite lengths, integers, bytes, texts,
// arrays, maps, booleans and null (CTAP2's canonical form has no others that matter here).
//
// Every length is checked against the bytes that are there; nothing is copied, nothing recurses
// deeper than it is told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace caredian::identity::webauthn {

struct CborItem {
    enum class Kind { integer, bytes, text, array, map, simple } kind = Kind::simple;
    // integer: its value (none beyond 63 bits); array: items; map: pairs; simple: 20 false, 21
    // true, 22 null, 23 undefined.
    std::int64_t number = 0;
    std::string_view content; // bytes, text: within what was read
};

class CborReader {
public:
    explicit CborReader(std::string_view bytes) : rest_(bytes) {}
    // The next item's head, and for bytes and texts its content. nullopt: not CBOR as above, or cut
    // off; then nothing more can be read.
    std::optional<CborItem> next();
    // Passes over one whole item, of at most so many levels of arrays and maps.
    bool skip(unsigned depth);
    // The bytes of one whole item.
    std::optional<std::string_view> whole(unsigned depth);
    std::string_view rest() const { return rest_; }

private:
    std::optional<std::uint64_t> argument(unsigned info);
    std::string_view rest_;
};

} // namespace caredian::identity::webauthn
