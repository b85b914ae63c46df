#include "app/limit_side.h"

#include "app/people_side.h"
#include "base/log.h"

namespace caredian::app {

LimitSide::LimitSide(const Settings& settings, const Secret& secret)
    : keys_(secret.reveal()), buckets_(settings.redis.enabled()) {}

std::shared_ptr<const api::LimitPlan> LimitSide::plan(const Settings& settings,
                                                      const net::http::Router& router) {
    auto plan = std::make_shared<const api::LimitPlan>(settings.rate_limits, router.routes(), keys_,
                                                       buckets_);
    if (settings.rate_limits != guard::default_rate_rules())
        for (const auto& name : plan->idle())
            log::warning("limits", "a rate limit matches no route", {{"name", name}});
    return plan;
}

std::unique_ptr<guard::RateExchange> LimitSide::exchange(boost::asio::io_context& context,
                                                         const Settings& settings, Random& random,
                                                         const Clock& clock) {
    if (!settings.redis.enabled()) return nullptr;
    return std::make_unique<guard::RateExchange>(context, redis_options(settings), random, clock,
                                                 buckets_);
}

} // namespace caredian::app
