// Which groups of their providers people are in, as of their last sign-in or the provider's word.
// Any thread; blocks (SQL).
#pragma once

#include "store/database.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace caredian::identity::oidc {

// The DDL of its table: a step of the directory's.
inline constexpr std::string_view groups_table =
    "CREATE TABLE IF NOT EXISTS account_groups("
    "id {key} NOT NULL PRIMARY KEY, account {key} NOT NULL, provider {key} NOT NULL,"
    "name {text} NOT NULL) {table};"
    "CREATE INDEX IF NOT EXISTS account_groups_account ON account_groups(account)";

class Groups {
public:
    explicit Groups(store::Database& database) : database_(database) {}
    // These and no others, of this provider. Tells the listener when that is news.
    result<void> put(const std::string& account, const std::string& provider,
                     std::vector<std::string> names);
    // Accounts by group: "carers" of any provider, and "authentik/carers" of one.
    using ByName = std::map<std::string, std::vector<std::string>, std::less<>>;
    result<ByName> accounts();
    // Forgets accounts that are no more.
    result<void> sweep();

    // Called after a change was stored, on the thread that made it. Set it before threads start.
    void on_change(std::function<void()> listener) { changed_ = std::move(listener); }

private:
    store::Database& database_;
    std::function<void()> changed_ = [] {};
};

} // namespace caredian::identity::oidc
