#include "history/keeper.h"

#include "base/log.h"

#include <algorithm>
#include <utility>

namespace caredian::history {
namespace {

constexpr std::chrono::hours kExpiry{1};
constexpr std::chrono::seconds kCheckpoint{2};
constexpr std::chrono::seconds kPause{10}; // after a failure
// Points this late are the rule, not the exception: saved by then, and rolled up with the others.
constexpr std::int64_t kSettled = kHour;

} // namespace

result<std::unique_ptr<Keeper>> Keeper::open(State& state) {
    std::lock_guard writer(state.writing);
    auto store = MaintenanceStore::open(state.options.path);
    if (!store) return store.error();
    return std::unique_ptr<Keeper>(new Keeper(state, std::move(*store)));
}

void Keeper::begin_round() {
    at_ = 0;
    under_way_ = true;
    first_ = INT64_MAX;
    first_before_ = state_.first;
    retention_ = state_.retention();
    expiring_ = state_.clock.mono() >= next_expiry_;
    if (expiring_) next_expiry_ = state_.clock.mono() + kExpiry;
    std::int64_t settled = 0;
    if (__builtin_sub_overflow(to_ns(state_.clock.wall()), kSettled, &settled)) return;
    std::lock_guard lock(state_.mutex);
    state_.rollable = std::max(state_.rollable, floor_to(settled, kHour));
}

bool Keeper::work(std::chrono::milliseconds budget) {
    MonoTime now = state_.clock.mono();
    if (now < pause_until_) return false;
    if (!under_way_) begin_round();
    MonoTime end = now + budget;
    do {
        if (at_ >= state_.directory.size()) {
            end_round();
            break;
        }
        bool more = visit(state_.directory.at(at_));
        if (state_.clock.mono() < pause_until_) return false;
        if (!more) ++at_;
    } while (state_.clock.mono() < end);
    if (now >= next_checkpoint_) {
        next_checkpoint_ = now + kCheckpoint;
        store_.checkpoint();
    }
    return under_way_;
}

void Keeper::end_round() {
    under_way_ = false;
    if (!expiring_) return;
    std::lock_guard lock(state_.mutex);
    std::int64_t now = state_.first;
    state_.first = now == first_before_ ? first_ : std::min(now, first_); // points came meanwhile
}

bool Keeper::visit(Series& series) {
    auto step = [this](const result<bool>& done) {
        if (!done) failed(done.error());
        return done && *done;
    };
    if (step(roll_up(series))) return true;
    if (state_.clock.mono() < pause_until_) return false;
    if (!expiring_) return false;
    if (step(fold(series))) return true;
    if (step(expire(series))) return true;
    return false;
}

void Keeper::failed(const error_code& why) {
    if (!std::exchange(warned_, true))
        log::warning("history", "maintenance of the history is put off",
                     {{"reason", why.message()}, {"detail", store_.blocks().last_message()}});
    pause_until_ = state_.clock.mono() + kPause;
}

} // namespace caredian::history
