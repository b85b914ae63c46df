// The registry's devices: joined, named by ids that stay, shown, and changed by people.
#include "base/encoding.h"
#include "devices/registry_impl.h"

#include <algorithm>

namespace caredian::devices {

namespace {

constexpr std::size_t longest_id = 128, longest_decision = 128; // bytes
constexpr std::size_t stale_slice = 64;                         // devices looked at in a second
constexpr std::size_t guess_topics = 4; // of one source that may tell its room

// FNV-1a: the same on every machine and in every version.
std::string mark(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    std::string out;
    for (int i = 0; i < 8; ++i) out += "0123456789abcdef"[(hash >> (4 * i)) & 15U];
    return out;
}

void add_anchors(const Described& d, std::set<std::string, std::less<>>& out) {
    out.insert(d.said.identifiers.begin(), d.said.identifiers.end());
    if (d.said.identifiers.empty()) out.insert(topic_anchor(d.said.topic));
}

} // namespace

std::vector<Source*> Registry::State::own_sources() const {
    std::vector<Source*> out;
    out.reserve(sources.size());
    for (const auto& [key, source] : sources) out.push_back(source.get());
    std::sort(out.begin(), out.end(), [](const Source* a, const Source* b) {
        return std::tie(a->first_seen, a->key) < std::tie(b->first_seen, b->key);
    });
    return out;
}

std::vector<Described*> Registry::State::own_descriptions() {
    std::multimap<readings::Row, Described*> by_row; // equal rows in the order they came
    for (auto& [topic, said] : descriptions)
        for (auto& d : said) by_row.emplace(d.said.row, &d);
    std::vector<Described*> out;
    out.reserve(by_row.size());
    for (const auto& [row, d] : by_row) out.push_back(d);
    return out;
}

void Registry::State::join_again() {
    join_wanted = false;
    note_areas();
    auto ordered = own_sources();
    auto said = own_descriptions();
    std::vector<JoinSource> from;
    for (const auto* source : ordered) {
        auto& one = from.emplace_back();
        one.key = &source->key;
        one.device = source->device;
        for (const auto& link : source->links) one.topics.push_back(link.topic);
    }
    std::vector<JoinDescription> described_by;
    for (const auto* d : said) {
        auto& one = described_by.emplace_back();
        one.identifiers = &d->said.identifiers;
        one.topic = d->said.topic;
        one.device = d->device;
        one.availability = d->said.availability_topic;
        for (const auto& topic : d->said.topics) one.claims.push_back(topic);
        for (const auto& e : d->said.entities)
            if (!e.state_topic.empty()) one.claims.push_back(e.state_topic);
    }
    name_groups(join(from, described_by, manual), ordered, said);
}

// A device keeps its id as long as anything of it is there: the one that a bridge describes first,
// then one about which somebody decided.
void Registry::State::name_groups(const Groups& groups, const std::vector<Source*>& ordered,
                                  const std::vector<Described*>& said) {
    std::vector<std::string> ids(groups.count);
    std::vector<std::pair<std::string_view, std::string>> words(groups.count); // name, anchor
    std::set<std::string, std::less<>> used;
    auto claim = [&](std::size_t group, const std::string& id, bool wanted) {
        if (ids[group].empty() && !id.empty() && wanted && used.insert(id).second) ids[group] = id;
    };
    // What others say to be the same as a bridge's device does not rename that one.
    for (std::size_t i = 0; i < said.size(); ++i)
        claim(groups.description[i], said[i]->device, said[i]->said.origin == "zigbee2mqtt");
    for (bool only_decided : {true, false}) {
        for (std::size_t i = 0; i < said.size(); ++i)
            claim(groups.description[i], said[i]->device,
                  !only_decided || decided.contains(said[i]->device));
        for (std::size_t s = 0; s < ordered.size(); ++s)
            claim(groups.source[s], ordered[s]->device,
                  !only_decided || decided.contains(ordered[s]->device));
    }
    for (std::size_t s = 0; s < ordered.size(); ++s) {
        auto& [name, anchor] = words[groups.source[s]];
        if (name.empty()) name = ordered[s]->key.device;
        if (anchor.empty()) anchor = ordered[s]->key.anchor();
    }
    for (std::size_t i = 0; i < said.size(); ++i) {
        auto& [name, anchor] = words[groups.description[i]];
        const auto& d = said[i]->said;
        if (name.empty()) name = d.name;
        if (name.empty() && !d.entities.empty())
            name = d.entities[0].name.empty() ? d.entities[0].id : d.entities[0].name;
        if (anchor.empty())
            anchor = d.identifiers.empty() ? topic_anchor(d.topic) : d.identifiers[0];
    }
    for (std::size_t g = 0; g < groups.count; ++g)
        if (ids[g].empty()) used.insert(ids[g] = fresh_id(words[g].first, words[g].second, used));

    devices.clear();
    for (std::size_t i = 0; i < said.size(); ++i) {
        const auto& id = ids[groups.description[i]];
        if (said[i]->device != id) dirty_topics.insert(said[i]->said.topic);
        said[i]->device = id;
        devices[id].descriptions.push_back(said[i]);
    }
    for (std::size_t s = 0; s < ordered.size(); ++s) {
        const auto& id = ids[groups.source[s]];
        if (ordered[s]->device != id) touch(*ordered[s]);
        ordered[s]->device = id;
        devices[id].sources.push_back(ordered[s]);
    }
    device_count = devices.size();
    ++generation;
}

// The name it is known by, as long as no other device has it.
std::string Registry::State::fresh_id(std::string_view name, std::string_view anchor,
                                      const std::set<std::string, std::less<>>& used) const {
    auto free = [&](const std::string& id) { return !used.contains(id) && !decided.contains(id); };
    std::string base = name.empty() ? "device" : sanitize_utf8(name, longest_id);
    std::string id = base;
    if (!free(id)) id = base + '~' + mark(anchor);
    for (int n = 2; !free(id); ++n) id = base + '~' + mark(anchor) + '-' + std::to_string(n);
    return id;
}

// ---- shown

DeviceView Registry::State::view(const std::string& id, const Members& members) const {
    std::vector<DeviceSeries> values;
    for (const auto* source : members.sources)
        for (auto& series : latest.series(source->key.device))
            if (series.key.measurement == source->key.measurement &&
                series.key.tag("path") == source->key.path)
                values.push_back(std::move(series));
    return bare_view(id, members, std::move(values));
}

DeviceView Registry::State::bare_view(const std::string& id, const Members& members,
                                      std::vector<DeviceSeries> values) const {
    auto chosen = decided.find(id);
    auto view = compose(id, chosen == decided.end() ? Decided{} : chosen->second, members.sources,
                        members.descriptions, std::move(values), clock.wall());
    if (view.area.empty() && !view.area_chosen) guess_area(view, members);
    return view;
}

void Registry::State::note_areas() {
    areas = {};
    for (const auto& [id, chosen] : decided) areas.add(chosen.area); // people's spelling first
    for (const auto& [topic, said] : descriptions)
        for (const auto& d : said) areas.add(d.said.suggested_area);
    areas.sort();
}

// Nobody said where it stands: a room that its name or one of its topics holds.
void Registry::State::guess_area(DeviceView& view, const Members& members) const {
    if (areas.empty()) return;
    auto guess = areas.guess(view.name);
    for (const auto* source : members.sources)
        for (std::size_t i = 0; i < std::min(guess_topics, source->links.size()); ++i)
            if (guess.empty()) guess = areas.guess(source->links[i].topic);
    view.area = guess;
    view.area_guessed = !guess.empty();
}

void Registry::State::count_stale() {
    auto at = stale_after.empty() ? devices.begin() : devices.upper_bound(stale_after);
    for (std::size_t i = 0; i < stale_slice && at != devices.end(); ++i, ++at) {
        stale_so_far += view(at->first, at->second).stale;
        stale_after = at->first;
    }
    if (at != devices.end()) return;
    stale = std::exchange(stale_so_far, 0);
    stale_after.clear();
}

std::vector<DeviceView> Registry::list(std::string_view after, std::size_t limit) const {
    State& state = *state_;
    std::lock_guard lock(state.mutex);
    if (state.join_wanted && state.devices.empty()) state.join_again();
    std::vector<DeviceView> out;
    auto at = after.empty() ? state.devices.begin() : state.devices.upper_bound(after);
    for (; at != state.devices.end() && out.size() < limit; ++at)
        out.push_back(state.view(at->first, at->second));
    return out;
}

std::optional<DeviceView> Registry::find(std::string_view id) const {
    State& state = *state_;
    std::lock_guard lock(state.mutex);
    if (state.join_wanted && state.devices.empty()) state.join_again();
    auto at = state.devices.find(id);
    if (at == state.devices.end()) return std::nullopt;
    return state.view(at->first, at->second);
}

std::optional<std::vector<std::string>> Registry::topics(std::string_view id) const {
    State& state = *state_;
    std::lock_guard lock(state.mutex);
    if (state.join_wanted && state.devices.empty()) state.join_again();
    auto at = state.devices.find(id);
    if (at == state.devices.end()) return std::nullopt;
    std::set<std::string> all;
    for (const auto* source : at->second.sources)
        for (const auto& link : source->links) all.insert(link.topic);
    for (const auto* d : at->second.descriptions) {
        auto there = state.descriptions.find(d->said.topic);
        bool alone = there != state.descriptions.end() && there->second.size() == 1;
        if (alone) all.insert(d->said.topic); // else a bridge tells of many devices there
        all.insert(d->said.topics.begin(), d->said.topics.end());
        all.insert(d->said.availability_topic);
        for (const auto& entity : d->said.entities) all.insert(entity.state_topic);
    }
    all.erase("");
    return std::vector<std::string>(all.begin(), all.end());
}

// ---- changed by people

// Decisions are on disk before the answer; the rest of the state goes with the next save.
result<void> Registry::State::write_decided(std::string_view id) {
    auto written = store.transaction([&]() -> result<void> {
        auto at = decided.find(id);
        if (at != decided.end())
            if (auto r = store.put('n', id, encode_decided(at->second)); !r) return r;
        if (at == decided.end())
            if (auto r = store.remove('n', id); !r) return r;
        return store.put('m', "", encode_manual(manual));
    });
    if (written && on_record) tell_decided(id);
    // With the sources' new ids. What is not saved is given again after a restart.
    if (written && save()) return {};
    return Errc::kept_not;
}

result<void> Registry::change(std::string_view id, const DeviceChange& change) {
    State& state = *state_;
    std::scoped_lock lock(state.store_mutex, state.mutex);
    if (!state.devices.contains(id)) return Errc::no_device;
    auto& decided = state.decided[std::string(id)];
    if (change.name) decided.name = sanitize_utf8(*change.name, longest_decision);
    if (change.area) {
        decided.area = sanitize_utf8(*change.area, longest_decision);
        decided.no_area = change.no_area && decided.area.empty();
        state.note_areas();
    }
    if (decided.empty()) state.decided.erase(std::string(id));
    ++state.generation;
    return state.write_decided(id);
}

result<void> Registry::merge(std::string_view id, std::string_view other) {
    State& state = *state_;
    std::scoped_lock lock(state.store_mutex, state.mutex);
    auto into = state.devices.find(id), from = state.devices.find(other);
    if (into == state.devices.end() || from == state.devices.end()) return Errc::no_device;
    if (into == from) return Errc::same;
    std::set<std::string, std::less<>> anchors;
    for (const auto* members : {&into->second, &from->second}) {
        for (const auto* d : members->descriptions) add_anchors(*d, anchors);
        for (const auto* s : members->sources) {
            anchors.insert(s->key.anchor());
            state.manual.apart.erase(s->key.anchor());
        }
    }
    // One set for all that belongs together.
    auto& sets = state.manual.merged;
    for (auto set = sets.begin(); set != sets.end();) {
        bool meets = std::any_of(set->begin(), set->end(),
                                 [&](const auto& anchor) { return anchors.contains(anchor); });
        if (meets) anchors.insert(set->begin(), set->end());
        set = meets ? sets.erase(set) : set + 1;
    }
    sets.push_back(std::move(anchors));
    for (auto& [key, source] : state.sources)
        if (source->device == other) source->device = id;
    for (auto* d : state.own_descriptions())
        if (d->device == other) d->device = id;
    for (const auto* s : into->second.sources) state.touch(*state.sources.at(State::ref(s->key)));
    for (const auto* s : from->second.sources) state.touch(*state.sources.at(State::ref(s->key)));
    state.join_again();
    return state.write_decided(id);
}

result<void> Registry::split(std::string_view id, const SourceKey& key) {
    State& state = *state_;
    std::scoped_lock lock(state.store_mutex, state.mutex);
    auto device = state.devices.find(id);
    if (device == state.devices.end()) return Errc::no_device;
    auto found = state.sources.find(State::ref(key));
    if (found == state.sources.end() || found->second->device != id) return Errc::no_source;
    if (device->second.sources.size() < 2) return Errc::same;

    // What would be its device without anything done by hand?
    Manual without;
    without.apart = state.manual.apart;
    std::swap(state.manual, without);
    const std::string old(id);
    std::vector<std::pair<Source*, std::string>> had;
    std::vector<std::pair<Described*, std::string>> said;
    for (auto* s : state.own_sources()) had.emplace_back(s, std::exchange(s->device, {}));
    for (auto* d : state.own_descriptions()) said.emplace_back(d, std::exchange(d->device, {}));
    state.join_again();
    std::swap(state.manual, without);
    const auto& alone = state.devices.at(found->second->device);
    std::set<std::string, std::less<>> leaving;
    for (const auto* s : alone.sources) leaving.insert(s->key.anchor());
    for (const auto* d : alone.descriptions) add_anchors(*d, leaving);
    bool was_merged = false;
    for (auto& set : state.manual.merged)
        for (const auto& anchor : leaving) was_merged = set.erase(anchor) > 0 || was_merged;
    std::erase_if(state.manual.merged, [](const auto& set) { return set.size() < 2; });
    if (!was_merged) {
        state.manual.apart.insert(key.anchor());
        leaving = {key.anchor()};
    }
    for (auto& [source, device_id] : had) {
        source->device = leaving.contains(source->key.anchor()) ? std::string() : device_id;
        state.touch(*source);
    }
    for (auto& [d, device_id] : said) {
        std::set<std::string, std::less<>> own;
        add_anchors(*d, own);
        bool leaves = std::any_of(own.begin(), own.end(),
                                  [&](const auto& anchor) { return leaving.contains(anchor); });
        d->device = leaves ? std::string() : device_id;
    }
    state.join_again();
    return state.write_decided(old);
}

} // namespace caredian::devices
