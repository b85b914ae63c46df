#include "ingest/redelivery.h"

#include "ingest/wire.h"

namespace caredian::ingest {

namespace {

constexpr std::uint8_t format_version = 1;

std::int64_t to_us(WallTime t) {
    return to_ns(t) / 1000;
}

void put_marks(std::string& out, const AckMarks& m) {
    wire::put(out, m.connection_row);
    wire::put(out, m.settled_row);
    wire::put(out, m.settled_us);
}

AckMarks get_marks(wire::Reader& in) {
    AckMarks m;
    m.connection_row = in.get<readings::Row>();
    m.settled_row = in.get<readings::Row>();
    m.settled_us = in.get<std::int64_t>();
    return m;
}

} // namespace

RedeliveryTable::Entry* RedeliveryTable::find(std::uint16_t packet_id) const {
    const auto& page = pages_[packet_id >> 8];
    if (!page) return nullptr;
    Entry& entry = (*page)[packet_id & 0xff];
    return entry.first_row ? &entry : nullptr;
}

std::optional<RedeliveryTable::First> RedeliveryTable::match(std::uint16_t packet_id,
                                                             std::uint64_t hash) const {
    const Entry* entry = find(packet_id);
    if (!entry || entry->hash != hash) return std::nullopt;
    return First{entry->first_row, from_ns(entry->time_ns)};
}

void RedeliveryTable::set(std::uint16_t packet_id, std::uint64_t hash, readings::Row row,
                          First first) {
    auto& page = pages_[packet_id >> 8];
    if (!page) page = std::make_unique<Page>();
    Entry& entry = (*page)[packet_id & 0xff];
    if (!entry.first_row) ++size_;
    entry = {hash, first.row, to_ns(first.time), row};
}

void RedeliveryTable::erase(std::uint16_t packet_id) {
    if (Entry* entry = find(packet_id)) {
        *entry = {};
        --size_;
    }
}

void RedeliveryTable::clear() {
    for (auto& page : pages_) page.reset();
    size_ = 0;
    settled_.clear();
    marks_ = {};
    acked_row_ = 0;
    pings_.clear();
}

void RedeliveryTable::connected(readings::Row next_row) {
    marks_ = {next_row, 0, 0};
    acked_row_ = 0;
    pings_.clear();
}

void RedeliveryTable::ping_request() {
    constexpr std::size_t most = 64; // the client gives up long before
    if (pings_.size() < most) pings_.push_back(acked_row_);
}

void RedeliveryTable::ping_response(WallTime now) {
    readings::Row proven = pings_.empty() ? 0 : pings_.front();
    if (!pings_.empty()) pings_.pop_front();
    if (proven > marks_.settled_row) {
        // Only rows that the mark before did not cover start their two minutes now.
        AckMarks fresh{std::max(marks_.connection_row, marks_.settled_row + 1), proven, to_us(now)};
        settle(fresh);
        marks_.settled_row = proven;
        marks_.settled_us = fresh.settled_us;
    }
    expire(now);
}

void RedeliveryTable::settle(const AckMarks& marks) {
    constexpr std::size_t most = 256; // pings come every few seconds at the most
    if (settled_.size() >= most) {
        // Later than promised is safe: the entries live on a little.
        settled_.back().settled_row = marks.settled_row;
        settled_.back().settled_us = marks.settled_us;
        return;
    }
    settled_.push_back(marks);
}

void RedeliveryTable::expire(WallTime now) {
    while (!settled_.empty() && to_us(now) - settled_.front().settled_us >= keep_us) {
        forget_rows(settled_.front().connection_row, settled_.front().settled_row);
        settled_.pop_front();
    }
}

void RedeliveryTable::forget_rows(readings::Row from, readings::Row to) {
    for (auto& page : pages_) {
        if (!page) continue;
        for (Entry& entry : *page) {
            if (!entry.first_row || entry.row < from || entry.row > to) continue;
            entry = {};
            --size_;
        }
    }
}

void RedeliveryTable::replay(const AckMarks& marks) {
    if (marks.connection_row != marks_.connection_row) connected(marks.connection_row);
    if (marks.settled_row <= marks_.settled_row) return;
    AckMarks fresh = marks;
    fresh.connection_row = std::max(marks_.connection_row, marks_.settled_row + 1);
    settle(fresh);
    marks_ = marks;
}

std::string RedeliveryTable::save(readings::Row committed) const {
    std::string out;
    wire::put(out, format_version);
    put_marks(out, marks_);
    wire::put_varint(out, settled_.size());
    for (const auto& m : settled_) put_marks(out, m);
    std::uint64_t kept = 0;
    std::string entries;
    for (std::size_t p = 0; p < pages_.size(); ++p) {
        if (!pages_[p]) continue;
        for (std::size_t i = 0; i < pages_[p]->size(); ++i) {
            const Entry& entry = (*pages_[p])[i];
            if (!entry.first_row || entry.first_row > committed) continue;
            wire::put(entries, static_cast<std::uint16_t>(p << 8 | i));
            wire::put(entries, entry.hash);
            wire::put(entries, entry.first_row);
            wire::put(entries, entry.time_ns);
            wire::put(entries, entry.row);
            ++kept;
        }
    }
    wire::put_varint(out, kept);
    return out + entries;
}

bool RedeliveryTable::load(std::string_view saved) {
    clear();
    wire::Reader in(saved);
    if (in.get<std::uint8_t>() != format_version) return false;
    AckMarks marks = get_marks(in);
    for (auto n = in.varint(); n > 0 && in.ok(); --n) settled_.push_back(get_marks(in));
    for (auto n = in.varint(); n > 0 && in.ok(); --n) {
        auto id = in.get<std::uint16_t>();
        auto hash = in.get<std::uint64_t>();
        First first;
        first.row = in.get<readings::Row>();
        first.time = from_ns(in.get<std::int64_t>());
        auto row = in.get<readings::Row>();
        if (in.ok() && first.row) set(id, hash, row, first);
    }
    bool good = in.ok() && in.done();
    if (!good) clear();
    marks_ = good ? marks : AckMarks{};
    return good;
}

} // namespace caredian::ingest
