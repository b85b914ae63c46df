#include "identity/oidc/groups.h"

#include "identity/oidc/directory.h"

#include <algorithm>

namespace caredian::identity::oidc {

namespace {

constexpr std::size_t most_read = 200'000;

} // namespace

result<void> Groups::put(const std::string& account, const std::string& provider,
                         std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    auto known = database_.query(
        "SELECT name FROM account_groups WHERE account = ? AND provider = ?", {account, provider});
    if (!known) return known.error();
    std::vector<std::string> before;
    before.reserve(known->size());
    for (const auto& row : *known) before.push_back(row.text(0));
    std::sort(before.begin(), before.end());
    if (before == names) return {};
    auto kept = database_.transaction([&](store::Connection& c) -> result<void> {
        auto gone = c.execute("DELETE FROM account_groups WHERE account = ? AND provider = ?",
                              {account, provider});
        if (!gone) return gone.error();
        for (const auto& name : names) {
            auto id = sha256_base64url(account + '\0' + provider + '\0' + name);
            auto put =
                c.execute("REPLACE INTO account_groups(id,account,provider,name) VALUES(?,?,?,?)",
                          {id, account, provider, name});
            if (!put) return put.error();
        }
        return {};
    });
    if (kept) changed_();
    return kept;
}

result<Groups::ByName> Groups::accounts() {
    auto rows = database_.query("SELECT account,provider,name FROM account_groups LIMIT ?",
                                {static_cast<std::int64_t>(most_read)});
    if (!rows) return rows.error();
    ByName out;
    for (const auto& row : *rows) {
        const auto name = row.text(2);
        // "PROVIDER/NAME" is ours to say: another provider's group "authentik/carers" is none of
        // Authentik's. A '/' in front names no provider (Keycloak's "/carers").
        if (auto slash = name.find('/'); slash == std::string::npos || slash == 0)
            out[name].push_back(row.text(0));
        out[row.text(1) + "/" + name].push_back(row.text(0));
    }
    return out;
}

result<void> Groups::sweep() {
    auto gone = database_.execute(
        "DELETE FROM account_groups WHERE account NOT IN (SELECT id FROM accounts)");
    return gone ? result<void>() : result<void>(gone.error());
}

} // namespace caredian::identity::oidc
