#include "devices/registry_state.h"

#include "history/codec/bits.h"
#include "history/series_directory.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace caredian::devices {

namespace {

using history::put_varint;
using history::unzigzag;
using history::zigzag;

constexpr std::uint8_t version = 1;
constexpr std::uint8_t with_commands = 2; // of descriptions; 1 had none

constexpr std::string_view schema = R"sql(
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry(kind TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY(kind, key)) WITHOUT ROWID;
)sql";

// One list of members for both directions: `io` writes them or reads them.
struct Put {
    std::string& out;
    bool good = true;
    void text(const std::string& v) {
        put_varint(out, v.size());
        out += v;
    }
    void number(std::int64_t v) { put_varint(out, zigzag(v)); }
    void flag(bool v) { out.push_back(v ? 1 : 0); }
    void small(auto v) { put_varint(out, static_cast<std::uint64_t>(v)); }
    void real(const std::optional<double>& v) {
        flag(v.has_value());
        if (v) put_varint(out, std::bit_cast<std::uint64_t>(*v));
    }
    template <class List, class One>
    void list(const List& values, One one) {
        put_varint(out, values.size());
        for (const auto& v : values) one(v);
    }
};

struct Get {
    history::ByteReader in;
    void text(std::string& v) { v = in.bytes(in.varint()); }
    void number(std::int64_t& v) { v = unzigzag(in.varint()); }
    void flag(bool& v) { v = in.byte() != 0; }
    template <class T>
    void small(T& v) {
        v = static_cast<T>(in.varint());
    }
    void real(std::optional<double>& v) {
        v.reset();
        if (in.byte() != 0) v = std::bit_cast<double>(in.varint());
    }
    template <class T, class One>
    void list(std::vector<T>& values, One one) {
        for (auto n = in.varint(); n > 0 && !in.failed(); --n) one(values.emplace_back());
    }
    bool done() const { return !in.failed() && in.empty(); }
};

void one_command(auto& io, auto& c) {
    io.small(c.as);
    if (c.as == readings::CommandDescription::As::nothing) return;
    io.small(c.takes);
    io.text(c.format);
    io.text(c.fixed);
    io.list(c.path, [&](auto& name) { io.text(name); });
    io.list(c.words, [&](auto& word) {
        io.text(word.said);
        io.text(word.sent);
        io.list(word.shows, [&](auto& shows) { io.text(shows); });
    });
    io.real(c.min);
    io.real(c.max);
    io.real(c.step);
    io.list(c.shown, [&](auto& place) {
        io.text(place.topic);
        io.text(place.field);
    });
    io.small(c.qos);
    io.flag(c.retain);
}

void each_text(auto& io, auto& e, bool commands) {
    for (auto* text :
         {&e.id, &e.name, &e.component, &e.unit, &e.device_class, &e.state_class, &e.category,
          &e.state_topic, &e.field, &e.value_template, &e.on, &e.off, &e.command_topic})
        io.text(*text);
    io.list(e.options, [&](auto& option) { io.text(option); });
    if (commands) one_command(io, e.command);
}

void one_description(auto& io, auto& described, bool commands = true) {
    auto& d = described.said;
    for (auto* text :
         {&d.origin, &d.topic, &d.name, &d.manufacturer, &d.model, &d.model_id, &d.sw_version,
          &d.suggested_area, &d.via, &d.availability_topic, &described.device})
        io.text(*text);
    io.list(d.identifiers, [&](auto& id) { io.text(id); });
    io.list(d.topics, [&](auto& topic) { io.text(topic); });
    io.list(d.entities, [&](auto& entity) { each_text(io, entity, commands); });
}

void put_rhythm(Put& io, const Rhythm& r) {
    io.out.push_back(static_cast<char>(r.count));
    io.out.push_back(static_cast<char>(r.next));
    put_varint(io.out, std::bit_cast<std::uint32_t>(r.longest));
    for (std::size_t i = 0; i < r.count; ++i)
        put_varint(io.out, std::bit_cast<std::uint32_t>(r.gaps[i]));
}

bool get_rhythm(Get& io, Rhythm& r) {
    auto real = [&] { return std::bit_cast<float>(static_cast<std::uint32_t>(io.in.varint())); };
    r.count = io.in.byte();
    r.next = io.in.byte();
    if (r.count > Rhythm::kept || r.next >= Rhythm::kept) return false;
    r.longest = real();
    for (std::size_t i = 0; i < r.count; ++i) r.gaps[i] = real();
    return true;
}

} // namespace

std::string encode_source(const Source& s) {
    std::string out(1, static_cast<char>(version));
    Put io{out};
    for (const auto* text : {&s.key.measurement, &s.key.device, &s.key.path, &s.device})
        io.text(*text);
    io.number(s.first_seen);
    io.number(s.last_seen);
    io.flag(s.seen_live);
    io.number(s.messages);
    put_rhythm(io, s.rhythm);
    io.list(s.links, [&](const TopicLink& link) {
        io.text(link.topic);
        io.text(history::encode_key(link.series));
        io.text(link.only_field);
    });
    return out;
}

bool decode_source(std::string_view bytes, Source& s) {
    s = {};
    Get io{history::ByteReader(bytes)};
    if (io.in.byte() != version) return false;
    for (auto* text : {&s.key.measurement, &s.key.device, &s.key.path, &s.device}) io.text(*text);
    io.number(s.first_seen);
    io.number(s.last_seen);
    io.flag(s.seen_live);
    std::int64_t messages = 0;
    io.number(messages);
    s.messages = static_cast<std::uint32_t>(messages);
    if (!get_rhythm(io, s.rhythm)) return false;
    bool good = true;
    io.list(s.links, [&](TopicLink& link) {
        std::string key;
        io.text(link.topic);
        io.text(key);
        io.text(link.only_field);
        good = good && history::decode_key(key, link.series);
    });
    return good && io.done();
}

bool says_the_same(const std::vector<Described>& a, const std::vector<Described>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Described& one, const Described& other) {
                          readings::Description said = one.said;
                          said.row = other.said.row;
                          said.time = other.said.time;
                          return said == other.said;
                      });
}

std::string encode_descriptions(const std::vector<Described>& said) {
    std::string out(1, static_cast<char>(with_commands));
    Put io{out};
    io.list(said, [&](const Described& d) {
        io.number(static_cast<std::int64_t>(d.said.row));
        io.number(to_ns(d.said.time));
        one_description(io, d);
    });
    return out;
}

bool decode_descriptions(std::string_view bytes, std::vector<Described>& said, bool& old) {
    said.clear();
    Get io{history::ByteReader(bytes)};
    const auto from = io.in.byte();
    if (from != version && from != with_commands) return false;
    old = from == version;
    io.list(said, [&](Described& d) {
        std::int64_t row = 0, time = 0;
        io.number(row);
        io.number(time);
        d.said.row = static_cast<readings::Row>(row);
        d.said.time = from_ns(time);
        one_description(io, d, !old);
    });
    return io.done();
}

std::string encode_decided(const Decided& decided) {
    std::string out;
    Put io{out};
    io.text(decided.name);
    io.text(decided.area);
    if (decided.no_area) io.flag(true); // what earlier versions wrote ends here
    return out;
}

bool decode_decided(std::string_view bytes, Decided& decided) {
    Get io{history::ByteReader(bytes)};
    io.text(decided.name);
    io.text(decided.area);
    decided.no_area = false;
    if (!io.in.empty()) io.flag(decided.no_area);
    return io.done();
}

std::string encode_manual(const Manual& manual) {
    std::string out;
    Put io{out};
    auto set = [&](const auto& texts) { io.list(texts, [&](const auto& t) { io.text(t); }); };
    io.list(manual.merged, set);
    set(manual.apart);
    return out;
}

bool decode_manual(std::string_view bytes, Manual& manual) {
    manual = {};
    Get io{history::ByteReader(bytes)};
    auto set = [&](auto& texts) {
        std::vector<std::string> read;
        io.list(read, [&](auto& t) { io.text(t); });
        texts.insert(read.begin(), read.end());
    };
    io.list(manual.merged, set);
    set(manual.apart);
    return io.done();
}

result<RegistryStore> RegistryStore::open(const std::string& path) {
    auto db = store::Sqlite::open(path);
    if (!db) return db.error();
    if (auto made = db->execute(schema); !made) return made.error();
    RegistryStore self(std::move(*db));
    const std::pair<store::Statement*, std::string_view> statements[] = {
        {&self.put_, "INSERT OR REPLACE INTO entry(kind, key, value) VALUES(?,?,?)"},
        {&self.remove_, "DELETE FROM entry WHERE kind=? AND key=?"},
        {&self.put_cursor_, "INSERT OR REPLACE INTO meta VALUES('cursor',?)"}};
    for (const auto& [statement, sql] : statements) {
        auto prepared = self.db_.prepare(sql);
        if (!prepared) return prepared.error();
        *statement = std::move(*prepared);
    }
    return self;
}

result<readings::Row> RegistryStore::cursor() {
    auto statement = db_.prepare("SELECT value FROM meta WHERE name='cursor'");
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    return *row ? static_cast<readings::Row>(statement->integer(0)) : readings::Row{0};
}

result<void> RegistryStore::load(const Each& each) {
    auto statement = db_.prepare("SELECT kind, key, value FROM entry");
    if (!statement) return statement.error();
    for (;;) {
        auto row = statement->step();
        if (!row) return row.error();
        if (!*row) return {};
        auto kind = statement->text(0);
        if (!kind.empty()) each(kind[0], std::string(statement->blob(1)), statement->blob(2));
    }
}

result<void> RegistryStore::put(char kind, std::string_view key, std::string_view value) {
    put_.bind(1, std::string_view(&kind, 1));
    put_.bind_blob(2, key);
    put_.bind_blob(3, value);
    return put_.run();
}

result<void> RegistryStore::remove(char kind, std::string_view key) {
    remove_.bind(1, std::string_view(&kind, 1));
    remove_.bind_blob(2, key);
    return remove_.run();
}

result<void> RegistryStore::put_cursor(readings::Row row) {
    put_cursor_.bind(1, static_cast<std::int64_t>(row));
    return put_cursor_.run();
}

} // namespace caredian::devices
