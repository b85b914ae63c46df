// A worker's memory of the sessions and API keys it has seen: what makes the session check cheap.
//
// Belongs to one worker; nothing is locked, a hit allocates nothing. A token is found by a keyed
// hash (SipHash-2-4, key of this table's own) of its signature, then compared whole in constant
// time: who doesn't hold a token learns nothing from the time an answer takes.
#pragma once

#include "base/random.h"
#include "identity/principal.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::identity {

class SessionCache {
public:
    // Longer tokens are not kept. Ours are about 200 bytes.
    static constexpr std::size_t max_token = 232;

    static constexpr std::uint64_t no_epoch = 0; // only confirm_ns counts

    struct Entry {
        PrincipalPtr principal;
        std::int64_t expires_ns = 0;    // absolute limit
        std::int64_t last_used_ns = 0;  // by this worker's knowledge
        std::int64_t confirm_ns = 0;    // from then on the store is asked again
        std::int64_t touched_ns = 0;    // last use known to the store
        std::uint64_t stamp = no_epoch; // epoch in which it was confirmed (Coherence)
    };

    // At most `capacity` sessions; the least recently used goes (to the minute: a hit then writes
    // to no other entry). Memory grows with use.
    SessionCache(std::size_t capacity, Random& random);
    ~SessionCache();
    SessionCache(const SessionCache&) = delete;

    // The live entry of `token`, now the most recently used, its last_used_ns set to `now_ns`;
    // valid until the next call. nullptr: unknown, at a limit, or to be confirmed: ask the store.
    Entry* find(std::string_view token, std::int64_t now_ns, std::int64_t idle_ns);
    // The same for one that is to be confirmed, if the store cannot be asked.
    Entry* find_unconfirmed(std::string_view token, std::int64_t now_ns, std::int64_t idle_ns);
    // Entries with another stamp are to be confirmed.
    void set_epoch(std::uint64_t epoch) { epoch_ = epoch; }
    // Puts or replaces.
    void put(std::string_view token, Entry entry);
    bool end(std::string_view session);  // forgets it; false: was not there
    void forget(std::string_view token); // just this one
    std::vector<std::string> end_account(std::string_view account); // the sessions
    // Is there an entry of `token`, though it may have to be confirmed?
    bool holds(std::string_view token) const;
    std::size_t size() const { return size_; }
    static std::size_t node_bytes(); // without what hangs on the principal

private:
    struct Node;
    static constexpr std::uint32_t none = 0xffffffff;
    struct Slot {
        std::uint32_t node = none;
        std::uint32_t tag = 0; // of its hash: another's node need not be looked at
    };
    std::uint64_t hash(std::string_view token) const;
    std::uint32_t lookup(std::string_view token, std::uint64_t h) const;
    void unlink(std::uint32_t n);
    void link_front(std::uint32_t n);
    void remove(std::uint32_t n);
    void place(std::uint32_t n);
    void grow_index();

    void forget_session(std::uint32_t n);

    std::size_t capacity_;
    std::uint64_t epoch_ = 0;
    // Views of the entries' principals.
    std::unordered_multimap<std::string_view, std::uint32_t> by_session_;
    std::array<unsigned char, 16> key_{};
    std::vector<std::unique_ptr<Node>> nodes_;
    std::vector<std::uint32_t> free_;
    std::vector<Slot> index_; // open addressing, linear probing; a power of two
    std::uint32_t head_ = none;
    std::uint32_t tail_ = none;
    std::size_t size_ = 0;
};

} // namespace caredian::identity
