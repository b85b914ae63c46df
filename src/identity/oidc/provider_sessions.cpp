#include "identity/oidc/directory.h"

namespace caredian::identity::oidc {

namespace {

constexpr std::string_view id_purpose = "oidc.id_token";
constexpr std::string_view refresh_purpose = "oidc.refresh_token";

result<void> done(const result<std::uint64_t>& r) {
    return r ? result<void>() : result<void>(r.error());
}

result<std::vector<std::string>> ids(const result<store::Rows>& rows) {
    if (!rows) return rows.error();
    std::vector<std::string> out;
    for (const auto& row : *rows) out.push_back(row.text(0));
    return out;
}

// A sid has no bound of its own; the row's key has.
std::string sid_key(std::string_view sid) {
    return sid.empty() ? std::string() : sha256_base64url(sid);
}

} // namespace

std::string ProviderSessions::seal(std::string_view purpose, std::string_view session,
                                   const Secret& value) {
    return value.empty() ? std::string() : sealer_.seal(purpose, session, value, random_);
}

result<void> ProviderSessions::save(const ProviderSession& s) {
    const auto id_token = seal(id_purpose, s.session, s.tokens.id_token);
    const auto refresh = seal(refresh_purpose, s.session, s.tokens.refresh_token);
    const auto sid = sid_key(s.sid);
    // Never due without something to refresh with.
    const auto due = refresh.empty() ? 0 : to_ns(s.tokens.access_expires);
    return done(database_.execute(
        "REPLACE INTO provider_sessions(session,provider,person,sid,expires_ns,due_ns,id_token,"
        "refresh_token) VALUES(?,?,?,?,?,?,?,?)",
        {s.session, s.provider, s.person, sid, to_ns(s.expires), due, store::Blob(id_token),
         store::Blob(refresh)}));
}

result<std::optional<ProviderSession>> ProviderSessions::find(std::string_view session) {
    auto rows = database_.query("SELECT session,provider,person,sid,expires_ns,due_ns,id_token,"
                                "refresh_token FROM provider_sessions WHERE session = ?",
                                {session});
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<ProviderSession>();
    const auto& row = (*rows)[0];
    ProviderSession out{row.text(0), row.text(1), row.text(2), {}, from_ns(row.integer(4)), {}};
    out.tokens.access_expires = from_ns(row.integer(5));
    // Sealed with another key (a restored backup): as if there were none.
    auto open = [&](std::string_view purpose, const std::string& sealed) {
        auto opened =
            sealed.empty() ? result<Secret>(Secret()) : sealer_.open(purpose, out.session, sealed);
        return opened ? *opened : Secret();
    };
    out.tokens.id_token = open(id_purpose, row.text(6));
    out.tokens.refresh_token = open(refresh_purpose, row.text(7));
    return std::optional(std::move(out));
}

result<std::vector<std::string>> ProviderSessions::by_sid(std::string_view provider,
                                                          std::string_view sid) {
    return ids(database_.query("SELECT session FROM provider_sessions WHERE sid = ? AND "
                               "provider = ? LIMIT 10000",
                               {sid_key(sid), provider}));
}

result<std::vector<std::string>> ProviderSessions::by_person(std::string_view provider,
                                                             std::string_view person) {
    return ids(database_.query("SELECT session FROM provider_sessions WHERE person = ? AND "
                               "provider = ? LIMIT 10000",
                               {person, provider}));
}

result<std::vector<ProviderSessions::Due>> ProviderSessions::due(WallTime time, std::size_t limit) {
    auto rows = database_.query("SELECT session,due_ns FROM provider_sessions WHERE due_ns > 0 AND "
                                "due_ns < ? ORDER BY due_ns LIMIT ?",
                                {to_ns(time), static_cast<std::int64_t>(limit)});
    if (!rows) return rows.error();
    std::vector<Due> out;
    for (const auto& row : *rows) out.push_back({row.text(0), from_ns(row.integer(1))});
    return out;
}

result<bool> ProviderSessions::claim(const Due& due, WallTime until) {
    auto taken = database_.execute("UPDATE provider_sessions SET due_ns = ? WHERE session = ? AND "
                                   "due_ns = ?",
                                   {to_ns(until), due.session, to_ns(due.at)});
    if (!taken) return {boost::system::in_place_error, taken.error()};
    return {boost::system::in_place_value, *taken == 1};
}

result<void> ProviderSessions::renew(std::string_view session, const Tokens& tokens) {
    const auto id_token = seal(id_purpose, session, tokens.id_token);
    const auto refresh = seal(refresh_purpose, session, tokens.refresh_token);
    const auto due = refresh.empty() ? 0 : to_ns(tokens.access_expires);
    return done(database_.execute("UPDATE provider_sessions SET id_token = ?, refresh_token = ?, "
                                  "due_ns = ? WHERE session = ?",
                                  {store::Blob(id_token), store::Blob(refresh), due, session}));
}

result<void> ProviderSessions::forget(std::string_view session) {
    return done(database_.execute("DELETE FROM provider_sessions WHERE session = ?", {session}));
}

result<void> ProviderSessions::forget_account(std::string_view account) {
    return done(database_.execute("DELETE FROM provider_sessions WHERE person IN "
                                  "(SELECT id FROM identities WHERE account = ?)",
                                  {account}));
}

result<void> ProviderSessions::sweep(WallTime now) {
    return done(
        database_.execute("DELETE FROM provider_sessions WHERE expires_ns < ?", {to_ns(now)}));
}

} // namespace caredian::identity::oidc
