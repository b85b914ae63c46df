#include "gateways/lease.h"

#include <algorithm>
#include <utility>

namespace caredian::gateways {

namespace {

constexpr int asks = 5; // in a term

MonoTime::duration mono(nanoseconds t) {
    return std::chrono::duration_cast<MonoTime::duration>(t);
}

} // namespace

std::string_view gateway_of(std::string_view holder) {
    return holder.substr(0, holder.find('/'));
}

Lease::Lease(const std::string& name, const std::string& instance, nanoseconds term)
    : own_(name + '/' + instance), name_(name), term_(term) {}

bool Lease::may_take(MonoTime now) const {
    if (row_.holder.empty()) return true;
    if (gateway_of(row_.holder) == name_) return true; // an earlier start of this gateway
    return now - seen_since_ >= mono(term_);
}

std::optional<Lease::Ask> Lease::ask(MonoTime now) {
    if (asked_ || now < next_) return std::nullopt;
    Ask ask{row_, std::nullopt};
    const auto beat = row_.beat + 1 + lost_;
    if (known_ && (leaving_ || now < rest_until_)) {
        if (row_.holder == own_)
            ask.to = LeaseRow{{}, row_.fence, beat};
        else if (leaving_)
            return std::nullopt;
    } else if (known_ && mine_) {
        ask.to = LeaseRow{own_, row_.fence, beat};
    } else if (known_ && may_take(now)) {
        ask.to = LeaseRow{own_, row_.fence + 1, beat};
    }
    asked_ = true;
    asked_at_ = now;
    writing_ = ask.to;
    return ask;
}

void Lease::answer(MonoTime now, const std::optional<LeaseRow>& row) {
    asked_ = false;
    const auto wrote = std::exchange(writing_, std::nullopt);
    schedule(now);
    // A term that has begun goes on to its end: it counts from an answer that was there.
    if (!row) {
        if (wrote) ++lost_;
        return;
    }
    lost_ = 0;
    if (!known_ || *row != row_) seen_since_ = now;
    known_ = true;
    row_ = *row;
    const bool wanted = !leaving_ && now >= rest_until_;
    if (wrote && *wrote == row_ && row_.holder == own_) {
        mine_ = true;
        if (wanted) held_until_ = asked_at_ + mono(term_ - term_ / asks);
        return;
    }
    // Ours as well when an answer was lost that said so: the beat is another, the fence is not.
    if (row_.holder == own_ && mine_) {
        next_ = now;
        return;
    }
    mine_ = false;
    held_until_ = {};
    if (row_.holder.empty() && wanted) next_ = now; // nobody has it: at once
}

// Again a fifth of a term later, and at the very moment at which the row has stood long enough.
void Lease::schedule(MonoTime now) {
    next_ = now + mono(term_ / asks);
    if (known_ && !mine_ && now < seen_since_ + mono(term_))
        next_ = std::min(next_, seen_since_ + mono(term_));
}

std::optional<std::int64_t> Lease::held(MonoTime now) const {
    if (leaving_ || now < rest_until_ || !mine_ || now >= held_until_) return std::nullopt;
    return row_.fence;
}

void Lease::rest(MonoTime until) {
    rest_until_ = until;
    held_until_ = {};
    next_ = {};
}

void Lease::leave() {
    leaving_ = true;
    next_ = {};
}

} // namespace caredian::gateways
