#include "app/config_yaml.h"

#include "base/encoding.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace caredian::app {

namespace {

// Leaves the parser; caught in parse_yaml.
struct Refused {
    YamlProblem problem;
};

// A node that is being filled, and the key its next child belongs to.
struct Open {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::string key;
    int key_line = 0;
    bool has_key = false;
};

struct Anchored {
    YamlNode node;
    std::size_t nodes = 0; // in it, itself included
    std::size_t depth = 0;
};

class Builder final : public YAML::EventHandler {
public:
    Builder(std::string_view source, const YamlLimits& limits, YamlText& out)
        : source_(source), limits_(limits), out_(out) {
        for (std::size_t i = 0; i < source.size(); ++i)
            if (source[i] == '\n') line_starts_.push_back(i + 1);
    }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        YamlNode node;
        node.line = mark.line + 1;
        if (expects_key()) throw Refused{{node.line, "a key is missing"}};
        // The mark of nothing is where the next thing begins; its key's line says more.
        if (!stack_.empty() && stack_.back().has_key) node.line = stack_.back().key_line;
        count(node.line, 1, 1);
        finish(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        int line = mark.line + 1;
        auto found = anchors_.find(anchor);
        if (found == anchors_.end()) throw Refused{{line, "the alias refers to itself"}};
        if (expects_key()) throw Refused{{line, "a key must be a plain text, not an alias"}};
        count(line, found->second.nodes, found->second.depth);
        finish(found->second.node, 0);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        int line = mark.line + 1;
        refuse_tag(tag, line);
        if (tag == "!") refuse_open_quote(mark);
        count(line, 1, 1);
        if (expects_key()) {
            take_key(value, line);
            return;
        }
        finish(YamlNode::scalar(value, line), anchor);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, YamlNode::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, YamlNode::Kind::map);
    }
    void OnMapEnd() override { close(); }

private:
    bool expects_key() const {
        return !stack_.empty() && stack_.back().node.kind == YamlNode::Kind::map &&
               !stack_.back().has_key;
    }

    static void refuse_tag(const std::string& tag, int line) {
        // "?" is a plain text, "!" a quoted one: the only two that come without a tag being
        // written.
        if (!tag.empty() && tag != "?" && tag != "!")
            throw Refused{{line, "tags (a word that begins with \"!\") are not supported"}};
    }

    // yaml-cpp 0.7 takes a quote that is never closed as a text up to the end of the file, and
    // would so swallow every setting below it.
    void refuse_open_quote(const YAML::Mark& mark) const {
        auto start =
            line_starts_[std::min(static_cast<std::size_t>(mark.line), line_starts_.size() - 1)];
        auto rest =
            source_.substr(std::min(start + static_cast<std::size_t>(mark.column), source_.size()));
        if (rest.starts_with('&'))
            rest.remove_prefix(std::min(rest.find_first_of("\"'|>"), rest.size()));
        if (rest.empty() || (rest.front() != '"' && rest.front() != '\''))
            return; // a block: | or >
        char quote = rest.front();
        for (std::size_t i = 1; i < rest.size(); ++i) {
            const bool escapes = rest[i] == '\\' && quote == '"';
            const bool doubled =
                rest[i] == quote && quote == '\'' && i + 1 < rest.size() && rest[i + 1] == quote;
            if (escapes || doubled)
                ++i;
            else if (rest[i] == quote)
                return;
        }
        throw Refused{{mark.line + 1, "the quote that opens here is never closed"}};
    }

    void count(int line, std::size_t nodes, std::size_t depth) {
        nodes_ += nodes;
        if (nodes_ > limits_.nodes)
            throw Refused{{line, "the file holds too much (more than " +
                                     std::to_string(limits_.nodes) + " values)"}};
        if (stack_.size() + depth > limits_.depth)
            throw Refused{{line, "nested too deeply (more than " + std::to_string(limits_.depth) +
                                     " levels)"}};
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              YamlNode::Kind kind) {
        int line = mark.line + 1;
        refuse_tag(tag, line);
        if (expects_key()) throw Refused{{line, "a key must be a plain text"}};
        count(line, 1, 1);
        Open next;
        next.node.kind = kind;
        // What a block holds begins on the next line; its key's line says more.
        bool has_key = !stack_.empty() && stack_.back().has_key;
        next.node.line = has_key ? stack_.back().key_line : line;
        next.anchor = anchor;
        stack_.push_back(std::move(next));
    }

    void close() {
        Open done = std::move(stack_.back());
        stack_.pop_back();
        finish(std::move(done.node), done.anchor);
    }

    void take_key(const std::string& key, int line) {
        Open& map = stack_.back();
        map.key = key;
        map.key_line = line;
        map.has_key = true;
    }

    void finish(YamlNode node, YAML::anchor_t anchor) {
        if (anchor != 0) anchors_[anchor] = {node, size_of(node), depth_of(node)};
        if (stack_.empty()) {
            out_.root = std::move(node);
            return;
        }
        Open& parent = stack_.back();
        if (parent.node.kind == YamlNode::Kind::list) {
            parent.node.items.push_back(std::move(node));
            return;
        }
        parent.has_key = false;
        auto same = std::ranges::find(parent.node.entries, parent.key, &YamlEntry::key);
        if (same == parent.node.entries.end())
            parent.node.entries.push_back({parent.key, parent.key_line, std::move(node)});
        else
            out_.problems.push_back({parent.key_line, "\"" + sanitize_utf8(parent.key, 64) +
                                                          "\" is given twice (first on line " +
                                                          std::to_string(same->line) + ")"});
    }

    static std::size_t size_of(const YamlNode& node) {
        std::size_t n = 1 + node.entries.size();
        for (const auto& item : node.items) n += size_of(item);
        for (const auto& entry : node.entries) n += size_of(entry.value);
        return n;
    }
    static std::size_t depth_of(const YamlNode& node) {
        std::size_t deepest = 0;
        for (const auto& item : node.items) deepest = std::max(deepest, depth_of(item));
        for (const auto& entry : node.entries) deepest = std::max(deepest, depth_of(entry.value));
        return deepest + 1;
    }

    std::string_view source_;
    std::vector<std::size_t> line_starts_{0};
    const YamlLimits& limits_;
    YamlText& out_;
    std::vector<Open> stack_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    std::size_t nodes_ = 0;
};

int line_at(std::string_view text, std::size_t position) {
    return 1 + static_cast<int>(
                   std::count(text.begin(), text.begin() + std::ptrdiff_t(position), '\n'));
}

// What yaml-cpp would take without a word: other encodings, and NUL as the end of the text.
bool refuse_bytes(std::string_view text, YamlText& out) {
    if (!is_utf8(text)) {
        std::size_t line = 1;
        for (auto rest = text; !rest.empty(); ++line)
            if (!is_utf8(next_token(rest, '\n'))) break;
        out.problems.push_back({static_cast<int>(line), "this is not UTF-8 text"});
        return true;
    }
    auto control = std::ranges::find_if(text, [](char c) {
        auto u = static_cast<unsigned char>(c);
        return (u < 0x20 && c != '\n' && c != '\r' && c != '\t') || u == 0x7F;
    });
    if (control == text.end()) return false;
    auto position = static_cast<std::size_t>(control - text.begin());
    out.problems.push_back({line_at(text, position), "a control character stands here"});
    return true;
}

} // namespace

YamlNode YamlNode::scalar(std::string text, int line) {
    YamlNode node;
    node.kind = Kind::scalar;
    node.line = line;
    node.text = std::move(text);
    return node;
}

YamlNode YamlNode::list(std::vector<YamlNode> items, int line) {
    YamlNode node;
    node.kind = Kind::list;
    node.line = line;
    node.items = std::move(items);
    return node;
}

YamlText parse_yaml(std::string_view text, const YamlLimits& limits) {
    YamlText out;
    if (text.size() > limits.bytes) {
        out.problems.push_back(
            {0, "the file is larger than " + std::to_string(limits.bytes / 1024) + " kB"});
        return out;
    }
    if (refuse_bytes(text, out)) return out;
    std::istringstream stream{std::string(text)};
    Builder builder(text, limits, out);
    try {
        YAML::Parser parser(stream);
        parser.HandleNextDocument(builder);
        YamlText second;
        Builder rest(text, limits, second);
        if (parser.HandleNextDocument(rest))
            out.problems.push_back({second.root.line, "a second document begins here (\"---\")"});
    } catch (const Refused& refused) {
        out.problems.push_back(refused.problem);
    } catch (const YAML::Exception& e) {
        out.problems.push_back(
            {e.mark.is_null() ? 0 : e.mark.line + 1, "this is not YAML: " + e.msg});
    }
    return out;
}

} // namespace caredian::app
