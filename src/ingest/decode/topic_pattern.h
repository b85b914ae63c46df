// A topic filter whose levels may have names, and the texts that are filled in from them.
#pragma once

#include "ingest/decode/topic_levels.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caredian::ingest {

// "sensors/{area}/+/{device}/#": `+` is any level, {name} one that is called so, `#` at the end all
// that are left, also none. Names: a to z, 0 to 9 and _, each once.
class TopicPattern {
public:
    // Nothing when it is none; `why` says what is wrong then.
    static std::optional<TopicPattern> parse(std::string_view text, std::string& why);

    struct Level {
        enum class Kind { exactly, any, rest } kind;
        std::string text; // of `exactly`
    };
    const std::vector<Level>& levels() const { return levels_; }
    // Every topic that `other` matches is one of ours.
    bool covers(const TopicPattern& other) const;
    // Of a topic that matches; empty when no level is called so.
    std::string_view level(const TopicLevels& topic, std::string_view name) const;
    const std::vector<std::pair<std::string, std::size_t>>& names() const { return names_; }
    bool has(std::string_view name) const;

private:
    std::vector<Level> levels_;
    std::vector<std::pair<std::string, std::size_t>> names_; // and which level
};

// "{area}-{payload.id}" cut into what stands and what is filled in.
class FillIn {
public:
    struct Part {
        enum class Kind { text, level, payload } kind;
        std::string text; // the text, or the name
    };
    static std::optional<FillIn> parse(std::string_view text, const TopicPattern& pattern,
                                       std::string& why);
    const std::vector<Part>& parts() const { return parts_; }
    bool empty() const { return parts_.empty(); }

private:
    std::vector<Part> parts_;
};

} // namespace caredian::ingest
