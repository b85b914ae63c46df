// Which of many grants are worth a look for one resource: by the beginnings of the words they name.
// What it gives may fit; what it does not give cannot.
#pragma once

#include "access/resource.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace caredian::access {

struct CompiledGrant;

class GrantIndex {
public:
    // `grants` of `all`; indexes, each once.
    void build(const std::vector<std::uint32_t>& grants, const std::vector<CompiledGrant>& all);
    const std::vector<std::uint32_t>& grants() const { return grants_; }

    // Calls use(index) for the grants that may fit, some of them twice, until it says true.
    // Without allocation.
    template <class Use>
    bool find(const Resource& what, Use use) const {
        for (auto grant : anywhere_)
            if (use(grant)) return true;
        return walk(paths, what.path, {}, use) || walk(entities, what.entity, {}, use) ||
               (what.entity.empty() && walk(entities, what.domain, ".", use)) ||
               walk(devices, what.device, {}, use) || walk(services, what.service, {}, use) ||
               walk(areas, what.area, {}, use) || walk(areas, what.area_id, {}, use);
    }

private:
    enum Kind : std::uint8_t { entities, devices, services, areas, paths };
    static constexpr std::size_t kinds = 5;
    struct Entry {
        std::uint64_t key = 0;
        std::uint32_t grant = 0;
        bool operator<(const Entry& other) const {
            return key != other.key ? key < other.key : grant < other.grant;
        }
    };

    // FNV-1a, of ASCII in lower case.
    static constexpr std::uint64_t begin_of(Kind kind) {
        return (14695981039346656037ULL ^ kind) * 1099511628211ULL;
    }
    static std::uint64_t step(std::uint64_t hash, char c) {
        auto byte = static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        return (hash ^ byte) * 1099511628211ULL;
    }
    void add(Kind kind, std::string_view beginning, std::uint32_t grant);
    const Entry* first(std::uint64_t key) const; // at or after it
    bool file(const CompiledGrant& grant, std::uint32_t index);

    // Every beginning of `word` (and then `more`) that has a length of this kind.
    template <class Use>
    bool walk(Kind kind, std::string_view word, std::string_view more, Use& use) const {
        if (word.empty() || lengths_[kind].empty()) return false;
        std::uint64_t hash = begin_of(kind);
        std::size_t at = 0;
        for (std::size_t length : lengths_[kind]) {
            if (length > word.size() + more.size()) return false;
            for (; at < length; ++at)
                hash = step(hash, at < word.size() ? word[at] : more[at - word.size()]);
            const Entry* end = entries_.data() + entries_.size();
            for (const Entry* e = first(hash); e != end && e->key == hash; ++e)
                if (use(e->grant)) return true;
        }
        return false;
    }

    std::vector<std::uint32_t> grants_;
    std::vector<std::uint32_t> anywhere_;                 // name nothing that begins with anything
    std::vector<Entry> entries_;                          // by key
    std::array<std::vector<std::size_t>, kinds> lengths_; // of beginnings, ascending
};

} // namespace caredian::access
