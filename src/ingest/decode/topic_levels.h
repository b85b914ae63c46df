// A topic cut into its levels, once for all decoders.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace caredian::ingest {

// "tele/plug3/SENSOR" has the levels tele, plug3 and SENSOR; empty levels count. A topic of more
// than `most` levels, or longer than `longest`, has none: no family of devices speaks so. Views
// point into the topic, which must outlive this.
class TopicLevels {
public:
    static constexpr std::size_t most = 12, longest = 1024;

    TopicLevels() = default;
    explicit TopicLevels(std::string_view topic) : topic_(topic) {
        if (topic.size() > longest) return;
        std::size_t from = 0, count = 0;
        for (;;) {
            if (count == most) return;
            starts_[count++] = static_cast<std::uint16_t>(from);
            auto cut = topic.find('/', from);
            if (cut == std::string_view::npos) break;
            from = cut + 1;
        }
        starts_[count] = static_cast<std::uint16_t>(topic.size() + 1);
        count_ = static_cast<std::uint8_t>(count);
    }

    std::string_view topic() const { return topic_; }
    std::size_t size() const { return count_; }
    // Empty when there is no such level.
    std::string_view operator[](std::size_t i) const { return join(i, i + 1); }
    // From the end: last() is the last level, last(1) the one before it.
    std::string_view last(std::size_t before = 0) const {
        return before < count_ ? (*this)[count_ - 1 - before] : std::string_view();
    }
    // Levels [from, to) with the slashes between them.
    std::string_view join(std::size_t from, std::size_t to) const {
        if (from >= to || to > count_) return {};
        return topic_.substr(starts_[from],
                             static_cast<std::size_t>(starts_[to] - starts_[from] - 1));
    }
    // All but the last `levels`.
    std::string_view without_last(std::size_t levels) const {
        return levels < count_ ? join(0, count_ - levels) : std::string_view();
    }

private:
    std::string_view topic_;
    std::array<std::uint16_t, most + 1> starts_{};
    std::uint8_t count_ = 0;
};

} // namespace caredian::ingest
