// What an API key or an access token may be used for. A scope narrows what its owner's role may,
// and never adds to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::identity {

enum class Scope : std::uint8_t {
    read = 1,            // "read": whatever changes nothing
    control = 2,         // "control": changes that are no administration, and WebSockets
    admin = 4,           // "admin": changes for administrators
    verify = 8,          // "verify": /auth/verify, so what stands behind a reverse proxy
    introspect = 16,     // "introspect": /auth/introspect
    fall_ingest = 32,    // "events:fall:ingest": /events/fall
    readings_write = 64, // "readings:write", or of one device alone "readings:write:DEVICE"
    influx_query = 128,  // "influx:query": /influx/query
};

class Scopes {
public:
    void add(Scope s) { bits_ |= static_cast<std::uint8_t>(s); }
    void remove(Scope s);
    bool has(Scope s) const { return (bits_ & static_cast<std::uint8_t>(s)) != 0; }
    bool empty() const { return bits_ == 0; }
    bool within(const Scopes& wider) const;
    friend bool operator==(const Scopes&, const Scopes&) = default;

    // May readings be posted under the name of this device? With readings_write: of any, unless
    // narrowed to one.
    bool may_write(std::string_view device) const;
    const std::string& device() const { return device_; } // empty: not narrowed
    void add_device(std::string_view device) {
        add(Scope::readings_write);
        device_ = device;
    }
    // Of what only an administrator's keys may: writing readings, asking the database.
    bool needs_administrator() const {
        return has(Scope::readings_write) || has(Scope::influx_query);
    }

private:
    std::uint8_t bits_ = 0;
    std::string device_; // readings_write is for this one alone
};

std::string_view to_string(Scope s);
// Words with blanks between them (RFC 6749 §3.3), in the order above. A device is percent-encoded.
std::string to_string(const Scopes& scopes);
// The same back; blanks or commas between. nullopt: a word that nobody knows, or two devices.
std::optional<Scopes> parse_scopes(std::string_view text);

} // namespace caredian::identity
