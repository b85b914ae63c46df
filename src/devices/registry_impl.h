// The registry's inside, shared by its files: what follows messages, its bounds, what people
// change.
#pragma once

#include "devices/area_guess.h"
#include "devices/registry.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <tuple>
#include <unordered_map>

namespace caredian::devices {

struct Registry::State {
    State(RegistryOptions o, const Clock& c, const Latest& l, HealthRegister& h, RegistryStore s)
        : options(std::move(o)), clock(c), latest(l), health(h), store(std::move(s)) {}

    // What names a source, without its own memory.
    using Ref = std::tuple<std::string_view, std::string_view, std::string_view>;
    struct RefHash {
        std::size_t operator()(const Ref& r) const {
            std::hash<std::string_view> hash;
            return (hash(std::get<0>(r)) * 31 + hash(std::get<1>(r))) * 31 + hash(std::get<2>(r));
        }
    };
    static Ref ref(const SourceKey& key) { return {key.measurement, key.device, key.path}; }

    struct Members {
        std::vector<const Source*> sources;
        std::vector<const Described*> descriptions;
    };

    // ---- loading and messages
    result<void> load();
    void load_one(char kind, std::string key, std::string_view value);
    void add(const readings::Reading& reading);
    Source* source_for(const readings::Reading& reading);
    void link(Source& source, const readings::Reading& reading);
    void touch(Source& source);
    void replace(const std::string& topic, std::vector<Described> said);
    void withdraw(const readings::Description& gone);
    void forget(const std::string& topic);
    std::vector<std::string> forget_withdrawn(const HomeRecords& left); // their topics
    void leave_out(std::string_view what);
    void evict();
    void report();

    // ---- devices
    void join_again();
    void note_areas();
    void guess_area(DeviceView& view, const Members& members) const;
    void name_groups(const Groups& groups, const std::vector<Source*>& ordered,
                     const std::vector<Described*>& said);
    std::string fresh_id(std::string_view name, std::string_view anchor,
                         const std::set<std::string, std::less<>>& used) const;
    DeviceView view(const std::string& id, const Members& members) const;
    DeviceView bare_view(const std::string& id, const Members& members,
                         std::vector<DeviceSeries> values) const;
    std::vector<Source*> own_sources() const; // oldest first
    std::vector<Described*> own_descriptions();
    void count_stale();

    // ---- disk
    bool save();
    result<void> write_decided(std::string_view id);
    void tell_saved() const;
    void tell_decided(std::string_view id) const;
    bool keep_decided(const std::set<std::string>& ids);
    void take_source(const HomeRecord& record);

    RegistryOptions options;
    const Clock& clock;
    const Latest& latest;
    HealthRegister& health;

    OnRecord on_record;

    std::mutex store_mutex; // of `store`; taken before `mutex`, never the other way round
    RegistryStore store;

    mutable std::mutex mutex; // of all that follows, but for the atomics
    std::unordered_map<Ref, std::unique_ptr<Source>, RefHash> sources;
    std::map<std::string, std::vector<Described>, std::less<>> descriptions; // by topic
    std::size_t entities = 0, described = 0;
    std::map<std::string, Decided, std::less<>> decided;
    Manual manual;
    AreaNames areas;                                     // rooms that somebody named
    std::map<std::string, Members, std::less<>> devices; // as of the last join
    std::vector<Source*> dirty_sources;
    std::set<std::string> dirty_topics;
    bool join_wanted = false;
    bool old_descriptions = false; // some were read from the file
    readings::Row taken = 0;
    MonoTime next_save{}, next_evict{}, flooded_until{};
    std::string flood_reason;
    std::string stale_after; // how far the count of stale ones is
    std::uint64_t stale_so_far = 0;

    std::atomic<std::uint64_t> generation{1};
    std::atomic<readings::Row> cursor{0};
    std::atomic<std::uint64_t> device_count{0}, stale{0}, flood{0};
};

} // namespace caredian::devices
