#include "devices/device_join.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace caredian::devices {

namespace {

class UnionFind {
public:
    explicit UnionFind(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0); }
    std::size_t root(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    // The lower root stays.
    void join(std::size_t a, std::size_t b) {
        a = root(a);
        b = root(b);
        parent_[std::max(a, b)] = std::min(a, b);
    }

private:
    std::vector<std::size_t> parent_;
};

using Index = std::unordered_map<std::string, std::size_t>;

// Nodes: descriptions first, then sources.
struct Joiner {
    const std::vector<JoinSource>& sources;
    const std::vector<JoinDescription>& descriptions;
    const Manual& manual;
    UnionFind nodes{sources.size() + descriptions.size()};

    std::size_t node(std::size_t source) const { return descriptions.size() + source; }
    void meet(Index& index, std::string key, std::size_t node) {
        auto [at, added] = index.try_emplace(std::move(key), node);
        if (!added) nodes.join(at->second, node);
    }

    void by_identifier() {
        Index known;
        for (std::size_t i = 0; i < descriptions.size(); ++i)
            for (const auto& id : *descriptions[i].identifiers) meet(known, id, i);
    }

    // A topic that several devices claim (one bridge that says all in one message) goes to the one
    // it was with, else to the first: never are two described devices joined by it.
    // What nobody claims stays with the description that it was with: a device that was renamed
    // keeps what it said under its old name.
    void by_topic() {
        std::unordered_map<std::string_view, std::vector<std::size_t>> claims;
        std::unordered_map<std::string_view, std::size_t> was;
        for (std::size_t i = 0; i < descriptions.size(); ++i) {
            for (auto topic : descriptions[i].claims) claims[topic].push_back(i);
            if (!descriptions[i].device.empty()) was.emplace(descriptions[i].device, i);
        }
        for (std::size_t s = 0; s < sources.size(); ++s) {
            if (apart(s)) continue;
            std::size_t best = descriptions.size();
            bool claimed = false;
            for (auto topic : sources[s].topics) {
                auto found = claims.find(topic);
                if (found == claims.end()) continue;
                claimed = true;
                for (auto i : found->second) {
                    if (descriptions[i].identifiers->empty())
                        nodes.join(node(s), i);
                    else if (better(s, i, best))
                        best = i;
                }
            }
            if (best < descriptions.size()) nodes.join(node(s), best);
            auto before = was.find(sources[s].device);
            if (!claimed && before != was.end()) nodes.join(node(s), before->second);
        }
    }
    bool better(std::size_t source, std::size_t candidate, std::size_t best) const {
        if (best == descriptions.size()) return true;
        auto was = sources[source].device;
        bool here = !was.empty() && descriptions[candidate].device == was;
        bool there = !was.empty() && descriptions[best].device == was;
        return here != there ? here : candidate < best;
    }

    void by_family() {
        Index known;
        for (std::size_t s = 0; s < sources.size(); ++s) {
            if (apart(s)) continue;
            const auto& key = *sources[s].key;
            meet(known, std::string(key.family()) + '\n' + key.device + '\n' + key.path, node(s));
        }
    }

    void by_hand() {
        if (manual.merged.empty()) return;
        Index set_of;
        for (std::size_t m = 0; m < manual.merged.size(); ++m)
            for (const auto& anchor : manual.merged[m]) set_of.emplace(anchor, m);
        std::unordered_map<std::size_t, std::size_t> first;
        auto see = [&](const std::string& anchor, std::size_t node) {
            auto found = set_of.find(anchor);
            if (found == set_of.end()) return;
            auto [at, added] = first.try_emplace(found->second, node);
            if (!added) nodes.join(at->second, node);
        };
        for (std::size_t i = 0; i < descriptions.size(); ++i) {
            for (const auto& id : *descriptions[i].identifiers) see(id, i);
            if (descriptions[i].identifiers->empty()) see(topic_anchor(descriptions[i].topic), i);
        }
        for (std::size_t s = 0; s < sources.size(); ++s) see(sources[s].key->anchor(), node(s));
    }

    bool apart(std::size_t s) const {
        return !manual.apart.empty() && manual.apart.contains(sources[s].key->anchor());
    }
};

} // namespace

std::string_view SourceKey::family() const {
    constexpr std::string_view suffix = "_event";
    std::string_view name = measurement;
    if (name.size() > suffix.size() && name.ends_with(suffix)) name.remove_suffix(suffix.size());
    return name;
}

std::string SourceKey::anchor() const {
    return "src:" + measurement + '\n' + device + '\n' + path;
}

std::string topic_anchor(std::string_view topic) {
    return "topic:" + std::string(topic);
}

Groups join(const std::vector<JoinSource>& sources,
            const std::vector<JoinDescription>& descriptions, const Manual& manual) {
    Joiner joiner{sources, descriptions, manual};
    joiner.by_identifier();
    joiner.by_topic();
    joiner.by_family();
    joiner.by_hand();
    Groups groups;
    std::unordered_map<std::size_t, std::size_t> number;
    auto of = [&](std::size_t node) {
        auto [at, added] = number.try_emplace(joiner.nodes.root(node), groups.count);
        if (added) ++groups.count;
        return at->second;
    };
    for (std::size_t i = 0; i < descriptions.size(); ++i) groups.description.push_back(of(i));
    for (std::size_t s = 0; s < sources.size(); ++s) groups.source.push_back(of(joiner.node(s)));
    return groups;
}

} // namespace caredian::devices
