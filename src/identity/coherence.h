// What a worker may believe of the sessions that it remembers: the rules of
// docs/architecture.md §5 as a step function. Times are monotonic, in ns; one thread.
//
// While an epoch lasts, whoever keeps the sessions tells of every end; a stamp says in which epoch
// an entry was confirmed. With a store that tells nothing there is one epoch for ever.
#pragma once

#include <cstdint>
#include <deque>

namespace caredian::identity {

class Coherence {
public:
    static constexpr std::int64_t ask_again_ns = 1'000'000'000;

    explicit Coherence(std::int64_t grace_ns) : grace_ns_(grace_ns) {}

    // --- epochs
    void began();
    void ended(std::int64_t now_ns);
    bool lasting() const { return lasting_; }
    // For entries that are confirmed now. No entry has the number that stands while none lasts.
    std::uint64_t epoch() const { return number_; }
    // May an entry be used although the store doesn't answer? Until the grace after its epoch's
    // end; while its epoch lasts, always.
    bool honoured(std::uint64_t stamp, std::int64_t now_ns) const;

    // --- questions
    // False: the store is known to be away and was asked less than a second ago. True counts as
    // asked.
    bool may_ask(std::int64_t now_ns);
    void answered() { away_ = false; }
    void silent() { away_ = true; }
    bool away() const { return away_; }

private:
    struct End {
        std::uint64_t number;
        std::int64_t at_ns;
    };
    std::int64_t grace_ns_;
    std::uint64_t number_ = 1;
    bool lasting_ = false;
    bool away_ = false;
    std::int64_t asked_ns_ = 0;
    std::deque<End> ends_; // within the grace; bounded
};

} // namespace caredian::identity
