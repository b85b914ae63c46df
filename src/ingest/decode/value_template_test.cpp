#include "ingest/decode/value_template.h"

#include <gtest/gtest.h>

namespace caredian::ingest {
namespace {

TEST(ValueTemplate, NamesAField) {
    const std::pair<const char*, const char*> cases[] = {
        {"{{ value_json.temperature }}", "temperature"},
        {"{{value_json.a.b}}", "a_b"},
        {"{{ value_json['with space'] }}", "with space"},
        {"{{ value_json[\"a\"].b[0] }}", "a_b_0"},
        {"{{ value }}", "value"},
        {"{{ value_json }}", "value"},
        {"{{ value | float }}", "value"},
        {"{{- value_json.x | float(0) | round(1) -}}", "x"},
        {"{{ value_json.x | int | default('none') | is_defined }}", "x"},
        {"  {{ value_json.x|round(1, 'floor') }}\n", "x"},
    };
    for (const auto& [text, field] : cases) EXPECT_EQ(template_field(text), field) << text;
}

TEST(ValueTemplate, IsLeftAloneWhenItDoesMore) {
    for (const char* text :
         {"", "{{", "value", "{{ value_json.x / 10 }}", "{{ value_json.x | upper }}",
          "{% if value_json.x %}on{% endif %}", "{{ value_json.x }} W", "{{ value_json.x }}{{ y }}",
          "{{ value_json[key] }}", "{{ value_json.x | default(states('a')) }}", "{{ states }}",
          "{{ value_json. }}", "{{ value_json['x }}", "{{ value_json.x | }}", "{{ value.x }}",
          "{{ value_json.x if value_json.y else 0 }}"})
        EXPECT_EQ(template_field(text), std::nullopt) << text;
}

} // namespace
} // namespace caredian::ingest
