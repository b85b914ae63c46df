#include "gateways/type_pins.h"

#include "base/encoding.h"
#include "base/log.h"

#include <algorithm>
#include <cstring>
#include <sodium.h>

namespace caredian::gateways {

using readings::FieldType;

namespace {

constexpr std::int64_t page = 5000;

// Names can be longer than a key of the database may be.
std::string hash_of(std::string_view measurement, std::string_view device, std::string_view field) {
    std::string text;
    for (auto part : {measurement, device, field}) {
        text += std::to_string(part.size());
        text += ':';
        text += part;
    }
    unsigned char out[16];
    crypto_generichash(out, sizeof out, reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), nullptr, 0);
    return hex_encode({reinterpret_cast<const char*>(out), sizeof out});
}

std::optional<FieldType> type_of_number(std::int64_t type) {
    if (type < 0 || type > static_cast<std::int64_t>(FieldType::text)) return std::nullopt;
    return static_cast<FieldType>(type);
}

// For people who look into the table.
std::string name_of(std::string_view measurement, std::string_view device, std::string_view field) {
    std::string name(measurement);
    ((name += ' ') += device) += ' ';
    name += field;
    return sanitize_utf8(name, 500);
}

} // namespace

void TypePins::learn(std::string_view pin, std::int64_t type) {
    auto known_type = type_of_number(type);
    Key key{};
    if (!known_type || pin.size() != key.size()) return;
    std::copy(pin.begin(), pin.end(), key.begin());
    std::lock_guard lock(mutex_);
    if (pins_.size() < most_) pins_.emplace(key, *known_type);
}

std::optional<FieldType> TypePins::known(const Key& key) const {
    std::lock_guard lock(mutex_);
    auto at = pins_.find(key);
    return at == pins_.end() ? std::nullopt : std::optional(at->second);
}

std::size_t TypePins::size() const {
    std::lock_guard lock(mutex_);
    return pins_.size();
}

result<void> TypePins::follow() {
    std::lock_guard one(following_);
    for (;;) {
        auto rows = database_.query("SELECT seq,pin,type FROM field_pins WHERE seq>? ORDER BY seq "
                                    "LIMIT ?",
                                    {seq_, page});
        if (!rows) {
            away_ = true;
            return rows.error();
        }
        for (const auto& row : *rows) {
            learn(row.text(1), row.integer(2));
            seq_ = row.integer(0);
        }
        if (rows->size() < static_cast<std::size_t>(page) || size() >= most_) break;
    }
    away_ = false;
    return {};
}

result<FieldType> TypePins::make(std::string_view pin, std::string_view name, FieldType seen) {
    auto made = database_.execute("INSERT INTO field_pins(pin,type,name) VALUES(?,?,?)",
                                  {pin, static_cast<std::int64_t>(seen), name});
    if (made) return seen;
    if (made.error() != store::Errc::constraint) return made.error();
    auto rows = database_.query("SELECT type FROM field_pins WHERE pin=?", {pin});
    if (!rows) return rows.error();
    auto type = rows->empty() ? std::nullopt : type_of_number(rows->front().integer(0));
    return type ? result<FieldType>(*type) : result<FieldType>(store::Errc::other);
}

std::optional<FieldType> TypePins::pin(std::string_view measurement, std::string_view device,
                                       std::string_view field, FieldType seen) {
    const auto pin = hash_of(measurement, device, field);
    Key key{};
    std::copy(pin.begin(), pin.end(), key.begin());
    if (auto type = known(key)) return type;
    // One who waited for a server that is gone has waited for all: follow() asks again.
    if (away_ || size() >= most_) return std::nullopt;
    auto type = make(pin, name_of(measurement, device, field), seen);
    if (!type) {
        away_ = true;
        log::warning("gateways",
                     "types of new fields cannot be pinned: their values go to side "
                     "fields",
                     {{"reason", type.error().message()}});
        return std::nullopt;
    }
    learn(pin, static_cast<std::int64_t>(*type));
    return *type;
}

} // namespace caredian::gateways
