// A table of texts by key, of one home: how roles and grants are kept. Every change makes a new
// version of all of them.
#pragma once

#include "base/clock.h"
#include "store/database.h"

#include <string>
#include <string_view>
#include <vector>

namespace caredian::access {

result<void> prepare_body_tables(store::Database& database);

// Goes up with every change of any table of `home`, also of another process.
result<std::int64_t> version_of(store::Connection& c, const std::string& home);
result<void> bump_version(store::Connection& c, const std::string& home);

class BodyTable {
public:
    struct Rules {
        std::string_view name; // "roles", "grants"
        error_code missing;    // there is none of this key
        error_code exists;
        error_code too_many;
        error_code overtaken;
        std::size_t most = 0;
    };
    BodyTable(store::Database& database, const Clock& clock, std::string home, Rules rules)
        : database_(database), clock_(clock), home_(std::move(home)), rules_(rules) {}

    struct Row {
        std::string key;
        std::string body;
    };
    result<std::vector<Row>> all(); // by key
    result<std::string> find(const std::string& key);
    result<void> insert(const std::string& key, const std::string& body);
    // overtaken: it is not `before` any more.
    result<void> update(const std::string& key, const std::string& before, const std::string& body);
    result<void> remove(const std::string& key);

private:
    std::string id_of(const std::string& key) const { return home_ + "/" + key; }
    std::string sql(std::string_view begin, std::string_view end) const {
        return std::string(begin).append(" ").append(rules_.name).append(" ").append(end);
    }

    store::Database& database_;
    const Clock& clock_;
    std::string home_;
    Rules rules_;
};

} // namespace caredian::access
