// What the registry leaves to another gateway of the home, and takes from it.
#include "base/log.h"
#include "devices/registry_impl.h"

#include <algorithm>
#include <set>

namespace caredian::devices {

void Registry::on_record(OnRecord told) {
    state_->on_record = std::move(told);
}

void Registry::State::tell_saved() const {
    for (const auto* source : dirty_sources)
        on_record({'s', source->key.anchor(), encode_source(*source)});
    for (const auto& topic : dirty_topics) {
        auto said = descriptions.find(topic);
        on_record({'d', topic,
                   said == descriptions.end() ? std::string() : encode_descriptions(said->second)});
    }
}

void Registry::State::tell_decided(std::string_view id) const {
    auto at = decided.find(id);
    on_record(
        {'n', std::string(id), at == decided.end() ? std::string() : encode_decided(at->second)});
    on_record({'m', "", encode_manual(manual)});
}

// In the place of what is known of it: others point there.
void Registry::State::take_source(const HomeRecord& record) {
    auto said = std::make_unique<Source>();
    if (!decode_source(record.value, *said)) return;
    auto known = sources.find(ref(said->key));
    if (known == sources.end()) {
        if (sources.size() < options.max_sources) sources.emplace(ref(said->key), std::move(said));
        return;
    }
    Source& mine = *known->second;
    // The key stays in its place: the table's own keys look into it.
    mine.device = said->device;
    mine.first_seen = std::min(said->first_seen, mine.first_seen);
    mine.last_seen = std::max(said->last_seen, mine.last_seen);
    mine.seen_live = mine.seen_live || said->seen_live;
    mine.messages = std::max(mine.messages, said->messages);
    mine.rhythm = said->rhythm;
    mine.links = std::move(said->links);
}

// As they are now: those that are no more go.
bool Registry::State::keep_decided(const std::set<std::string>& ids) {
    auto kept = store.transaction([&]() -> result<void> {
        for (const auto& id : ids) {
            auto at = decided.find(id);
            auto r = at == decided.end() ? store.remove('n', id)
                                         : store.put('n', id, encode_decided(at->second));
            if (!r) return r;
        }
        return store.put('m', "", encode_manual(manual));
    });
    if (!kept)
        log::error("devices", "names and rooms from another gateway cannot be kept",
                   {{"reason", kept.error().message()}});
    return kept.has_value();
}

// What devices said that nobody left has been withdrawn meanwhile. Where no description was left at
// all, nobody has told any: what is known here holds.
std::vector<std::string> Registry::State::forget_withdrawn(const HomeRecords& left) {
    std::set<std::string_view> there;
    for (const auto& record : left)
        if (record.kind == 'd') there.insert(record.key);
    std::vector<std::string> gone;
    if (there.empty()) return gone;
    for (const auto& [topic, said] : descriptions)
        if (!there.contains(topic)) gone.push_back(topic);
    for (const auto& topic : gone) forget(topic);
    return gone;
}

void Registry::take_over(const HomeRecords& left) {
    State& state = *state_;
    std::scoped_lock lock(state.store_mutex, state.mutex);
    std::set<std::string> names;
    for (const auto& [id, decided] : state.decided) names.insert(id);
    bool others = false;
    for (const auto& record : left) others = others || record.kind == 'm' || record.kind == 'n';
    if (others) { // else nobody has decided anything there: what is decided here holds
        state.decided.clear();
        state.manual = {};
    }
    const auto gone = state.forget_withdrawn(left);
    for (const auto& record : left) {
        if (record.kind == 's')
            state.take_source(record);
        else if (record.kind == 'd' || record.kind == 'n' || record.kind == 'm')
            state.load_one(record.kind, record.key, record.value);
    }
    state.dirty_topics.insert(gone.begin(), gone.end()); // loading has cleared them
    state.join_again();
    if (state.on_record && !others) {
        for (const auto& [id, decided] : state.decided)
            state.on_record({'n', id, encode_decided(decided)});
        state.on_record({'m', "", encode_manual(state.manual)});
    }
    state.dirty_sources.clear();
    for (auto& [ref, source] : state.sources) {
        source->dirty = true;
        state.dirty_sources.push_back(source.get());
    }
    for (const auto& [topic, said] : state.descriptions) state.dirty_topics.insert(topic);
    for (const auto& [id, decided] : state.decided) names.insert(id);
    if (state.keep_decided(names)) state.save(); // else the next holder's term brings them again
}

} // namespace caredian::devices
