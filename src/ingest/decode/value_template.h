// Home Assistant's value templates, as far as they do nothing but name a field.
// https://www.home-assistant.io/docs/configuration/templating/
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace caredian::ingest {

// The flattened field that a template names (see JsonFields), "value" for the bare payload:
//   {{ value_json.a.b }} → a_b   {{ value_json['a'][0] }} → a_0   {{ value | float }} → value
// Filters that change no more than the form are allowed: float, int, round, default, is_defined,
// string, trim. Nothing for any other: it is kept as it is, and not evaluated.
std::optional<std::string> template_field(std::string_view text);

} // namespace caredian::ingest
