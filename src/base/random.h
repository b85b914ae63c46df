// Randomness as an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>

namespace caredian {

class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;
    std::uint64_t next_u64();
    double next_unit(); // [0, 1)
    // `bytes` random bytes as base64url without padding; as lower-case hex.
    std::string token(std::size_t bytes);
    std::string hex(std::size_t bytes);
};

// libsodium's generator: fit for secrets. Any thread.
class SystemRandom final : public Random {
public:
    SystemRandom(); // throws when libsodium cannot start
    void fill(std::span<std::byte> out) override;
};

// The same bytes for the same seed: tests and the demo home only. One thread at a time.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
    void fill(std::span<std::byte> out) override;

private:
    std::mt19937_64 engine_;
};

} // namespace caredian
