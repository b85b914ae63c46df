#include "guard/audit_chain.h"

#include "base/encoding.h"

#include <array>
#include <sodium.h>

namespace caredian::guard {

namespace {

constexpr std::int64_t batch = 500;

class Hash {
public:
    Hash() { crypto_hash_sha256_init(&state_); }
    void add(std::string_view text) {
        add(static_cast<std::int64_t>(text.size()));
        feed(text);
    }
    void add(std::int64_t number) {
        std::array<char, 8> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
        feed({bytes.data(), bytes.size()});
    }
    std::string hex() {
        std::array<unsigned char, crypto_hash_sha256_BYTES> out{};
        crypto_hash_sha256_final(&state_, out.data());
        return hex_encode({reinterpret_cast<const char*>(out.data()), out.size()});
    }

private:
    void feed(std::string_view bytes) {
        crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                  bytes.size());
    }
    crypto_hash_sha256_state state_{};
};

result<bool> has_hashes(store::Connection& c, store::Dialect dialect) {
    auto rows = dialect == store::Dialect::sqlite
                    ? c.query("SELECT 1 FROM pragma_table_info('audit') WHERE name = 'hash'")
                    : c.query("SELECT 1 FROM information_schema.columns WHERE table_schema = "
                              "DATABASE() AND table_name = 'audit' AND column_name = 'hash'");
    if (!rows) return {boost::system::in_place_error, rows.error()};
    return !rows->empty();
}

} // namespace

std::string chain_begin() {
    return std::string(2 * crypto_hash_sha256_BYTES, '0');
}

std::string chain_hash(std::string_view previous, const AuditRow& row) {
    Hash hash;
    hash.add(previous);
    hash.add(row.id);
    hash.add(to_ns(row.time));
    for (const auto* text : {&row.event, &row.actor, &row.client, &row.subject, &row.detail})
        hash.add(*text);
    return hash.hex();
}

AuditRow audit_row(const store::Row& row) {
    AuditRow out;
    out.id = row.integer(0);
    out.time = from_ns(row.integer(1));
    out.event = row.text(2);
    out.actor = row.text(3);
    out.client = row.text(4);
    out.subject = row.text(5);
    out.detail = row.text(6);
    out.hash = row.text(7);
    return out;
}

result<AuditHead> read_head(store::Connection& c, std::string_view name) {
    auto rows = c.query("SELECT row_id,hash FROM audit_heads WHERE name = ?", {name});
    if (!rows) return rows.error();
    if (rows->empty()) return AuditHead{0, chain_begin()};
    return AuditHead{(*rows)[0].integer(0), (*rows)[0].text(1)};
}

result<void> write_head(store::Connection& c, std::string_view name, const AuditHead& head) {
    auto put = c.execute("REPLACE INTO audit_heads(name,row_id,hash) VALUES(?,?,?)",
                         {name, head.id, head.hash});
    return put ? result<void>() : result<void>(put.error());
}

// Before anything is read: a snapshot that was older than the lock would give an old head.
result<void> hold_chain(store::Connection& c) {
    auto held = c.execute("UPDATE audit_heads SET row_id = row_id WHERE name = 'head'");
    return held ? result<void>() : result<void>(held.error());
}

result<void> chain_old_rows(store::Connection& c, store::Dialect dialect) {
    auto there = has_hashes(c, dialect);
    if (!there) return there.error();
    if (!*there) {
        auto column = store::expand_ddl("ALTER TABLE audit ADD COLUMN hash {key}", dialect);
        if (auto added = c.execute(column); !added) return added.error();
    }
    AuditHead head{0, chain_begin()};
    AuditHead anchor = head;
    for (bool first = true;;) {
        auto rows = c.query("SELECT " + std::string(audit_columns) +
                                " FROM audit WHERE id > ? ORDER BY id LIMIT ?",
                            {head.id, batch});
        if (!rows) return rows.error();
        if (rows->empty()) break;
        for (const auto& one : *rows) {
            auto row = audit_row(one);
            if (std::exchange(first, false)) anchor.id = row.id - 1;
            head = {row.id, chain_hash(head.hash, row)};
            auto put = c.execute("UPDATE audit SET hash = ? WHERE id = ?", {head.hash, head.id});
            if (!put) return put.error();
        }
    }
    if (auto kept = write_head(c, "anchor", anchor); !kept) return kept;
    return write_head(c, "head", head);
}

} // namespace caredian::guard
