#include "guard/rate_exchange.h"

#include "base/encoding.h"
#include "base/log.h"
#include "net/redis/client.h"

#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <openssl/evp.h>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace caredian::guard {

namespace redis = net::redis;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds interval{100};
constexpr milliseconds patience{500};
constexpr std::size_t keys_of_a_round = 500;
constexpr std::string_view prefix = "caredian:limit:";

// For each key: adds what was spent (µs), to at most another burst, and tells what is owed.
constexpr std::string_view script = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local owed = {}
for i, key in ipairs(KEYS) do
  local spent, most = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local full = math.max(tonumber(redis.call('GET', key) or now), now) + spent
  full = math.min(full, now + most)
  redis.call('SET', key, string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
  owed[i] = full - now
end
return owed
)lua";

// Redis knows a script that has run by its SHA-1.
std::string sha1_of(std::string_view text) {
    std::array<char, 20> digest{};
    if (EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()),
                   nullptr, EVP_sha1(), nullptr) != 1)
        throw std::runtime_error("SHA-1 is not to be had");
    return hex_encode({digest.data(), digest.size()});
}

// It has not got the script (a restart, SCRIPT FLUSH), or this user may send whole ones only.
bool wants_it_whole(const redis::Reply& reply) {
    return reply.is_error() &&
           (reply.text.starts_with("NOSCRIPT") || reply.text.starts_with("NOPERM"));
}

std::string micros(nanoseconds time) {
    return std::to_string(std::chrono::duration_cast<microseconds>(time).count());
}

} // namespace

struct RateExchange::Impl : std::enable_shared_from_this<RateExchange::Impl> {
    Impl(boost::asio::io_context& context, const redis::Options& options, Random& random,
         const Clock& c, RateBuckets& b)
        : clock(c), buckets(b), timer(context), client(context, options, random, hooks()) {}

    redis::ClientHooks hooks() {
        redis::ClientHooks h;
        h.on_state = [this](bool up, const std::string& reason) {
            by_hash = true;
            if (!up) alone(reason);
        };
        return h;
    }

    void tick() {
        timer.expires_after(interval);
        timer.async_wait([self = shared_from_this()](error_code ec) {
            if (ec || self->stopped) return;
            self->round();
            self->tick();
        });
    }

    void round() {
        if (asking) return; // goes with the next one
        if (!client.up()) return buckets.forget_spent();
        spent.clear();
        buckets.collect(spent, keys_of_a_round);
        if (spent.empty()) return;
        arguments = {std::to_string(spent.size())};
        for (const auto& one : spent) arguments.push_back(std::string(prefix) + one.key.hex());
        for (const auto& one : spent) {
            arguments.push_back(micros(one.spent));
            arguments.push_back(micros(2 * one.full));
        }
        asking = true;
        ask(by_hash);
    }

    // By its hash first; whole where that is refused, which has added nothing.
    void ask(bool hashed) {
        std::vector<std::string_view> words{hashed ? "EVALSHA" : "EVAL", hashed ? hash : script};
        words.insert(words.end(), arguments.begin(), arguments.end());
        client.send(words, patience,
                    [self = shared_from_this(), hashed](result<redis::Reply> reply) {
                        if (self->stopped) return;
                        if (hashed && reply && wants_it_whole(*reply)) {
                            self->by_hash = reply->text.starts_with("NOSCRIPT");
                            return self->ask(false);
                        }
                        self->asking = false;
                        self->answered(reply);
                    });
    }

    void answered(const result<redis::Reply>& reply) {
        if (!reply) return alone(reply.error().message());
        if (reply->is_error()) return alone(reply->text.substr(0, 200));
        if (reply->items.size() != spent.size()) return alone("an answer that was not asked for");
        const MonoTime now = clock.mono();
        for (std::size_t i = 0; i < spent.size(); ++i) {
            // Bounded first: in nanoseconds a number out of nowhere would not fit.
            const auto most = std::chrono::duration_cast<microseconds>(2 * spent[i].full).count();
            const auto owed = std::clamp<std::int64_t>(reply->items[i].integer, 0, most);
            buckets.learn(spent[i].key, microseconds(owed), now);
        }
        ++rounds;
        if (std::exchange(is_alone, false))
            log::info("limits", "rate limits are shared through Redis again");
    }

    void alone(const std::string& reason) {
        if (std::exchange(is_alone, true)) return;
        log::warning("limits", "rate limits count for this gateway alone: Redis cannot be asked",
                     {{"reason", reason}});
    }

    const Clock& clock;
    RateBuckets& buckets;
    boost::asio::steady_timer timer;
    redis::Client client;
    const std::string hash = sha1_of(script);
    std::vector<RateBuckets::Spent> spent; // of the round that is under way
    std::vector<std::string> arguments;    // its question
    bool by_hash = true;                   // until it is seen that this user may not
    bool asking = false;
    bool is_alone = false;
    bool stopped = false;
    std::uint64_t rounds = 0;
};

RateExchange::RateExchange(boost::asio::io_context& context, const redis::Options& options,
                           Random& random, const Clock& clock, RateBuckets& buckets)
    : impl_(std::make_shared<Impl>(context, options, random, clock, buckets)) {}

RateExchange::~RateExchange() {
    stop();
}

void RateExchange::start() {
    impl_->client.start();
    impl_->tick();
}

void RateExchange::stop() {
    impl_->stopped = true;
    impl_->timer.cancel();
    impl_->client.stop();
}

bool RateExchange::up() const {
    return impl_->client.up();
}

std::uint64_t RateExchange::rounds() const {
    return impl_->rounds;
}

} // namespace caredian::guard
