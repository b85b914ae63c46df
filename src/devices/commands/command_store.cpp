#include "devices/commands/command_store.h"

#include "base/encoding.h"
#include "base/json.h"
#include "devices/json_null.h"
#include "store/migrations.h"

#include <array>

namespace caredian::devices::commands {

namespace {

constexpr std::string_view home = "home";                        // the only one for now
constexpr std::size_t longest_word = 190, longest_column = 2000; // bytes

constexpr std::array<store::Migration, 1> steps{{
    {"CREATE TABLE IF NOT EXISTS device_commands("
     "id {key} NOT NULL PRIMARY KEY, home {key} NOT NULL, device {key} NOT NULL,"
     "entity {text} NOT NULL, request {text} NOT NULL, account {key} NOT NULL,"
     "person {key} NOT NULL, sent_ns {integer} NOT NULL, deadline_ns {integer} NOT NULL,"
     "answered_ns {integer} NOT NULL, state {key} NOT NULL, attempts {integer} NOT NULL,"
     "confirmed {integer} NOT NULL, answer {text} NOT NULL, error {text} NOT NULL) {table};"
     "CREATE INDEX IF NOT EXISTS device_commands_device ON device_commands(device, sent_ns);"
     "CREATE INDEX IF NOT EXISTS device_commands_sent ON device_commands(sent_ns);"
     "CREATE TABLE IF NOT EXISTS device_command_keys("
     "account {key} NOT NULL, once_key {key} NOT NULL, command {key} NOT NULL,"
     "body {text} NOT NULL, created_ns {integer} NOT NULL,"
     "PRIMARY KEY(account, once_key)) {table}"},
}};

constexpr std::string_view columns =
    "SELECT id,device,entity,request,account,person,sent_ns,deadline_ns,answered_ns,state,attempts,"
    "confirmed,answer,error FROM device_commands ";
constexpr std::string_view abandoned_error =
    "the gateway ended before an answer came: it may have been done or not";

Record record_of(const store::Row& row) {
    Record r;
    r.id = row.text(0);
    r.device = row.text(1);
    r.entity = row.text(2);
    r.request = row.text(3);
    r.account = row.text(4);
    r.by = row.text(5);
    r.sent = from_ns(row.integer(6));
    r.deadline = from_ns(row.integer(7));
    if (row.integer(8) != 0) r.answered = from_ns(row.integer(8));
    r.state = parse_state(row.text(9)).value_or(State::failed);
    r.attempts = static_cast<unsigned>(row.integer(10));
    r.confirmed = row.integer(11) != 0;
    r.answer = row.text(12);
    r.error = row.text(13);
    return r;
}

std::string cut(std::string_view text) {
    return sanitize_utf8(text, longest_column);
}

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

void raw_or_null(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name);
    if (text.empty())
        json.value(nullptr);
    else
        json.raw(text);
}

} // namespace

std::string record_json(const Record& r) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("id", std::string_view(r.id));
    json.member("device", std::string_view(r.device));
    text_or_null(json, "entity", r.entity);
    raw_or_null(json, "request", r.request);
    json.member("state", to_string(r.state)).member("by", std::string_view(r.by));
    json.member("sent", r.sent).key("answered");
    if (r.answered)
        json.value(*r.answered);
    else
        json.value(nullptr);
    json.member("attempts", r.attempts).member("confirmed", r.confirmed);
    raw_or_null(json, "answer", r.answer);
    text_or_null(json, "error", r.error);
    json.end_object();
    return out;
}

result<void> CommandStore::prepare(store::Database& database) {
    return store::migrate(database, "device_commands", steps);
}

result<CommandStore::Outcome> CommandStore::add(const Record& r, const Once& once) {
    auto work = [&](store::Connection& c) -> result<void> {
        const auto by = sanitize_utf8(r.by, longest_word);
        auto added = c.execute(
            "INSERT INTO device_commands(id,home,device,entity,request,account,person,sent_ns,"
            "deadline_ns,answered_ns,state,attempts,confirmed,answer,error) "
            "VALUES(?,?,?,?,?,?,?,?,?,0,?,0,0,'','')",
            {r.id, home, r.device, r.entity, r.request, r.account, by, to_ns(r.sent),
             to_ns(r.deadline), to_string(State::pending)});
        if (!added || once.key.empty()) return done(added);
        // A key that is over makes room.
        auto old = c.execute(
            "DELETE FROM device_command_keys WHERE account = ? AND once_key = ? AND created_ns < ?",
            {r.account, once.key, to_ns(clock_.wall() - limits_.once)});
        if (!old) return old.error();
        return done(c.execute("INSERT INTO device_command_keys(account,once_key,command,body,"
                              "created_ns) VALUES(?,?,?,?,?)",
                              {r.account, once.key, r.id, once.body, to_ns(clock_.wall())}));
    };
    auto added = database_.transaction(work);
    if (added) return Outcome{Added::fresh, r};
    if (added.error() != store::Errc::constraint || once.key.empty()) return added.error();
    auto first = repeated(r.account, once); // it came a second time meanwhile
    if (!first) return first.error();
    if (!*first) return added.error();
    return std::move(**first);
}

result<std::optional<CommandStore::Outcome>> CommandStore::repeated(const std::string& account,
                                                                    const Once& once) {
    std::optional<Outcome> out;
    if (once.key.empty()) return out;
    auto rows = database_.query("SELECT command,body FROM device_command_keys "
                                "WHERE account = ? AND once_key = ? AND created_ns >= ?",
                                {account, once.key, to_ns(clock_.wall() - limits_.once)});
    if (!rows) return rows.error();
    if (rows->empty()) return out;
    const auto id = (*rows)[0].text(0);
    if ((*rows)[0].text(1) != once.body) return std::optional(Outcome{Added::other_body, {}});
    auto record = find(id);
    if (!record) return record.error();
    if (*record) out = Outcome{Added::repeated, std::move(**record)};
    return out;
}

result<void> CommandStore::finish(const Record& r) {
    const auto answer = r.answer.size() > longest_column ? std::string() : r.answer;
    const auto error = cut(r.error);
    return done(database_.execute(
        "UPDATE device_commands SET state = ?, attempts = ?, confirmed = ?, answered_ns = ?,"
        "answer = ?, error = ? WHERE id = ?",
        {to_string(r.state), std::int64_t{r.attempts}, std::int64_t{r.confirmed},
         r.answered ? to_ns(*r.answered) : 0, answer, error, r.id}));
}

result<void> CommandStore::take_back(const Record& r) {
    return database_.transaction([&](store::Connection& c) -> result<void> {
        auto keys = c.execute("DELETE FROM device_command_keys WHERE command = ?", {r.id});
        if (!keys) return keys.error();
        return done(c.execute("DELETE FROM device_commands WHERE id = ?", {r.id}));
    });
}

// Told as it is, also before maintain() has written it down.
Record CommandStore::shown(Record r) const {
    if (r.state == State::pending && clock_.wall() > r.deadline + limits_.abandoned) {
        r.state = State::no_answer;
        r.error = abandoned_error;
    }
    return r;
}

result<std::optional<Record>> CommandStore::find(std::string_view id) {
    auto rows = database_.query(std::string(columns) + "WHERE id = ?", {id});
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Record>();
    return std::optional(shown(record_of((*rows)[0])));
}

result<std::vector<Record>> CommandStore::list(std::string_view device, std::size_t most) {
    auto rows = database_.query(std::string(columns) +
                                    "WHERE device = ? ORDER BY sent_ns DESC, id DESC LIMIT ?",
                                {device, static_cast<std::int64_t>(most)});
    if (!rows) return rows.error();
    std::vector<Record> out;
    out.reserve(rows->size());
    for (const auto& row : *rows) out.push_back(shown(record_of(row)));
    return out;
}

result<void> CommandStore::maintain() {
    const auto now = clock_.wall();
    auto closed = database_.execute(
        "UPDATE device_commands SET state = ?, error = ? WHERE state = ? AND deadline_ns < ?",
        {to_string(State::no_answer), abandoned_error, to_string(State::pending),
         to_ns(now - limits_.abandoned)});
    if (!closed) return closed.error();
    auto keys = database_.execute("DELETE FROM device_command_keys WHERE created_ns < ?",
                                  {to_ns(now - limits_.once)});
    if (!keys) return keys.error();
    auto before = to_ns(now - limits_.keep);
    auto over = database_.query("SELECT sent_ns FROM device_commands ORDER BY sent_ns DESC "
                                "LIMIT 1 OFFSET ?",
                                {limits_.most_rows});
    if (!over) return over.error();
    if (!over->empty()) before = std::max(before, (*over)[0].integer(0) + 1);
    return done(database_.execute("DELETE FROM device_commands WHERE sent_ns < ?", {before}));
}

} // namespace caredian::devices::commands
