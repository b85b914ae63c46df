#include "history/codec/integers.h"

#include "history/codec/bits.h"

#include <algorithm>
#include <array>
#include <optional>

namespace caredian::history {
namespace {

// The first byte of a column: order * 4 + coding.
enum Coding : std::uint8_t { equal = 0, fixed = 1, rice = 2 };
constexpr unsigned kOrders = 3;
constexpr unsigned kMaxOnes = 24; // so many ones mean: the value follows in 64 bits

std::uint64_t bits(std::int64_t v) {
    return static_cast<std::uint64_t>(v);
}

// What a column of some order is made of: heads (as they are), a base, and residuals from it.
struct Plan {
    unsigned order = 0;
    Coding coding = equal;
    unsigned parameter = 0; // width or k
    std::uint64_t cost = 0; // bits of the residuals
    std::int64_t base = 0;
};

std::uint64_t rice_cost(std::span<const std::uint64_t> residuals, unsigned k) {
    std::uint64_t cost = 0;
    for (std::uint64_t z : residuals) {
        std::uint64_t quotient = z >> k;
        cost += quotient < kMaxOnes ? quotient + 1 + k : kMaxOnes + 64;
    }
    return cost;
}

// Differences of `values` in place: afterwards one value fewer.
void differentiate(std::vector<std::int64_t>& values) {
    for (std::size_t i = 0; i + 1 < values.size(); ++i)
        values[i] = static_cast<std::int64_t>(bits(values[i + 1]) - bits(values[i]));
    values.pop_back();
}

std::int64_t median(std::span<const std::int64_t> values, std::vector<std::int64_t>& scratch) {
    scratch.assign(values.begin(), values.end());
    auto middle = scratch.begin() + static_cast<std::ptrdiff_t>(scratch.size() / 2);
    std::nth_element(scratch.begin(), middle, scratch.end());
    return *middle;
}

// A value that stays is the common case: then the base 0 needs no median to be found.
std::int64_t base_of(std::span<const std::int64_t> values, unsigned order,
                     std::vector<std::int64_t>& scratch) {
    if (order > 0) {
        auto zeros = static_cast<std::size_t>(std::count(values.begin(), values.end(), 0));
        if (zeros * 4 > values.size()) return 0;
    }
    return median(values, scratch);
}

Plan plan_for(std::span<const std::int64_t> values, unsigned order,
              std::vector<std::int64_t>& scratch, std::vector<std::uint64_t>& residuals) {
    Plan plan{.order = order, .coding = equal, .parameter = 0, .cost = 0, .base = 0};
    residuals.clear();
    if (values.empty()) return plan;
    plan.base = base_of(values, order, scratch);
    std::uint64_t all = 0;
    double sum = 0;
    for (std::int64_t v : values) {
        residuals.push_back(zigzag(static_cast<std::int64_t>(bits(v) - bits(plan.base))));
        all |= residuals.back();
        sum += static_cast<double>(residuals.back());
    }
    if (all == 0) return plan;
    plan.coding = fixed;
    plan.parameter = static_cast<unsigned>(std::bit_width(all));
    plan.cost = plan.parameter * values.size();
    auto mean = sum / static_cast<double>(values.size());
    unsigned guess =
        mean < 1.0    ? 0
        : mean > 1e18 ? 60
                      : static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(mean))) - 1;
    // An outlier (a gap in the times) draws the mean up: the best k lies at or below the guess.
    for (unsigned k = guess + 1;; --k) {
        std::uint64_t cost = rice_cost(residuals, k);
        if (cost < plan.cost) {
            plan.coding = rice;
            plan.parameter = k;
            plan.cost = cost;
        } else if (k < guess && cost > plan.cost + plan.cost / 8) {
            break;
        }
        if (k == 0) break;
    }
    return plan;
}

void write_residuals(std::string& out, const Plan& plan, std::span<const std::uint64_t> residuals) {
    if (plan.coding == equal) return;
    out.push_back(static_cast<char>(plan.parameter));
    BitWriter writer(out);
    for (std::uint64_t z : residuals) {
        if (plan.coding == fixed) {
            writer.put(z, plan.parameter);
            continue;
        }
        std::uint64_t quotient = z >> plan.parameter;
        if (quotient < kMaxOnes) {
            auto ones = static_cast<unsigned>(quotient);
            writer.put(((std::uint64_t{1} << ones) - 1) << 1, ones + 1);
            writer.put(z, plan.parameter);
        } else {
            writer.put((std::uint64_t{1} << kMaxOnes) - 1, kMaxOnes);
            writer.put(z, 64);
        }
    }
    writer.finish();
}

bool read_residuals(ByteReader& in, Coding coding, std::size_t count, std::int64_t base,
                    std::vector<std::int64_t>& values) {
    if (coding == equal) {
        values.insert(values.end(), count, base);
        return in.empty() && !in.failed();
    }
    unsigned parameter = in.byte();
    if (in.failed() || parameter > (coding == fixed ? 64U : 63U)) return false;
    BitReader reader(in.rest());
    for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t z = 0;
        if (coding == fixed) {
            z = reader.get(parameter);
        } else if (unsigned ones = reader.ones(kMaxOnes); ones == kMaxOnes) {
            z = reader.get(64);
        } else {
            std::uint64_t low = reader.get(parameter);
            z = (std::uint64_t{ones} << parameter) | low;
        }
        if (reader.failed()) return false;
        values.push_back(static_cast<std::int64_t>(bits(base) + bits(unzigzag(z))));
    }
    return reader.finished();
}

// The inverse of differentiate: `values[from..]` are differences, `head` comes before them.
void integrate(std::vector<std::int64_t>& values, std::size_t from, std::int64_t head) {
    std::uint64_t sum = bits(head);
    for (std::size_t i = from; i < values.size(); ++i) {
        sum += bits(values[i]);
        values[i] = static_cast<std::int64_t>(sum);
    }
}

constexpr std::array<std::int64_t, 4> kUnits = {1, 1'000, 1'000'000, 1'000'000'000};

} // namespace

void pack_integers(std::string& out, std::span<const std::int64_t> values) {
    static thread_local std::vector<std::int64_t> differences;
    static thread_local std::vector<std::int64_t> scratch;
    static thread_local std::vector<std::uint64_t> residuals;
    static thread_local std::vector<std::uint64_t> best_residuals;
    std::array<std::int64_t, kOrders> heads{};
    std::array<std::int64_t, kOrders> best_heads{};
    std::optional<Plan> best;
    differences.assign(values.begin(), values.end());
    for (unsigned order = 0; order < kOrders; ++order) {
        Plan plan = plan_for(differences, order, scratch, residuals);
        // A head costs a varint: nine bytes at most, but then the orders differ by more than that.
        if (!best || plan.cost + std::uint64_t{16} * plan.order <
                         best->cost + std::uint64_t{16} * best->order) {
            best = plan;
            best_heads = heads;
            best_residuals.swap(residuals);
        }
        if (differences.size() < 2 || best->coding == equal) break;
        heads[order] = differences.front();
        differentiate(differences);
    }
    out.push_back(static_cast<char>(best->order * 4 + best->coding));
    for (unsigned i = 0; i < best->order; ++i) put_varint(out, zigzag(best_heads[i]));
    put_varint(out, zigzag(best->base));
    write_residuals(out, *best, best_residuals);
}

bool unpack_integers(std::string_view in, std::size_t count, std::vector<std::int64_t>& values) {
    values.clear();
    ByteReader reader(in);
    unsigned first = reader.byte();
    unsigned order = first / 4;
    unsigned coding = first % 4;
    if (reader.failed() || order >= kOrders || coding > rice || count < order) return false;
    std::array<std::int64_t, kOrders> heads{};
    for (unsigned i = 0; i < order; ++i) heads[i] = unzigzag(reader.varint());
    std::int64_t base = unzigzag(reader.varint());
    if (reader.failed()) return false;
    values.resize(order); // places for the heads
    if (!read_residuals(reader, static_cast<Coding>(coding), count - order, base, values))
        return false;
    for (unsigned i = order; i-- > 0;) {
        values[i] = heads[i];
        integrate(values, i + 1, heads[i]);
    }
    return true;
}

void pack_times(std::string& out, std::span<const std::int64_t> times) {
    unsigned unit = kUnits.size() - 1;
    for (std::int64_t t : times)
        while (t % kUnits[unit] != 0) --unit;
    out.push_back(static_cast<char>(unit));
    if (unit == 0) return pack_integers(out, times);
    static thread_local std::vector<std::int64_t> scaled;
    scaled.clear();
    for (std::int64_t t : times) scaled.push_back(t / kUnits[unit]);
    pack_integers(out, scaled);
}

bool unpack_times(std::string_view in, std::size_t count, std::vector<std::int64_t>& times) {
    if (in.empty()) return false;
    auto unit = static_cast<std::uint8_t>(in.front());
    if (unit >= kUnits.size() || !unpack_integers(in.substr(1), count, times)) return false;
    if (unit == 0) return true;
    for (std::int64_t& t : times)
        if (__builtin_mul_overflow(t, kUnits[unit], &t)) return false;
    return true;
}

} // namespace caredian::history
