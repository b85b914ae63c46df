#include "ingest/decode/command_template.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

std::string filled(std::string_view text, std::string_view value) {
    auto made = CommandTemplate::parse(text);
    if (!made) return "not evaluated";
    return made->fill(value).value_or("refused");
}

TEST(CommandTemplate, PutsTheValueIn) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"{{ value }}", "ON", "ON"},
        {"{{value}}", "21.5", "21.5"},
        {R"({"brightness": {{ value }}})", "128", R"({"brightness": 128})"},
        {R"({"a":{"b":"{{ value }}"}})", "x", R"({"a":{"b":"x"}})"},
        {"{{ value | int }}%", "50.7", "50%"},
        {"{{ value|float|round(1) }}", "21.25", "21.2"},
        {"{{- value | round -}}", "2.5", "2"},
        {"{{ value | int(0) }}", "7", "7"},
        {"{{ value | lower }} {{ value | upper }}", "Heat", "heat HEAT"},
        {R"({"m":{{ value | tojson }}})", "a \"b\"", R"({"m":"a \"b\""})"},
        {R"({"m":{{ value | to_json }}})", "5", R"({"m":5})"},
        {"fixed", "ON", "fixed"},
        {"", "ON", ""},
        {"{", "x", "{"},
        {"{{ value | int }}", "warm", "refused"},
    };
    for (const auto& [text, value, out] : cases) EXPECT_EQ(filled(text, value), out) << text;
}

TEST(CommandTemplate, IsNotEvaluatedWhenItDoesMore) {
    for (const char* text :
         {"{% if value %}1{% endif %}", "{# note #}{{ value }}", "{{ value * 2.55 }}",
          "{{ (value * 2) | int }}", "{{ states('light.x') }}", "{{ value_json.x }}", "{{ value",
          "{{ value | replace('a','b') }}", "{{ value | round(n) }}", "{{ value[0] }}",
          "{{ value.x }}", "{{ value if value else 0 }}", "{{ code }}", "{{ }}", "{{",
          "{{ value | }}", "{{ value | int('}}') }}", "{{ value }}{{ brightness }}"})
        EXPECT_EQ(filled(text, "5"), "not evaluated") << text;
}

} // namespace
} // namespace caredian::ingest
