// YAML text to a tree that remembers its lines, with bounds. yaml-cpp reads the syntax; its own
// tree is not used, since it drops doubled keys and expands aliases without a limit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::app {

struct YamlEntry;

struct YamlNode {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    int line = 0;                   // from 1; 0 = not from a file
    std::string text;               // scalar
    std::vector<YamlNode> items;    // list
    std::vector<YamlEntry> entries; // map, in order; every key once

    static YamlNode scalar(std::string text, int line = 0);
    static YamlNode list(std::vector<YamlNode> items, int line = 0);
};

struct YamlEntry {
    std::string key;
    int line = 0; // of the key
    YamlNode value;
};

struct YamlProblem {
    int line = 0; // 0 = the whole text
    std::string message;
};

struct YamlText {
    YamlNode root; // as far as it could be read
    std::vector<YamlProblem> problems;
};

struct YamlLimits {
    std::size_t bytes = 1024 * 1024;
    std::size_t nodes = 10'000; // aliases counted as often as they are used
    std::size_t depth = 16;
};

// Refuses: more than one document, tags ("!env"), keys that are no text, doubled keys, bytes that
// are not UTF-8, control characters, anything beyond the limits. An empty text is a null root.
YamlText parse_yaml(std::string_view text, const YamlLimits& limits = {});

} // namespace caredian::app
