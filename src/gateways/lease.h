// Which of several gateways works for the home, decided without I/O.
//
// One row in the database that all share: holder, fence, beat. It is changed by compare-and-set
// alone, so of two who write at the same moment one wins. The holder raises the beat again and
// again; whoever has seen the same row for a whole term may take it, and raises the fence. Nobody
// compares wall clocks: each counts by its own monotonic clock, the holder from the moment at which
// it *asked*, a taker from the moment at which it *had read*, and the holder's term is shorter by a
// margin. So the holder stops before another may begin, whatever a clock says and however late an
// answer comes. What slips through all the same (a machine that stood still) is refused by its
// fence (lease_store.h).
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::gateways {

struct LeaseRow {
    std::string holder; // an instance of a gateway: "name/instance"; empty: nobody
    std::int64_t fence = 0;
    std::int64_t beat = 0;
    bool operator==(const LeaseRow&) const = default;
};

// "name" of "name/instance".
std::string_view gateway_of(std::string_view holder);

class Lease {
public:
    // `name` has no '/'. Another start of the same gateway is another `instance`: it takes over
    // from its earlier one at once, as that is gone.
    Lease(const std::string& name, const std::string& instance, nanoseconds term);

    // What to do at the database. Without `to`: read the row. Else: change it from `from` to `to`,
    // and read it when it is not `from`.
    struct Ask {
        LeaseRow from;
        std::optional<LeaseRow> to;
    };
    // None: it is not time yet, or an answer is awaited.
    std::optional<Ask> ask(MonoTime now);
    // The row as it is now; nullopt: the database did not answer (it may have done it or not).
    void answer(MonoTime now, const std::optional<LeaseRow>& row);

    // The fence, while this gateway holds the lease.
    std::optional<std::int64_t> held(MonoTime now) const;
    // Who holds it as far as is known; empty: nobody.
    const std::string& holder() const { return row_.holder; }
    std::int64_t fence() const { return row_.fence; }

    // Lets go until then, for another to take it. Alone, this gateway takes it again afterwards.
    void rest(MonoTime until);
    // Lets go: from now on it is not held; ask() says what to write, so that others need not wait.
    void leave();
    // Whether leave() has nothing more to write.
    bool left() const { return leaving_ && !asked_ && row_.holder != own_; }

private:
    bool may_take(MonoTime now) const;
    void schedule(MonoTime now);

    const std::string own_, name_;
    const nanoseconds term_;
    bool known_ = false, leaving_ = false;
    LeaseRow row_;          // as read or written last
    MonoTime seen_since_{}; // when row_ was first read as it is
    MonoTime held_until_{}; // the past: not held
    bool mine_ = false;     // row_ was written by this instance, and that is known
    bool asked_ = false;    // an answer is awaited
    std::optional<LeaseRow> writing_;
    // What was written without an answer since one came. Each such beat may stand in the row, so it
    // is not written again: what is read back would else look like a renewal of just now.
    std::int64_t lost_ = 0;
    MonoTime asked_at_{}, next_{};
    MonoTime rest_until_{}; // the past: it does not rest
};

} // namespace caredian::gateways
