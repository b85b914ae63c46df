#include "identity/coherence.h"

namespace caredian::identity {

namespace {

constexpr std::size_t max_ends = 1000; // of a connection that comes and goes all the time

} // namespace

void Coherence::began() {
    ++number_;
    lasting_ = true;
    away_ = false;
}

void Coherence::ended(std::int64_t now_ns) {
    if (!lasting_) return;
    lasting_ = false;
    while (!ends_.empty() && now_ns - ends_.front().at_ns >= grace_ns_) ends_.pop_front();
    if (ends_.size() == max_ends) ends_.pop_front();
    ends_.push_back({number_, now_ns});
    ++number_;
}

bool Coherence::honoured(std::uint64_t stamp, std::int64_t now_ns) const {
    if (lasting_ && stamp == number_) return true;
    for (const End& end : ends_)
        if (end.number == stamp) return now_ns - end.at_ns < grace_ns_;
    return false;
}

bool Coherence::may_ask(std::int64_t now_ns) {
    if (away_ && now_ns - asked_ns_ < ask_again_ns) return false;
    asked_ns_ = now_ns;
    return true;
}

} // namespace caredian::identity
