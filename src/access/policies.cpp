#include "access/policies.h"

namespace caredian::access {

void Policies::start(std::size_t workers, Post post) {
    std::lock_guard lock(mutex_);
    slots_ = std::vector<Slot>(workers);
    for (auto& slot : slots_) slot.policy = now_;
    post_ = std::move(post);
}

void Policies::publish(PolicyPtr policy) {
    std::lock_guard lock(mutex_); // also so that two of them reach each worker in one order
    now_ = std::move(policy);
    if (!post_) return;
    for (std::size_t i = 0; i < slots_.size(); ++i)
        post_(i, [this, i, policy = now_] { slots_[i].policy = policy; });
}

PolicyPtr Policies::now() const {
    std::lock_guard lock(mutex_);
    return now_;
}

} // namespace caredian::access
