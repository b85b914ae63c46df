#include "ingest/segment.h"

namespace caredian::ingest {

namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::uint8_t qos_mask = 3, retain_flag = 4, redelivered_flag = 8, direct_flag = 16;

} // namespace

void Segment::append(const Entry& entry) {
    const auto& m = entry.message;
    if (data.empty()) wire::put(data, format_version);
    auto flags = static_cast<std::uint8_t>(entry.qos & qos_mask);
    if (m.initial) flags |= retain_flag;
    if (m.redelivered) flags |= redelivered_flag;
    if (entry.direct) flags |= direct_flag;
    char head[1 + 2 + 8 + 8 + 3 * wire::max_varint]; // all before the topic, in one go
    char* end = wire::write(head, flags);
    end = wire::write_varint(end, wire::zigzag(to_ns(m.time) - last_time_ns_));
    last_time_ns_ = to_ns(m.time);
    if (entry.qos) end = wire::write(end, entry.packet_id);
    end = wire::write(end, entry.hash);
    if (entry.direct) end = wire::write(end, entry.key);
    if (m.redelivered) end = wire::write_varint(end, m.row - m.first_row);
    end = wire::write_varint(end, m.topic.size());
    data.append(head, static_cast<std::size_t>(end - head));
    data.append(m.topic);
    wire::put_varint(data, m.payload.size());
    data.append(m.payload);
    ++rows;
}

SegmentReader::SegmentReader(const Segment& segment)
    : in_(segment.data), row_(segment.first_row), left_(segment.rows) {
    if (in_.get<std::uint8_t>() != format_version && left_ > 0) damaged_ = true;
}

bool SegmentReader::next(Entry& entry) {
    if (damaged_) return false;
    if (left_ == 0) {
        damaged_ = !in_.done();
        return false;
    }
    auto flags = in_.get<std::uint8_t>();
    auto& m = entry.message;
    entry.qos = flags & qos_mask;
    m.initial = flags & retain_flag;
    m.redelivered = flags & redelivered_flag;
    entry.direct = flags & direct_flag;
    // Unsigned: a damaged number must wrap, not overflow.
    time_ns_ = static_cast<std::int64_t>(static_cast<std::uint64_t>(time_ns_) +
                                         static_cast<std::uint64_t>(wire::unzigzag(in_.varint())));
    m.time = from_ns(time_ns_);
    entry.packet_id = entry.qos ? in_.get<std::uint16_t>() : std::uint16_t(0);
    entry.hash = in_.get<std::uint64_t>();
    entry.key = entry.direct ? in_.get<std::uint64_t>() : 0;
    m.row = row_;
    m.first_row = m.redelivered ? row_ - in_.varint() : row_;
    m.topic = in_.bytes(in_.varint());
    m.payload = in_.bytes(in_.varint());
    if (!in_.ok()) {
        damaged_ = true;
        return false;
    }
    ++row_;
    --left_;
    return true;
}

} // namespace caredian::ingest
