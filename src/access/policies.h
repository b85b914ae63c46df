// The policy of now: one pointer for everybody, and a copy for each worker, so that nothing is
// locked or counted on the way of a request.
#pragma once

#include "access/policy.h"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace caredian::access {

class Policies {
public:
    // Runs a function on worker `index`'s thread, in the order of the calls.
    using Post = std::function<void(std::size_t index, std::function<void()> work)>;

    Policies() : now_(std::make_shared<Policy>()) {}
    // Before the workers' threads start.
    void start(std::size_t workers, Post post);

    // Any thread. Whoever is answered after this returned is judged by `policy`: what is posted to
    // a worker comes before the requests that it reads later.
    void publish(PolicyPtr policy);
    PolicyPtr now() const; // any thread
    // The worker's own, on its thread; valid until it goes back to its loop: copy it over a wait.
    const PolicyPtr& of(std::size_t worker) const { return slots_[worker].policy; }

private:
    struct alignas(64) Slot {
        PolicyPtr policy;
    };
    mutable std::mutex mutex_; // of now_ and post_
    PolicyPtr now_;
    Post post_;
    std::vector<Slot> slots_;
};

} // namespace caredian::access
