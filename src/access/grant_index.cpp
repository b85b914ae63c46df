#include "access/grant_index.h"

#include "access/policy_impl.h"

#include <algorithm>

namespace caredian::access {

namespace {

bool has_beginnings(const std::vector<Pattern>& patterns) {
    return !patterns.empty() &&
           std::none_of(patterns.begin(), patterns.end(),
                        [](const Pattern& p) { return p.beginning().empty(); });
}

} // namespace

void GrantIndex::build(const std::vector<std::uint32_t>& grants,
                       const std::vector<CompiledGrant>& all) {
    for (auto index : grants) {
        if (std::find(grants_.begin(), grants_.end(), index) != grants_.end()) continue;
        grants_.push_back(index);
        if (!file(all[index], index)) anywhere_.push_back(index);
    }
    std::sort(entries_.begin(), entries_.end());
    for (auto& lengths : lengths_) {
        std::sort(lengths.begin(), lengths.end());
        lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
    }
}

// By one kind of things is enough: all kinds that a grant names must fit.
bool GrantIndex::file(const CompiledGrant& grant, std::uint32_t index) {
    for (auto [kind, patterns] :
         {std::pair(entities, &grant.entities), std::pair(devices, &grant.devices),
          std::pair(services, &grant.services)}) {
        if (!has_beginnings(*patterns)) continue;
        for (const auto& pattern : *patterns) add(kind, pattern.beginning(), index);
        return true;
    }
    if (!grant.areas.empty()) {
        if (std::any_of(grant.areas.begin(), grant.areas.end(),
                        [](const CompiledGrant::Area& a) { return a.name == "*"; }))
            return false;
        for (const auto& area : grant.areas) {
            add(areas, area.name, index);
            if (!area.id.empty() && area.id != area.name) add(areas, area.id, index);
        }
        return true;
    }
    if (grant.paths.empty() || std::any_of(grant.paths.begin(), grant.paths.end(),
                                           [](const PathRule& r) { return r.prefix.empty(); }))
        return false;
    for (const auto& rule : grant.paths) add(paths, rule.prefix, index);
    return true;
}

void GrantIndex::add(Kind kind, std::string_view beginning, std::uint32_t grant) {
    std::uint64_t hash = begin_of(kind);
    for (char c : beginning) hash = step(hash, c);
    entries_.push_back({hash, grant});
    lengths_[kind].push_back(beginning.size());
}

const GrantIndex::Entry* GrantIndex::first(std::uint64_t key) const {
    return std::lower_bound(entries_.data(), entries_.data() + entries_.size(), Entry{key, 0});
}

} // namespace caredian::access
