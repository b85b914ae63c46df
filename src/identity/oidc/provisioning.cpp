#include "identity/oidc/provisioning.h"

#include "base/log.h"

namespace caredian::identity::oidc {

namespace {

guard::Actor actor(const ProviderOptions& provider) {
    return {provider.id, ""};
}

} // namespace

result<std::optional<Provisioning::Known>> Provisioning::known(const std::string& id) {
    auto account = directory_.find(id);
    if (!account) return account.error();
    if (!*account) return std::optional<Known>();
    auto rows = database_.query("SELECT event_ns,(SELECT COUNT(*) FROM disabled_there AS d "
                                "WHERE d.id = i.id) FROM identities AS i WHERE i.id = ?",
                                {id});
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Known>();
    const auto& row = (*rows)[0];
    return std::optional(Known{std::move(**account), row.integer(1) != 0, from_ns(row.integer(0))});
}

result<bool> Provisioning::set_disabled(const ProviderOptions& provider, const std::string& id,
                                        const Known& who, bool disabled) {
    AccountChange change;
    change.disabled = disabled;
    auto changed = accounts_.change(who.account.username, change, actor(provider));
    if (!changed && changed.error() == identity::Errc::last_admin) {
        log::warning("oidc", "the last administrator stays enabled, whatever the provider says",
                     {{"username", who.account.username}, {"provider", provider.id}});
        return {boost::system::in_place_value, false};
    }
    if (!changed) return {boost::system::in_place_error, changed.error()};
    auto noted = database_.execute(disabled ? "REPLACE INTO disabled_there(id) VALUES(?)"
                                            : "DELETE FROM disabled_there WHERE id = ?",
                                   {id});
    if (!noted) return {boost::system::in_place_error, noted.error()};
    return {boost::system::in_place_value, true};
}

result<bool> Provisioning::put(const ProviderOptions& provider, const News& news) {
    auto failed = [](error_code e) { return result<bool>(boost::system::in_place_error, e); };
    const auto id = person_id(news.person.issuer, news.person.subject);
    auto found = known(id);
    if (!found) return failed(found.error());
    if (!*found) {
        bool wanted = news.active && news.may_create && admits(provider, news.person, false);
        if (!wanted) return {boost::system::in_place_value, false};
        auto made = directory_.create(provider, news.person, "ko", actor(provider));
        if (!made) return failed(made.error());
    } else {
        const Known& who = **found;
        if (news.at != WallTime{} && news.at <= who.last)
            return {boost::system::in_place_value, false};
        auto followed = directory_.follow(provider, news.person, who.account, actor(provider));
        if (!followed) return failed(followed.error());
        bool disable = !news.active && !who.account.disabled;
        bool enable = news.active && news.may_enable && who.account.disabled && who.disabled_there;
        if (disable || enable)
            if (auto r = set_disabled(provider, id, who, disable); !r) return r;
        if (!admits(provider, news.person, true))
            if (auto r = sessions_.end_all(who.account.id); !r) return failed(r.error());
    }
    auto noted = database_.execute("UPDATE identities SET email = ?, event_ns = ? WHERE id = ? AND "
                                   "event_ns <= ?",
                                   {news.person.email, to_ns(news.at), id, to_ns(news.at)});
    if (!noted) return failed(noted.error());
    return {boost::system::in_place_value, true};
}

result<bool> Provisioning::gone(const ProviderOptions& provider, std::string_view subject,
                                WallTime at) {
    const auto id = person_id(provider.issuer, subject);
    auto found = known(id);
    if (!found) return {boost::system::in_place_error, found.error()};
    if (!*found || (*found)->account.disabled) return {boost::system::in_place_value, false};
    auto done = set_disabled(provider, id, **found, true);
    if (!done) return done;
    // A number is never given twice there: what is older cannot bring the person back.
    auto noted = database_.execute("UPDATE identities SET event_ns = ? WHERE id = ? AND "
                                   "event_ns < ?",
                                   {to_ns(at), id, to_ns(at)});
    if (!noted) return {boost::system::in_place_error, noted.error()};
    return done;
}

result<std::vector<std::string>> Provisioning::subjects(std::string_view issuer) {
    // `issuer` has no index: this runs once a day.
    auto rows =
        database_.query("SELECT subject FROM identities WHERE issuer = ? LIMIT 100000", {issuer});
    if (!rows) return rows.error();
    std::vector<std::string> out;
    for (const auto& row : *rows) out.push_back(row.text(0));
    return out;
}

} // namespace caredian::identity::oidc
