// From a YAML file and the environment to Settings, or to the list of everything that is wrong.
//
// Order: environment over file over default. An environment variable that is set but empty counts
// as not set. Lists in the environment are JSON ("[\"a\",\"b\"]") or a comma list ("a,b").
#pragma once

#include "app/settings.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::app {

// Name → value. A map, so that tests don't touch the process's own environment.
using Environment = std::map<std::string, std::string>;
Environment process_environment();

// One thing that is wrong (or odd), with its place. Never holds a secret's text.
struct Problem {
    std::string where;   // "caredian.yaml:12", "CAREDIAN_MQTT_URL", or "" (the whole)
    std::string message; // "mqtt.url: …"
    std::string text() const { return where.empty() ? message : where + ": " + message; }
    bool operator==(const Problem&) const = default;
};

struct Loaded {
    Settings settings;              // meaningful only when `problems` is empty
    std::vector<Problem> problems;  // any: don't start (exit 2), don't reload
    std::vector<Problem> warnings;  // say them, go on
    std::string file;               // what was read; empty: none
    std::vector<std::string> files; // what was read besides: …_FILE secrets
    bool ok() const { return problems.empty(); }
};

// The file to read: `option` (--config), else CAREDIAN_CONFIG, else /etc/caredian/caredian.yaml
// when it is there. Empty: none. CAREDIAN_CONFIG set but empty means "no file".
std::string find_config_file(std::optional<std::string> option, const Environment& environment);

// Reads `file` (empty: none) and the environment. Touches nothing but these files and those that
// …_FILE names; opens no socket and makes nothing.
Loaded load_config(const std::string& file, const Environment& environment);

// The same for a text that is already in memory. `name` stands for it in messages.
Loaded load_config_text(std::string_view name, std::string_view yaml,
                        const Environment& environment);

} // namespace caredian::app
