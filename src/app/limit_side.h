// Rate limits, built from the settings: the buckets, and their exchange through Redis.
#pragma once

#include "api/limit_plan.h"
#include "app/settings.h"
#include "base/clock.h"
#include "base/random.h"
#include "guard/rate_buckets.h"
#include "guard/rate_exchange.h"

#include <boost/asio/io_context.hpp>
#include <memory>

namespace caredian::app {

class LimitSide {
public:
    // `secret` signs sessions: gateways that share sessions have the same.
    LimitSide(const Settings& settings, const Secret& secret);

    // Names rules that mean no route, in the log.
    std::shared_ptr<const api::LimitPlan> plan(const Settings& settings,
                                               const net::http::Router& router);
    // With other gateways, on `context`'s thread; to be started. nullptr: no redis.url.
    std::unique_ptr<guard::RateExchange> exchange(boost::asio::io_context& context,
                                                  const Settings& settings, Random& random,
                                                  const Clock& clock);

private:
    const guard::RateKeys keys_;
    guard::RateBuckets buckets_;
};

} // namespace caredian::app
