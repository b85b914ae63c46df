#include "ingest/sent_keys.h"

#include "ingest/wire.h"

namespace caredian::ingest {

namespace {

constexpr std::uint8_t format_version = 1;

} // namespace

std::optional<SentKeys::Sent> SentKeys::find(std::uint64_t key, WallTime now) const {
    auto known = sent_.find(key);
    if (known == sent_.end() || now - from_ns(known->second.time_ns) >= keep) return std::nullopt;
    return known->second;
}

void SentKeys::set(std::uint64_t key, const Sent& sent) {
    auto [at, added] = sent_.insert_or_assign(key, sent);
    if (!added) return; // it keeps its place: rare, and forgotten a little early
    order_.push_back(key);
    if (order_.size() <= most) return;
    sent_.erase(order_.front());
    order_.pop_front();
}

std::string SentKeys::save(readings::Row committed) const {
    std::string entries;
    std::uint64_t kept = 0;
    for (auto key : order_) {
        const Sent& sent = sent_.at(key);
        if (sent.row > committed) continue;
        wire::put(entries, key);
        wire::put(entries, sent.content);
        wire::put_varint(entries, sent.row);
        wire::put(entries, sent.time_ns);
        ++kept;
    }
    std::string out;
    wire::put(out, format_version);
    wire::put_varint(out, kept);
    return out + entries;
}

bool SentKeys::load(std::string_view saved) {
    *this = {};
    wire::Reader in(saved);
    if (in.get<std::uint8_t>() != format_version) return false;
    for (auto n = in.varint(); n > 0 && in.ok(); --n) {
        auto key = in.get<std::uint64_t>();
        Sent sent;
        sent.content = in.get<std::uint64_t>();
        sent.row = in.varint();
        sent.time_ns = in.get<std::int64_t>();
        if (in.ok()) set(key, sent);
    }
    bool good = in.ok() && in.done();
    if (!good) *this = {};
    return good;
}

} // namespace caredian::ingest
