#include "devices/enrol/authority.h"

#include "store/migrations.h"

#include <algorithm>
#include <array>
#include <utility>

namespace caredian::devices::enrol {

namespace {

constexpr std::string_view purpose = "enrolment.authority", home = "home";
constexpr std::string_view root_name = "CareDian home authority";
constexpr auto kept_after_end = std::chrono::hours(24 * 30);

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS enrol_authority("
     "home {key} NOT NULL PRIMARY KEY, certificate {text} NOT NULL, sealed_key {blob} NOT NULL,"
     "created_ns {integer} NOT NULL, list_number {integer} NOT NULL) {table};"
     "CREATE TABLE IF NOT EXISTS enrol_certificates("
     "serial {key} NOT NULL PRIMARY KEY, device {key} NOT NULL, holder {key} NOT NULL,"
     "not_before_ns {integer} NOT NULL, not_after_ns {integer} NOT NULL, state {key} NOT NULL,"
     "state_ns {integer} NOT NULL, created_ns {integer} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS enrol_certificates_device ON enrol_certificates(device)"},
}};

constexpr std::string_view good = "good", superseded = "superseded", revoked = "revoked";

constexpr std::array<std::pair<std::string_view, Holder>, 3> holders{
    {{"device", Holder::device}, {"gateway", Holder::gateway}, {"broker", Holder::broker}}};

std::string_view word_of(Holder holder) {
    return std::ranges::find(holders, holder, &decltype(holders)::value_type::second)->first;
}

Certificate certificate_of(const store::Row& row) {
    Certificate c;
    c.serial = row.text(0);
    c.device = row.text(1);
    for (const auto& [word, holder] : holders)
        if (word == row.text(2)) c.holder = holder;
    c.not_before = from_ns(row.integer(3));
    c.not_after = from_ns(row.integer(4));
    if (row.text(5) == revoked) c.revoked = from_ns(row.integer(6));
    if (row.text(5) == superseded) c.superseded = from_ns(row.integer(6));
    return c;
}

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

WallTime whole_seconds(WallTime t) {
    return std::chrono::floor<std::chrono::seconds>(t);
}

} // namespace

Authority::Authority(store::Database& database, const store::Sealer& sealer, const Clock& clock,
                     Random& random, AuthorityOptions options)
    : database_(database), sealer_(sealer), clock_(clock), random_(random), options_(options) {}

result<void> Authority::prepare(store::Database& database) {
    return store::migrate(database, "enrol", steps);
}

result<std::optional<Signer>> Authority::stored() {
    auto rows = database_.query("SELECT certificate,sealed_key FROM enrol_authority WHERE home = ?",
                                {home});
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Signer>();
    auto key = sealer_.open(purpose, home, (*rows)[0].text(1));
    if (!key) return Errc::wrong_key;
    return std::optional<Signer>(Signer{(*rows)[0].text(0), std::move(*key)});
}

result<Signer> Authority::signer() {
    auto there = stored();
    if (!there) return there.error();
    if (*there) return std::move(**there);
    const auto now = whole_seconds(clock_.wall());
    auto made = make_root(root_name, make_serial(random_),
                          {now - options_.backdated, now + options_.root_lifetime});
    if (!made) return made.error();
    const auto sealed = sealer_.seal(purpose, home, made->key, random_);
    auto kept = database_.execute(
        "INSERT INTO enrol_authority(home,certificate,sealed_key,created_ns,list_number) "
        "VALUES(?,?,?,?,0)",
        {home, made->certificate, store::Blob(sealed), to_ns(now)});
    if (!kept && kept.error() != store::Errc::constraint) return kept.error();
    there = stored(); // another gateway may have been quicker
    if (!there) return there.error();
    if (!*there) return Errc::crypto;
    return std::move(**there);
}

result<std::string> Authority::root() {
    auto who = signer();
    if (!who) return who.error();
    return std::move(who->certificate);
}

result<Authority::Issued> Authority::issue(Holder holder, std::string_view name,
                                           const PublicKey& key,
                                           const std::vector<std::string>& hosts) {
    auto who = signer();
    if (!who) return who.error();
    const auto now = whole_seconds(clock_.wall());
    Issued out;
    auto& c = out.certificate;
    c.serial = make_serial(random_);
    c.device = name;
    c.holder = holder;
    c.not_before = now - options_.backdated;
    c.not_after = now + options_.lifetime;
    Leaf leaf{std::string(name),
              c.serial,
              {c.not_before, c.not_after},
              holder == Holder::broker ? Usage::server : Usage::client,
              hosts};
    auto made = enrol::issue(*who, leaf, key);
    if (!made) return made.error();
    out.pem = std::move(*made);
    auto kept = database_.execute(
        "INSERT INTO enrol_certificates(serial,device,holder,not_before_ns,not_after_ns,state,"
        "state_ns,created_ns) VALUES(?,?,?,?,?,?,0,?)",
        {c.serial, name, word_of(holder), to_ns(c.not_before), to_ns(c.not_after), good,
         to_ns(clock_.wall())});
    if (!kept) return kept.error();
    return out;
}

result<std::vector<Certificate>> Authority::list(std::string_view name) {
    auto rows =
        database_.query("SELECT serial,device,holder,not_before_ns,not_after_ns,state,state_ns "
                        "FROM enrol_certificates WHERE (device = ? OR ? = '') AND not_after_ns > ? "
                        "ORDER BY created_ns DESC, serial LIMIT 10000",
                        {name, name, to_ns(clock_.wall() - kept_after_end)});
    if (!rows) return rows.error();
    std::vector<Certificate> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(certificate_of(row));
    return out;
}

result<std::vector<std::string>> Authority::revoke(std::string_view device,
                                                   std::string_view except) {
    const auto now = clock_.wall();
    std::vector<std::string> out;
    auto work = [&](store::Connection& c) -> result<void> {
        out.clear();
        auto rows = c.query("SELECT serial FROM enrol_certificates WHERE device = ? AND "
                            "state <> ? AND not_after_ns > ? AND serial <> ?",
                            {device, revoked, to_ns(now), except});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            out.push_back(row.text(0));
            auto set =
                c.execute("UPDATE enrol_certificates SET state = ?, state_ns = ? WHERE serial = ?",
                          {revoked, to_ns(now), row.text(0)});
            if (!set) return set.error();
        }
        return {};
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    return out;
}

result<void> Authority::supersede(std::string_view device, std::string_view serial) {
    return done(database_.execute("UPDATE enrol_certificates SET state = ?, state_ns = ? "
                                  "WHERE device = ? AND serial <> ? AND state = ?",
                                  {superseded, to_ns(clock_.wall()), device, serial, good}));
}

result<std::uint64_t> Authority::revoke_superseded(WallTime since) {
    return database_.execute(
        "UPDATE enrol_certificates SET state = ?, state_ns = ? "
        "WHERE state = ? AND state_ns <= ? AND not_after_ns > ?",
        {revoked, to_ns(clock_.wall()), superseded, to_ns(since), to_ns(clock_.wall())});
}

result<std::string> Authority::revocation_list() {
    auto who = signer();
    if (!who) return who.error();
    const auto now = whole_seconds(clock_.wall());
    std::int64_t number = 0;
    std::vector<Revoked> entries;
    // Number and entries of one moment: a higher number never has fewer of them.
    auto work = [&](store::Connection& c) -> result<void> {
        auto next = c.execute(
            "UPDATE enrol_authority SET list_number = list_number + 1 WHERE home = ?", {home});
        if (!next) return next.error();
        auto at = c.query("SELECT list_number FROM enrol_authority WHERE home = ?", {home});
        if (!at) return at.error();
        number = at->empty() ? 0 : (*at)[0].integer(0);
        auto rows = c.query("SELECT serial,state_ns FROM enrol_certificates WHERE state = ? AND "
                            "not_after_ns > ? ORDER BY serial",
                            {revoked, to_ns(now)});
        if (!rows) return rows.error();
        entries.clear();
        for (const auto& row : *rows) entries.push_back({row.text(0), from_ns(row.integer(1))});
        return {};
    };
    if (auto r = database_.transaction(work); !r) return r.error();
    return make_revocation_list(*who, static_cast<std::uint64_t>(number),
                                {now - options_.backdated, now + options_.list_lifetime}, entries);
}

result<void> Authority::sweep() {
    return done(database_.execute("DELETE FROM enrol_certificates WHERE not_after_ns < ?",
                                  {to_ns(clock_.wall() - kept_after_end)}));
}

} // namespace caredian::devices::enrol
