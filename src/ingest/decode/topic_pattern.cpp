#include "ingest/decode/topic_pattern.h"

#include <algorithm>

namespace caredian::ingest {

namespace {

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// "{area}" → area
std::optional<std::string_view> braced(std::string_view level) {
    if (level.size() < 2 || level.front() != '{' || level.back() != '}') return std::nullopt;
    return level.substr(1, level.size() - 2);
}

std::string in_quotes(std::string_view text) {
    return '"' + std::string(text) + '"';
}

} // namespace

std::optional<TopicPattern> TopicPattern::parse(std::string_view text, std::string& why) {
    TopicLevels topic(text);
    TopicPattern pattern;
    auto refuse = [&](std::string reason) {
        why = std::move(reason);
        return std::nullopt;
    };
    if (text.empty()) return refuse("is empty");
    if (topic.size() == 0)
        return refuse("has more than " + std::to_string(TopicLevels::most) + " levels");
    for (std::size_t i = 0; i < topic.size(); ++i) {
        std::string_view level = topic[i];
        if (level == "#") {
            if (i + 1 != topic.size()) return refuse("has a # that is not the last level");
            pattern.levels_.push_back({Level::Kind::rest, {}});
        } else if (level == "+") {
            pattern.levels_.push_back({Level::Kind::any, {}});
        } else if (auto name = braced(level)) {
            if (!is_name(*name))
                return refuse(in_quotes(level) + " is no name (a to z, 0 to 9 and _)");
            if (pattern.has(*name)) return refuse("has two levels called " + std::string(level));
            pattern.levels_.push_back({Level::Kind::any, {}});
            pattern.names_.emplace_back(*name, i);
        } else if (level.find_first_of("+#{}") != std::string_view::npos) {
            return refuse("has a level " + in_quotes(level) + ": +, # and {name} stand alone");
        } else {
            pattern.levels_.push_back({Level::Kind::exactly, std::string(level)});
        }
    }
    return pattern;
}

bool TopicPattern::covers(const TopicPattern& other) const {
    using enum Level::Kind;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
        const Level& own = levels_[i];
        if (i == other.levels_.size()) return own.kind == rest;
        const Level& theirs = other.levels_[i];
        // a wildcard at the start does not match $SYS (MQTT 5.0 §4.7.2)
        bool hidden = i == 0 && theirs.kind == exactly && theirs.text.starts_with('$');
        if (own.kind == rest) return !hidden;
        if (theirs.kind == rest) return false;
        if (own.kind == any && hidden) return false;
        if (own.kind == exactly && (theirs.kind != exactly || theirs.text != own.text))
            return false;
    }
    return other.levels_.size() == levels_.size();
}

std::string_view TopicPattern::level(const TopicLevels& topic, std::string_view name) const {
    for (const auto& [known, at] : names_)
        if (known == name) return topic[at];
    return {};
}

bool TopicPattern::has(std::string_view name) const {
    return std::any_of(names_.begin(), names_.end(),
                       [&](const auto& n) { return n.first == name; });
}

std::optional<FillIn> FillIn::parse(std::string_view text, const TopicPattern& pattern,
                                    std::string& why) {
    constexpr std::string_view of_payload = "payload.";
    FillIn made;
    while (!text.empty()) {
        auto open = text.find('{');
        if (open != 0) {
            made.parts_.push_back({Part::Kind::text, std::string(text.substr(0, open))});
            text.remove_prefix(std::min(open, text.size()));
            continue;
        }
        auto close = text.find('}');
        if (close == std::string_view::npos) {
            why = "has a { that is never closed";
            return std::nullopt;
        }
        std::string_view name = text.substr(1, close - 1);
        bool payload = name.starts_with(of_payload) && name.size() > of_payload.size();
        if (!payload && !pattern.has(name)) {
            why = "names {" + std::string(name) + "}, which the topic does not have";
            return std::nullopt;
        }
        made.parts_.push_back({payload ? Part::Kind::payload : Part::Kind::level,
                               std::string(payload ? name.substr(of_payload.size()) : name)});
        text.remove_prefix(close + 1);
    }
    return made;
}

} // namespace caredian::ingest
