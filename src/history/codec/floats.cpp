#include "history/codec/floats.h"

#include "history/codec/bits.h"
#include "history/codec/integers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <optional>

namespace caredian::history {
namespace {

// First byte: the power of ten (0 to 15) or kXor.
constexpr std::uint8_t kXor = 0x40;
constexpr std::size_t kPowers = 16;
constexpr std::array<double, kPowers> kPower = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr double kLimit = 9007199254740992.0; // 2^53: integers below are exact

// The integer m with m / 10^power == value to the last bit. A quotient of two exact doubles is
// rounded correctly, so every decimal of at most 15 digits has one.
std::optional<std::int64_t> scaled(std::int64_t value_bits, unsigned power) {
    auto value = std::bit_cast<double>(value_bits);
    double product = value * kPower[power];
    if (!(std::fabs(product) < kLimit)) return std::nullopt; // NaN as well
    auto m = static_cast<std::int64_t>(product + (product < 0 ? -0.5 : 0.5));
    double back = static_cast<double>(m) / kPower[power];
    if (std::bit_cast<std::int64_t>(back) != value_bits) return std::nullopt;
    return m;
}

// The smallest power that fits all values but one in sixteen; nullopt when there is none.
std::optional<unsigned> common_power(std::span<const std::int64_t> values) {
    std::array<std::size_t, kPowers> need{};
    std::size_t allowed = values.size() / 16;
    std::size_t misfits = 0;
    for (std::int64_t v : values) {
        unsigned power = 0;
        while (power < kPowers && !scaled(v, power)) ++power;
        if (power < kPowers)
            ++need[power];
        else if (++misfits > allowed)
            return std::nullopt;
    }
    std::size_t beyond = misfits;
    for (unsigned power = kPowers; power-- > 0;) {
        beyond += need[power];
        if (beyond > allowed) return power;
    }
    return 0;
}

void pack_decimals(std::string& out, std::span<const std::int64_t> values, unsigned power) {
    thread_local std::vector<std::int64_t> integers;
    std::string odd; // of values that don't fit: index, bits
    std::uint64_t odd_count = 0;
    integers.clear();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (auto m = scaled(values[i], power)) {
            integers.push_back(*m);
            continue;
        }
        integers.push_back(integers.empty() ? 0 : integers.back());
        put_varint(odd, i);
        for (unsigned shift = 0; shift < 64; shift += 8)
            odd.push_back(static_cast<char>(static_cast<std::uint64_t>(values[i]) >> shift));
        ++odd_count;
    }
    out.push_back(static_cast<char>(power));
    put_varint(out, odd_count);
    out += odd;
    pack_integers(out, integers);
}

// Gorilla's three cases: "0" same bits; "10" inside the window of the value before; "11" five bits
// of leading zeros, six of length - 1, then the bits.
void pack_xor(std::string& out, std::span<const std::int64_t> values) {
    out.push_back(static_cast<char>(kXor));
    BitWriter writer(out);
    std::uint64_t before = 0;
    unsigned leading = 0;
    unsigned length = 0; // 0: no window yet
    for (std::int64_t v : values) {
        std::uint64_t x = static_cast<std::uint64_t>(v) ^ before;
        before = static_cast<std::uint64_t>(v);
        if (x == 0) {
            writer.put(0, 1);
            continue;
        }
        auto lead = std::min(31U, static_cast<unsigned>(std::countl_zero(x)));
        auto trail = static_cast<unsigned>(std::countr_zero(x));
        if (length > 0 && lead >= leading && trail >= 64 - leading - length) {
            writer.put(0b10, 2);
        } else {
            leading = lead;
            length = 64 - lead - trail;
            writer.put(0b11, 2);
            writer.put(leading, 5);
            writer.put(length - 1, 6);
        }
        writer.put(x >> (64 - leading - length), length);
    }
    writer.finish();
}

bool unpack_decimals(ByteReader& in, unsigned power, std::size_t count,
                     std::vector<std::int64_t>& values) {
    std::array<std::pair<std::size_t, std::int64_t>, 256> odd;
    std::uint64_t odd_count = in.varint();
    if (odd_count > count || odd_count > odd.size()) return false;
    for (std::size_t i = 0; i < odd_count; ++i) {
        std::uint64_t index = in.varint();
        auto eight = in.bytes(8);
        if (in.failed() || index >= count) return false;
        std::uint64_t value = 0;
        for (unsigned k = 8; k-- > 0;) value = (value << 8) | static_cast<std::uint8_t>(eight[k]);
        odd[i] = {static_cast<std::size_t>(index), static_cast<std::int64_t>(value)};
    }
    if (!unpack_integers(in.rest(), count, values)) return false;
    for (std::int64_t& v : values)
        v = std::bit_cast<std::int64_t>(static_cast<double>(v) / kPower[power]);
    for (std::size_t i = 0; i < odd_count; ++i) values[odd[i].first] = odd[i].second;
    return true;
}

bool unpack_xor(std::string_view in, std::size_t count, std::vector<std::int64_t>& values) {
    BitReader reader(in);
    std::uint64_t value = 0;
    unsigned leading = 0;
    unsigned length = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (reader.get(1) == 1) {
            if (reader.get(1) == 1) {
                leading = static_cast<unsigned>(reader.get(5));
                length = static_cast<unsigned>(reader.get(6)) + 1;
                if (leading + length > 64) return false;
            }
            if (length == 0) return false;
            value ^= reader.get(length) << (64 - leading - length);
        }
        if (reader.failed()) return false;
        values.push_back(static_cast<std::int64_t>(value));
    }
    return reader.finished();
}

} // namespace

void pack_floats(std::string& out, std::span<const std::int64_t> values) {
    if (auto power = common_power(values))
        pack_decimals(out, values, *power);
    else
        pack_xor(out, values);
}

bool unpack_floats(std::string_view in, std::size_t count, std::vector<std::int64_t>& values) {
    values.clear();
    ByteReader reader(in);
    std::uint8_t mode = reader.byte();
    if (reader.failed()) return false;
    if (mode == kXor) return unpack_xor(reader.rest(), count, values);
    return mode < kPowers && unpack_decimals(reader, mode, count, values);
}

} // namespace caredian::history
