// The commented sample and the reference page, made from the table. The committed copies
// (caredian.sample.yaml, docs/configuration.md, docs/configuration.ko.md) are held to these by a
// test.
#pragma once

#include <string>

namespace caredian::app {

enum class Language { en, ko };

std::string config_sample(Language language = Language::en); // YAML that loads as it is
std::string config_reference(Language language);             // Markdown

} // namespace caredian::app
