#include "history/series_directory.h"

#include "base/little_endian.h"
#include "history/codec/bits.h"

#include <algorithm>

namespace caredian::history {
namespace {

constexpr std::size_t kSlice = 1'024;

// Multiply and fold, eight bytes at a time. Names come from outside: the seed is random, so that
// nobody can prepare names that meet.
__extension__ typedef unsigned __int128 Wide;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    Wide product = static_cast<Wide>(a ^ 0x9e3779b97f4a7c15U) * (b ^ 0xc2b2ae3d27d4eb4fU);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t mix_text(std::uint64_t h, std::string_view text) {
    h = mix(h, text.size());
    for (; text.size() >= 8; text.remove_prefix(8))
        h = mix(h, load_little<std::uint64_t>(&text.front()));
    return text.empty() ? h : mix(h, load_little(text.data(), text.size()));
}

} // namespace

std::uint64_t SeriesDirectory::hash(const readings::SeriesKey& key) const {
    std::uint64_t h = mix_text(seed_, key.measurement);
    for (const auto& [name, value] : key.tags) h = mix_text(mix_text(h, name), value);
    return h;
}

Series* SeriesDirectory::find(const readings::SeriesKey& key) {
    if (slots_.empty()) return nullptr;
    std::uint64_t h = hash(key);
    std::size_t mask = slots_.size() - 1;
    for (std::size_t at = h & mask;; at = (at + 1) & mask) {
        Slot slot = slots_[at];
        if (slot.index == 0) return nullptr;
        if (slot.hash != static_cast<std::uint32_t>(h >> 32)) continue;
        Series& series = series_[slot.index - 1];
        if (series.key == key) return &series;
    }
}

Series& SeriesDirectory::add(std::uint32_t id, readings::SeriesKey key) {
    if (size() * 2 >= slots_.size()) grow();
    std::uint64_t h = hash(key);
    std::size_t mask = slots_.size() - 1;
    std::size_t at = h & mask;
    while (slots_[at].index != 0) at = (at + 1) & mask;
    std::lock_guard lock(mutex_);
    Series& series = series_.emplace_back();
    series.id = id;
    series.key = std::move(key);
    slots_[at] = {static_cast<std::uint32_t>(h >> 32), static_cast<std::uint32_t>(series_.size())};
    size_.store(series_.size(), std::memory_order_relaxed);
    return series;
}

void SeriesDirectory::grow() {
    std::vector<Slot> larger(std::max<std::size_t>(64, slots_.size() * 2));
    std::size_t mask = larger.size() - 1;
    for (std::size_t i = 0; i < series_.size(); ++i) {
        std::uint64_t h = hash(series_[i].key);
        std::size_t at = h & mask;
        while (larger[at].index != 0) at = (at + 1) & mask;
        larger[at] = {static_cast<std::uint32_t>(h >> 32), static_cast<std::uint32_t>(i + 1)};
    }
    slots_ = std::move(larger);
}

Series& SeriesDirectory::at(std::size_t index) {
    std::lock_guard lock(mutex_);
    return series_[index];
}

std::vector<Series*> SeriesDirectory::match(std::string_view measurement, std::string_view device) {
    std::vector<Series*> found;
    for (std::size_t start = 0;; start += kSlice) {
        std::lock_guard lock(mutex_);
        std::size_t end = std::min(series_.size(), start + kSlice);
        for (std::size_t i = start; i < end; ++i) {
            Series& series = series_[i];
            if (!measurement.empty() && series.key.measurement != measurement) continue;
            if (!device.empty() && series.key.tag("device") != device) continue;
            found.push_back(&series);
        }
        if (end == series_.size()) break;
    }
    std::sort(found.begin(), found.end(),
              [](const Series* a, const Series* b) { return a->key < b->key; });
    return found;
}

std::string encode_key(const readings::SeriesKey& key) {
    std::string out;
    auto put = [&out](std::string_view text) {
        put_varint(out, text.size());
        out += text;
    };
    put(key.measurement);
    put_varint(out, key.tags.size());
    for (const auto& [name, value] : key.tags) {
        put(name);
        put(value);
    }
    return out;
}

bool decode_key(std::string_view bytes, readings::SeriesKey& key) {
    ByteReader in(bytes);
    key = {};
    key.measurement = in.bytes(in.varint());
    std::uint64_t tags = in.varint();
    for (std::uint64_t i = 0; i < tags && !in.failed(); ++i) {
        std::string name(in.bytes(in.varint()));
        key.tags.emplace_back(std::move(name), in.bytes(in.varint()));
    }
    return !in.failed() && in.empty();
}

} // namespace caredian::history
