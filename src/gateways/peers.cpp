#include "gateways/peers.h"

#include <bitset>

namespace caredian::gateways {

Peers::Peers(store::Database& database, std::string name, std::string instance, std::string version,
             std::string address)
    : database_(database), name_(std::move(name)), instance_(std::move(instance)),
      version_(std::move(version)), address_(std::move(address)) {}

result<std::vector<Peer>> Peers::all() {
    std::string sql = "SELECT name,slot,seen_ms,";
    sql += now_ms(database_.dialect());
    sql += ",rate,version,address FROM gateways ORDER BY slot LIMIT 100";
    auto rows = database_.query(sql);
    if (!rows) return rows.error();
    std::vector<Peer> peers;
    for (const auto& row : *rows)
        peers.push_back({row.text(0), static_cast<int>(row.integer(1)), row.integer(2),
                         row.integer(3) - row.integer(2), row.integer(4), row.text(5),
                         row.text(6)});
    return peers;
}

result<int> Peers::join(std::optional<int> kept) {
    for (int tries = 0; tries < 2 * most_gateways; ++tries) {
        auto peers = all();
        if (!peers) return peers.error();
        std::bitset<most_gateways> used;
        std::optional<int> own;
        for (const auto& peer : *peers) {
            if (peer.name == name_) own = peer.slot;
            if (peer.slot >= 0 && peer.slot < most_gateways)
                used.set(static_cast<std::size_t>(peer.slot));
            if (kept && peer.name != name_ && peer.slot == *kept) return Errc::taken;
        }
        // The number in the table counts; a row that was removed comes back with the kept one.
        std::optional<int> slot = own ? own : kept;
        for (int i = 0; !slot && i < most_gateways; ++i)
            if (!used.test(static_cast<std::size_t>(i))) slot = i;
        if (!slot) return Errc::no_slot;
        auto number = static_cast<std::int64_t>(*slot);
        std::string sql = own ? "UPDATE gateways SET slot=?,instance=?,version=?,address=?,seen_ms="
                              : "INSERT INTO gateways(slot,instance,version,address,rate,name,"
                                "seen_ms) VALUES(?,?,?,?,0,?,";
        sql += now_ms(database_.dialect());
        sql += own ? " WHERE name=?" : ")";
        auto done = database_.execute(sql, {number, instance_, version_, address_, name_});
        if (done && *done == 1) return *(slot_ = slot);
        if (!done && done.error() != store::Errc::constraint) return done.error();
    }
    return Errc::no_slot;
}

result<std::vector<Peer>> Peers::beat(std::int64_t rate) {
    std::string sql = "UPDATE gateways SET rate=?,seen_ms=";
    sql += now_ms(database_.dialect());
    sql += " WHERE name=? AND instance=?";
    auto done = database_.execute(sql, {rate, name_, instance_});
    if (!done) return done.error();
    if (*done != 1) {
        auto there = database_.query("SELECT 1 FROM gateways WHERE name=?", {name_});
        if (!there) return there.error();
        if (!there->empty()) return Errc::taken;
        if (auto again = join(slot_); !again) return again.error(); // the row was removed
    }
    return all();
}

} // namespace caredian::gateways
