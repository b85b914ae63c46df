#include "devices/device_join.h"

#include "base/encoding.h"

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

// The topics above one, from the nearest; until `use` returns false.
void each_above(std::string_view topic, const auto& use) {
    for (auto cut = topic.rfind('/'); cut != std::string_view::npos && cut > 0;
         cut = topic.substr(0, cut).rfind('/'))
        if (!use(topic.substr(0, cut))) return;
}

std::string_view above_of(std::string_view topic) {
    auto cut = topic.rfind('/');
    return cut == std::string_view::npos ? std::string_view() : topic.substr(0, cut);
}

// By its last level.
bool says_available(std::string_view topic) {
    std::string_view last = topic.substr(topic.rfind('/') + 1);
    if (last.size() == topic.size()) return false; // no device above it
    constexpr std::string_view words[] = {"status", "availability", "available",
                                          "LWT",    "connection",   "online"};
    return std::any_of(std::begin(words), std::end(words),
                       [&](auto word) { return iequals_ascii(last, word); });
}

// Nodes: descriptions first, then sources.
struct Joiner {
    const std::vector<JoinSource>& sources;
    const std::vector<JoinDescription>& descriptions;
    const Manual& manual;
    UnionFind nodes{sources.size() + descriptions.size()};
    std::vector<bool> settled = std::vector<bool>(sources.size()); // by what descriptions claim

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
    // it was with, else to the first: never are two described devices joined by it. What is claimed
    // by its own name counts before what is below a claimed one.
    // What nobody claims stays with the description that it was with: a device that was renamed
    // keeps what it said under its old name.
    void by_topic() {
        Claims exact, below;
        std::unordered_map<std::string_view, std::size_t> was;
        for (std::size_t i = 0; i < descriptions.size(); ++i) {
            for (auto topic : descriptions[i].claims) {
                bool all = topic.ends_with("/#");
                if (all) topic.remove_suffix(2);
                (all ? below : exact)[topic].push_back(i);
            }
            if (!descriptions[i].device.empty()) was.emplace(descriptions[i].device, i);
        }
        for (std::size_t s = 0; s < sources.size(); ++s) {
            if (apart(s)) continue;
            settled[s] = claimed_by(s, [&](auto topic) { return lookup(exact, topic); });
            if (!settled[s] && !below.empty())
                settled[s] = claimed_by(s, [&](auto topic) { return above(below, topic); });
            auto before = was.find(sources[s].device);
            if (settled[s] || before == was.end()) continue;
            nodes.join(node(s), before->second);
            settled[s] = true;
        }
    }
    using Claims = std::unordered_map<std::string_view, std::vector<std::size_t>>;
    static const std::vector<std::size_t>* lookup(const Claims& claims, std::string_view topic) {
        auto found = claims.find(topic);
        return found == claims.end() ? nullptr : &found->second;
    }
    static const std::vector<std::size_t>* above(const Claims& claims, std::string_view topic) {
        const std::vector<std::size_t>* found = nullptr;
        each_above(topic, [&](std::string_view prefix) {
            found = lookup(claims, prefix);
            return found == nullptr;
        });
        return found;
    }
    bool claimed_by(std::size_t s, const auto& claim_of) {
        std::size_t best = descriptions.size();
        bool claimed = false;
        for (auto topic : sources[s].topics) {
            const auto* claims = claim_of(topic);
            if (!claims) continue;
            claimed = true;
            for (auto i : *claims) {
                if (descriptions[i].identifiers->empty())
                    nodes.join(node(s), i);
                else if (better(s, i, best))
                    best = i;
            }
        }
        if (best < descriptions.size()) nodes.join(node(s), best);
        return claimed;
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

    // What was heard on a topic that says online or offline belongs to the one device of which a
    // description names that topic, beside topics of the device itself: a bridge's is named by all
    // of its devices, or by its only one, and is its own.
    void by_availability() {
        Meeting named;
        for (std::size_t i = 0; i < descriptions.size(); ++i) {
            auto topic = descriptions[i].availability, prefix = above_of(topic);
            const auto& claims = descriptions[i].claims;
            bool own = std::any_of(claims.begin(), claims.end(), [&](auto claim) {
                return claim.starts_with(prefix) &&
                       (claim.size() == prefix.size() || claim[prefix.size()] == '/');
            });
            if (own && !prefix.empty()) see(named, topic, nodes.root(i));
        }
        join_those_that_met(
            named, [](auto topic) { return topic; },
            [&](std::size_t s) {
                const auto& topics = sources[s].topics;
                return std::all_of(topics.begin(), topics.end(),
                                   [&](auto topic) { return named.contains(topic); });
            });
    }

    // <prefix>/status and nothing else, and one device that speaks below <prefix>.
    void by_status() {
        Meeting prefixes;
        for (std::size_t s = 0; s < sources.size(); ++s)
            if (!apart(s) && only_status(s))
                for (auto topic : sources[s].topics) prefixes.try_emplace(above_of(topic));
        if (prefixes.empty()) return;
        auto heard = [&](std::string_view topic, std::size_t node) {
            each_above(topic, [&](std::string_view prefix) {
                if (prefixes.contains(prefix)) see(prefixes, prefix, nodes.root(node));
                return true;
            });
        };
        for (std::size_t s = 0; s < sources.size(); ++s)
            if (!apart(s) && !only_status(s))
                for (auto topic : sources[s].topics) heard(topic, node(s));
        for (std::size_t i = 0; i < descriptions.size(); ++i)
            for (auto topic : descriptions[i].claims) heard(topic, i);
        join_those_that_met(prefixes, above_of, [&](std::size_t s) { return only_status(s); });
    }

    // By a text, the one group that has to do with it.
    struct Group {
        std::size_t root = 0;
        bool any = false, many = false;
    };
    using Meeting = std::unordered_map<std::string_view, Group>;
    static void see(Meeting& meeting, std::string_view text, std::size_t root) {
        auto& group = meeting[text];
        group.many = group.many || (group.any && group.root != root);
        group.root = root;
        group.any = true;
    }
    void join_those_that_met(const Meeting& meeting, const auto& text_of, const auto& fits) {
        std::vector<std::pair<std::size_t, std::size_t>> found; // joined when all are known
        for (std::size_t s = 0; s < sources.size(); ++s) {
            if (apart(s) || settled[s] || !fits(s)) continue;
            for (auto topic : sources[s].topics) {
                auto group = meeting.find(text_of(topic));
                if (group != meeting.end() && group->second.any && !group->second.many)
                    found.emplace_back(node(s), group->second.root);
            }
        }
        for (auto [a, b] : found) nodes.join(a, b);
    }
    bool only_status(std::size_t s) const {
        const auto& topics = sources[s].topics;
        return !topics.empty() && std::all_of(topics.begin(), topics.end(), says_available);
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
    joiner.by_availability();
    joiner.by_status();
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
