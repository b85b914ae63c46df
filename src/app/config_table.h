// The one table that drives everything: one row per setting. The loader, check-config, the sample,
// the reference pages and the reload read it and know nothing of a single setting.
//
// A row's path is the name of the struct's member ("mqtt.url" is Settings::mqtt.url), so the two
// cannot drift; its environment name follows from the path. Rows are written by topic in
// config_rows_*.cpp.
#pragma once

#include "app/config_value.h"
#include "app/config_yaml.h"
#include "app/settings.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::app {

enum class Shape { scalar, list, map, records };

// A key of a record (Shape::records), for the reference.
struct RecordKey {
    std::string name;
    Text kind;
    Text doc;
};

struct Row {
    std::string path; // "journal.max_bytes"
    Shape shape = Shape::scalar;
    Text kind;
    Text doc;                    // what it does, in sentences
    std::string example;         // YAML value for the sample; empty = the default
    std::vector<RecordKey> keys; // of each record
    bool secret = false;         // also …_FILE and "<path>_file"; never shown
    bool reloadable = false;
    // Says what is wrong, at the node's line. Leaves `out` alone then.
    using Report = std::function<void(int line, std::string message)>;
    std::function<void(const YamlNode& node, Settings& out, const Report& report)> read;
    std::function<std::string(const Settings&)> show; // YAML, one line; "" = not set
    std::function<bool(const Settings&, const Settings&)> same;
    std::function<void(const Settings& from, Settings& to)> copy;

    std::string environment() const; // "CAREDIAN_JOURNAL_MAX_BYTES"

    Row&& with_example(std::string yaml) && {
        example = std::move(yaml);
        return std::move(*this);
    }
    Row&& reloads() && {
        reloadable = true;
        return std::move(*this);
    }
};

// A topic: what its rows share in the sample and the reference.
struct Section {
    std::string name; // "mqtt"; empty: the top level
    Text title;
    Text doc;
    std::vector<Row> rows;
};

std::span<const Section> sections(); // in the order of the reference
const Row* find_row(std::string_view path);
std::vector<const Row*> all_rows();

// Names that the design holds and this version does not know yet: refused with a sentence of their
// own, never silently ignored.
struct Reserved {
    std::string_view path; // itself and all below it
    std::string_view message;
};
std::span<const Reserved> reserved();

// Names of the original CareDian gateway that have a counterpart here, and those that have none
// (the others: `path` is empty). Without regard to case, as it read them.
struct Original {
    std::string_view name;
    std::string_view path;
    std::string_view note; // why not, or how its value is read
};
std::span<const Original> original_names();

// The words of `names` nearest to `word`, when near enough to be a slip; else "".
std::string near_match(std::string_view word, const std::vector<std::string>& names);

} // namespace caredian::app
