// What several gateways have let through, brought together in Redis every 100 ms: each adds what
// it let through itself, and is told in the same answer what all have. No request waits for it.
//
// In Redis a bucket is one key, `caredian:limit:` and a hash: the time (µs, of Redis's clock) at
// which it is full again. It ends by itself then.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "guard/rate_buckets.h"
#include "net/redis/options.h"

#include <boost/asio/io_context.hpp>
#include <memory>

namespace caredian::guard {

// Belongs to the io_context's thread. While Redis cannot be asked the buckets count by themselves,
// nothing is kept for later, and the log says so once.
class RateExchange {
public:
    // All must outlive it; `buckets` are shared ones.
    RateExchange(boost::asio::io_context& context, const net::redis::Options& options,
                 Random& random, const Clock& clock, RateBuckets& buckets);
    ~RateExchange();
    void start();
    void stop();
    bool up() const;              // is there a Redis?
    std::uint64_t rounds() const; // that were answered

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

} // namespace caredian::guard
