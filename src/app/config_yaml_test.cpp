#include "app/config_yaml.h"

#include <gtest/gtest.h>

namespace caredian::app {
namespace {

TEST(ConfigYaml, KeepsOrderLinesAndTexts) {
    auto text = parse_yaml("a: 1\nb:\n  - x\n  - \"y z\"\nc: {d: [1, 2]}\ne:\n");
    ASSERT_TRUE(text.problems.empty());
    const auto& root = text.root;
    ASSERT_EQ(root.kind, YamlNode::Kind::map);
    ASSERT_EQ(root.entries.size(), 4u);
    EXPECT_EQ(root.entries[0].value.text, "1");
    EXPECT_EQ(root.entries[1].line, 2);
    EXPECT_EQ(root.entries[1].value.items[1].text, "y z");
    EXPECT_EQ(root.entries[1].value.items[1].line, 4);
    EXPECT_EQ(root.entries[2].value.entries[0].value.items.size(), 2u);
    EXPECT_EQ(root.entries[3].value.kind, YamlNode::Kind::null);
}

TEST(ConfigYaml, AnEmptyTextIsNothing) {
    for (const char* empty : {"", "\n", "# only a comment\n", "---\n"}) {
        auto text = parse_yaml(empty);
        EXPECT_TRUE(text.problems.empty()) << empty;
        EXPECT_EQ(text.root.kind, YamlNode::Kind::null) << empty;
    }
}

// yaml-cpp takes a lone word in a map as a key without a value: the schema refuses it.
TEST(ConfigYaml, ALoneWordIsAKeyWithoutAValue) {
    auto text = parse_yaml("a: 1\nb\n");
    ASSERT_EQ(text.root.entries.size(), 2u);
    EXPECT_EQ(text.root.entries[1].value.kind, YamlNode::Kind::null);
}

TEST(ConfigYaml, AliasesAreCopies) {
    auto text = parse_yaml("a: &x [1, 2]\nb: *x\n");
    ASSERT_TRUE(text.problems.empty());
    EXPECT_EQ(text.root.entries[1].value.items.size(), 2u);
}

TEST(ConfigYaml, QuotesThatAreClosedAreTaken) {
    auto text = parse_yaml("a: 'it''s'\nb: \"x\\\" \\\\\"\n\"c\": |\n  \"not a quote\nd: &k 'z'\n");
    ASSERT_TRUE(text.problems.empty()) << text.problems[0].message;
    EXPECT_EQ(text.root.entries[0].value.text, "it's");
    EXPECT_EQ(text.root.entries[1].value.text, "x\" \\");
}

struct Bad {
    const char* name;
    std::string text;
    int line;
    const char* says;
};

void PrintTo(const Bad& bad, std::ostream* out) {
    *out << bad.name;
}

class ConfigYamlRefuses : public testing::TestWithParam<Bad> {};

TEST_P(ConfigYamlRefuses, WithItsLine) {
    auto text = parse_yaml(GetParam().text);
    ASSERT_FALSE(text.problems.empty());
    EXPECT_EQ(text.problems[0].line, GetParam().line) << text.problems[0].message;
    EXPECT_NE(text.problems[0].message.find(GetParam().says), std::string::npos)
        << text.problems[0].message;
}

std::string billion_laughs() {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        auto n = std::to_string(i), p = std::to_string(i - 1);
        text += "a" + n + ": &a" + n + " [*a" + p + ", *a" + p + ", *a" + p + ", *a" + p + "]\n";
    }
    return text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ConfigYamlRefuses,
    testing::Values(Bad{"doubled", "a: 1\nb: 2\na: 3\n", 3,
                        "\"a\" is given twice (first on line 1)"},
                    Bad{"doubled_below", "m:\n  a: 1\n  a: 2\n", 3, "given twice"},
                    Bad{"tab", "a:\n\tb: 1\n", 2, "this is not YAML"},
                    Bad{"open_bracket", "a: [1, 2\n", 2, "this is not YAML"},
                    Bad{"open_quote", "x: 0\na: \"x\nb: 2\n", 2, "never closed"},
                    Bad{"open_single_quote", "x: 'it''s'\na: 'it''s\nb: 2\n", 2, "never closed"},
                    Bad{"open_quote_with_anchor", "a: &k \"x\\\"\nb: 2\n", 1, "never closed"},
                    Bad{"colon_twice", "a: x: y\n", 1, "this is not YAML"},
                    Bad{"second_document", "a: 1\n---\nb: 2\n", 3, "second document"},
                    Bad{"tag", "a: !env HOME\n", 1, "tags"},
                    Bad{"binary", "a: !!binary eA==\n", 1, "tags"},
                    Bad{"list_as_key", "? [a]\n: 1\n", 1, "key must be"},
                    Bad{"unknown_alias", "a: *nobody\n", 1, "this is not YAML"},
                    Bad{"own_alias", "a: &x [*x]\n", 1, "refers to itself"},
                    Bad{"latin1", "a: 1\nb: caf\xE9\n", 2, "not UTF-8"},
                    Bad{"nul", std::string("a: 1\nb: 2\0\n", 11), 2, "control character"},
                    Bad{"escape", "a: 1\x1b[31m\n", 1, "control character"},
                    Bad{"flow_depth", "a: " + std::string(100, '[') + std::string(100, ']'), 1,
                        "nested too deeply"},
                    Bad{"flow_flood", std::string(500'000, '['), 1, ""},
                    Bad{"dash_depth",
                        [] {
                            std::string text;
                            for (int i = 0; i < 100; ++i) text += "- ";
                            return text + "x\n";
                        }(),
                        1, "nested too deeply"},
                    Bad{"alias_depth", "a: &a [[[[[[[1]]]]]]]\nb: &b [[[[[[[[*a]]]]]]]]\n", 2,
                        "nested too deeply"},
                    Bad{"laughs", billion_laughs(), 6, "holds too much"},
                    Bad{"large", std::string(2 * 1024 * 1024, '#'), 0, "larger than"}),
    [](const auto& test) { return test.param.name; });

} // namespace
} // namespace caredian::app
