// What the registry holds of sources, descriptions and devices, and their form on disk.
#pragma once

#include "devices/device_join.h"
#include "devices/rhythm.h"
#include "readings/description.h"
#include "readings/reading.h"
#include "store/sqlite.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices {

// A topic that a source was heard on, and the series that it fed.
struct TopicLink {
    std::string topic;
    readings::SeriesKey series;
    std::string only_field; // of a message with one field: what a bare payload is called here
};

struct Source {
    SourceKey key;
    std::string device;                         // id
    std::int64_t first_seen = 0, last_seen = 0; // ns, of receipt
    bool seen_live = false;
    std::uint32_t messages = 0;
    Rhythm rhythm;
    std::vector<TopicLink> links;
    bool dirty = false;
};

struct Described {
    readings::Description said;
    std::string device; // id
};

// What people decided about a device; kept also while nothing of it is there.
struct Decided {
    std::string name, area; // empty: as the device says
    bool no_area = false;   // it stands in no room, whatever it says and its name implies
    bool empty() const { return name.empty() && area.empty() && !no_area; }
};

std::string encode_source(const Source& source);
bool decode_source(std::string_view bytes, Source& source); // strict
// All that one topic says.
std::string encode_descriptions(const std::vector<Described>& said);
// `old`: an earlier version wrote it, which did not know how things are told what to do.
bool decode_descriptions(std::string_view bytes, std::vector<Described>& said, bool& old);

// But for when: some devices say with every message who they are.
bool says_the_same(const std::vector<Described>& a, const std::vector<Described>& b);

// data_dir/registry.db. One thread at a time.
class RegistryStore {
public:
    static result<RegistryStore> open(const std::string& path);
    result<readings::Row> cursor();
    // kind: 's' source, 'd' what one topic said, 'n' decided (key: id), 'm' manual joins.
    using Each = std::function<void(char kind, std::string key, std::string_view value)>;
    result<void> load(const Each& each);
    template <class Work>
    result<void> transaction(Work&& work) {
        return db_.transaction(std::forward<Work>(work));
    }
    result<void> put(char kind, std::string_view key, std::string_view value); // in a transaction
    result<void> remove(char kind, std::string_view key);                      // in a transaction
    result<void> put_cursor(readings::Row row);                                // in a transaction

private:
    explicit RegistryStore(store::Sqlite db) : db_(std::move(db)) {}
    store::Sqlite db_;
    store::Statement put_, remove_, put_cursor_;
};

std::string encode_decided(const Decided& decided);
bool decode_decided(std::string_view bytes, Decided& decided);
std::string encode_manual(const Manual& manual);
bool decode_manual(std::string_view bytes, Manual& manual);

} // namespace caredian::devices
