#include "identity/session_cache.h"

#include <cstring>
#include <sodium.h>

namespace caredian::identity {

struct SessionCache::Node {
    std::uint64_t hash = 0;
    Entry entry;
    std::int64_t front_ns = 0; // when it was put in front
    std::uint32_t previous = none;
    std::uint32_t next = none;
    std::uint16_t length = 0;
    std::array<char, max_token> token{};
};

namespace {

// The signature of our tokens, the secret of our keys: 43 characters.
constexpr std::size_t hashed_tail = 43;
constexpr std::size_t first_index = 64;
constexpr std::int64_t order_ns = 60'000'000'000;

std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 32);
}

// Words at a time; the same work wherever the first difference is.
bool same(const char* a, const char* b, std::size_t n) {
    std::uint64_t difference = 0;
    for (; n >= 8; n -= 8, a += 8, b += 8) {
        std::uint64_t x = 0;
        std::uint64_t y = 0;
        std::memcpy(&x, a, 8);
        std::memcpy(&y, b, 8);
        difference |= x ^ y;
    }
    for (; n > 0; --n, ++a, ++b) difference |= static_cast<std::uint64_t>(*a ^ *b) & 0xff;
    return difference == 0;
}

} // namespace

SessionCache::SessionCache(std::size_t capacity, Random& random)
    : capacity_(capacity ? capacity : 1), index_(first_index) {
    random.fill(std::as_writable_bytes(std::span(key_)));
}

SessionCache::~SessionCache() = default;

std::size_t SessionCache::node_bytes() {
    return sizeof(Node);
}

std::uint64_t SessionCache::hash(std::string_view token) const {
    if (token.size() > hashed_tail) token.remove_prefix(token.size() - hashed_tail);
    std::uint64_t out = 0;
    crypto_shorthash(reinterpret_cast<unsigned char*>(&out),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                     key_.data());
    return out;
}

std::uint32_t SessionCache::lookup(std::string_view token, std::uint64_t h) const {
    const std::size_t mask = index_.size() - 1;
    for (std::size_t slot = h & mask;; slot = (slot + 1) & mask) {
        const auto [n, tag] = index_[slot];
        if (n == none) return none;
        if (tag != tag_of(h)) continue;
        const Node& node = *nodes_[n];
        if (node.hash == h && node.length == token.size() &&
            same(node.token.data(), token.data(), token.size()))
            return n;
    }
}

SessionCache::Entry* SessionCache::find(std::string_view token, std::int64_t now_ns,
                                        std::int64_t idle_ns) {
    Entry* entry = find_unconfirmed(token, now_ns, idle_ns);
    if (!entry || now_ns >= entry->confirm_ns) return nullptr;
    if (entry->stamp != no_epoch && entry->stamp != epoch_) return nullptr;
    entry->last_used_ns = now_ns;
    return entry;
}

SessionCache::Entry* SessionCache::find_unconfirmed(std::string_view token, std::int64_t now_ns,
                                                    std::int64_t idle_ns) {
    if (token.size() > max_token) return nullptr;
    std::uint32_t n = lookup(token, hash(token));
    if (n == none) return nullptr;
    Node& node = *nodes_[n];
    Entry& entry = node.entry;
    if (now_ns >= entry.expires_ns || now_ns - entry.last_used_ns >= idle_ns)
        return nullptr; // stays until the store has answered: put() or end()
    if (n != head_ && now_ns - node.front_ns >= order_ns) {
        unlink(n);
        link_front(n);
        node.front_ns = now_ns;
    }
    return &entry;
}

void SessionCache::put(std::string_view token, Entry entry) {
    if (token.empty() || token.size() > max_token) return;
    std::uint64_t h = hash(token);
    std::uint32_t n = lookup(token, h);
    if (n != none) {
        forget_session(n);
        nodes_[n]->entry = std::move(entry);
        by_session_.emplace(nodes_[n]->entry.principal->session, n);
        return;
    }
    if (size_ == capacity_) remove(tail_);
    if (2 * (size_ + 1) > index_.size()) grow_index();
    if (free_.empty()) {
        nodes_.push_back(std::make_unique<Node>());
        free_.push_back(static_cast<std::uint32_t>(nodes_.size() - 1));
    }
    n = free_.back();
    free_.pop_back();
    Node& node = *nodes_[n];
    node.hash = h;
    node.entry = std::move(entry);
    node.front_ns = node.entry.last_used_ns;
    node.length = static_cast<std::uint16_t>(token.size());
    std::memcpy(node.token.data(), token.data(), token.size());
    by_session_.emplace(node.entry.principal->session, n);
    place(n);
    link_front(n);
    ++size_;
}

void SessionCache::forget(std::string_view token) {
    if (token.size() > max_token) return;
    std::uint32_t n = lookup(token, hash(token));
    if (n != none) remove(n);
}

bool SessionCache::holds(std::string_view token) const {
    return token.size() <= max_token && lookup(token, hash(token)) != none;
}

void SessionCache::forget_session(std::uint32_t n) {
    auto [at, last] = by_session_.equal_range(nodes_[n]->entry.principal->session);
    for (; at != last; ++at) {
        if (at->second != n) continue;
        by_session_.erase(at);
        return;
    }
}

bool SessionCache::end(std::string_view session) {
    bool found = false;
    for (auto at = by_session_.find(session); at != by_session_.end();
         at = by_session_.find(session)) {
        remove(at->second);
        found = true;
    }
    return found;
}

std::vector<std::string> SessionCache::end_account(std::string_view account) {
    std::vector<std::string> ended;
    // Seldom: not worth an index.
    for (std::uint32_t n = head_; n != none;) {
        std::uint32_t next = nodes_[n]->next;
        const Principal& who = *nodes_[n]->entry.principal;
        if (who.account == account) {
            ended.push_back(who.session);
            remove(n);
        }
        n = next;
    }
    return ended;
}

void SessionCache::place(std::uint32_t n) {
    const std::size_t mask = index_.size() - 1;
    std::size_t slot = nodes_[n]->hash & mask;
    while (index_[slot].node != none) slot = (slot + 1) & mask;
    index_[slot] = {n, tag_of(nodes_[n]->hash)};
}

void SessionCache::grow_index() {
    index_.assign(index_.size() * 2, Slot{});
    for (std::uint32_t n = head_; n != none; n = nodes_[n]->next) place(n);
}

void SessionCache::remove(std::uint32_t n) {
    const std::size_t mask = index_.size() - 1;
    std::size_t hole = nodes_[n]->hash & mask;
    while (index_[hole].node != n) hole = (hole + 1) & mask;
    // Backward shift: what probed past the hole moves into it (Knuth 6.4, algorithm R).
    for (std::size_t slot = (hole + 1) & mask; index_[slot].node != none;
         slot = (slot + 1) & mask) {
        std::size_t home = nodes_[index_[slot].node]->hash & mask;
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            index_[hole] = index_[slot];
            hole = slot;
        }
    }
    index_[hole] = {};
    unlink(n);
    forget_session(n);
    Node& node = *nodes_[n];
    node.entry = Entry{};
    sodium_memzero(node.token.data(), node.length);
    node.length = 0;
    free_.push_back(n);
    --size_;
}

void SessionCache::unlink(std::uint32_t n) {
    Node& node = *nodes_[n];
    (node.previous == none ? head_ : nodes_[node.previous]->next) = node.next;
    (node.next == none ? tail_ : nodes_[node.next]->previous) = node.previous;
    node.previous = node.next = none;
}

void SessionCache::link_front(std::uint32_t n) {
    Node& node = *nodes_[n];
    node.next = head_;
    if (head_ != none) nodes_[head_]->previous = n;
    head_ = n;
    if (tail_ == none) tail_ = n;
}

} // namespace caredian::identity
