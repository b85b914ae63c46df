#include "devices/enrol/device_book.h"

#include "devices/enrol/name.h"
#include "store/migrations.h"

#include <algorithm>
#include <array>

namespace caredian::devices::enrol {

namespace {

constexpr std::string_view purpose = "enrolment.password";
constexpr std::size_t password_bytes = 24;

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS enrol_devices("
     "id {key} NOT NULL PRIMARY KEY, convention {key} NOT NULL, topic {key} NOT NULL,"
     "state {key} NOT NULL, by_password {integer} NOT NULL, password {blob} NOT NULL,"
     "created_ns {integer} NOT NULL, revoked_ns {integer} NOT NULL) {table};"
     "CREATE TABLE IF NOT EXISTS enrol_codes("
     "hash {key} NOT NULL PRIMARY KEY, device {key} NOT NULL, expires_ns {integer} NOT NULL,"
     "used_ns {integer} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS enrol_codes_device ON enrol_codes(device)"},
}};

constexpr std::string_view active = "active", revoked = "revoked";
constexpr std::string_view select =
    "SELECT id,convention,topic,state,by_password,created_ns FROM enrol_devices ";

EnrolledDevice device_of(const store::Row& row) {
    EnrolledDevice d;
    d.id = row.text(0);
    d.convention = parse_convention(row.text(1)).value_or(Convention::generic);
    d.topic = row.text(2);
    d.revoked = row.text(3) != active;
    d.by_password = row.integer(4) != 0;
    d.created = from_ns(row.integer(5));
    return d;
}

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

result<std::vector<EnrolledDevice>> devices_in(store::Connection& c) {
    auto rows = c.query(std::string(select) + "ORDER BY id");
    if (!rows) return rows.error();
    std::vector<EnrolledDevice> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(device_of(row));
    return out;
}

// Nobody speaks on another's topics: checked against all of them, in the transaction that adds it.
result<void> check_room(const std::vector<EnrolledDevice>& all, const EnrolledDevice& fresh) {
    if (all.size() >= DeviceBook::most_devices) return Errc::too_many;
    for (const auto& one : all) {
        if (one.id == fresh.id) return one.revoked ? Errc::revoked : Errc::exists;
        if (!one.revoked && overlap(one.rights(), fresh.rights())) return Errc::topic_taken;
    }
    return {};
}

} // namespace

DeviceBook::DeviceBook(store::Database& database, const store::Sealer& sealer, const Clock& clock,
                       Random& random)
    : database_(database), sealer_(sealer), clock_(clock), random_(random) {}

result<void> DeviceBook::prepare(store::Database& database) {
    return store::migrate(database, "enrol_devices", steps);
}

result<EnrolledDevice> DeviceBook::add(const NewDevice& fresh) {
    // A bridge may be called as its topics begin; nobody else may.
    if (auto r = check_id(fresh.id); !r) return r.error();
    EnrolledDevice d;
    d.id = fresh.id;
    d.convention = fresh.convention;
    d.topic = fresh.topic.empty() ? fresh.id : fresh.topic;
    d.by_password = fresh.by_password;
    d.created = clock_.wall();
    if (auto r = check_topic(d.convention, d.topic); !r) return r.error();
    auto work = [&](store::Connection& c) -> result<void> {
        auto all = devices_in(c);
        if (!all) return all.error();
        if (auto room = check_room(*all, d); !room) return room;
        return done(c.execute("INSERT INTO enrol_devices(id,convention,topic,state,by_password,"
                              "password,created_ns,revoked_ns) VALUES(?,?,?,?,?,?,?,0)",
                              {d.id, to_string(d.convention), d.topic, active,
                               std::int64_t{d.by_password}, store::Blob(""), to_ns(d.created)}));
    };
    if (auto r = database_.transaction(work); !r)
        return r.error() == store::Errc::constraint ? make_error_code(Errc::exists) : r.error();
    return d;
}

result<EnrolledDevice> DeviceBook::find(std::string_view id) {
    auto rows = database_.query(std::string(select) + "WHERE id = ?", {id});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::not_found;
    return device_of((*rows)[0]);
}

result<std::vector<EnrolledDevice>> DeviceBook::list() {
    return devices_in(database_);
}

result<void> DeviceBook::set_revoked(std::string_view id) {
    auto work = [&](store::Connection& c) -> result<void> {
        auto set = c.execute("UPDATE enrol_devices SET state = ?, revoked_ns = ?, password = ? "
                             "WHERE id = ?",
                             {revoked, to_ns(clock_.wall()), store::Blob(""), id});
        if (!set) return set.error();
        if (*set == 0) return Errc::not_found;
        return done(c.execute("DELETE FROM enrol_codes WHERE device = ?", {id}));
    };
    return database_.transaction(work);
}

result<void> DeviceBook::remove(std::string_view id) {
    auto work = [&](store::Connection& c) -> result<void> {
        auto gone = c.execute("DELETE FROM enrol_devices WHERE id = ?", {id});
        if (!gone) return gone.error();
        if (*gone == 0) return Errc::not_found;
        return done(c.execute("DELETE FROM enrol_codes WHERE device = ?", {id}));
    };
    return database_.transaction(work);
}

result<Secret> DeviceBook::password(std::string_view id) {
    auto rows = database_.query("SELECT password FROM enrol_devices WHERE id = ?", {id});
    if (!rows) return rows.error();
    if (rows->empty()) return Errc::not_found;
    const auto& sealed = (*rows)[0].text(0);
    if (sealed.empty()) return Secret();
    return sealer_.open(purpose, id, sealed);
}

result<Secret> DeviceBook::make_password(std::string_view id) {
    auto device = find(id);
    if (!device) return device.error();
    if (device->revoked) return Errc::revoked;
    if (!device->by_password) return Errc::no_password;
    Secret fresh(random_.token(password_bytes));
    const auto sealed = sealer_.seal(purpose, id, fresh, random_);
    auto set = database_.execute("UPDATE enrol_devices SET password = ? WHERE id = ? AND state = ?",
                                 {store::Blob(sealed), id, active});
    if (!set) return set.error();
    if (*set == 0) return Errc::revoked;
    return fresh;
}

} // namespace caredian::devices::enrol
