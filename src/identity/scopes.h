// What an API key or an access token may be used for. A scope narrows what its owner's role may,
// and never adds to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::identity {

enum class Scope : std::uint8_t {
    read = 1,         // "read": whatever changes nothing
    control = 2,      // "control": changes that are no administration, and WebSockets
    admin = 4,        // "admin": changes for administrators
    verify = 8,       // "verify": /auth/verify, so what stands behind a reverse proxy
    introspect = 16,  // "introspect": /auth/introspect
    fall_ingest = 32, // "events:fall:ingest": /events/fall
};

class Scopes {
public:
    void add(Scope s) { bits_ |= static_cast<std::uint8_t>(s); }
    bool has(Scope s) const { return (bits_ & static_cast<std::uint8_t>(s)) != 0; }
    bool empty() const { return bits_ == 0; }
    bool within(Scopes wider) const { return (bits_ & ~wider.bits_) == 0; }
    friend bool operator==(Scopes, Scopes) = default;

private:
    std::uint8_t bits_ = 0;
};

std::string_view to_string(Scope s);
// Words with blanks between them (RFC 6749 §3.3), in the order above.
std::string to_string(Scopes scopes);
// The same back; blanks or commas between. nullopt: a word that nobody knows.
std::optional<Scopes> parse_scopes(std::string_view text);

} // namespace caredian::identity
