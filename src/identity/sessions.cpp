#include "identity/sessions.h"

#include "base/encoding.h"
#include "base/log.h"

#include <algorithm>

namespace caredian::identity {

namespace {

constexpr std::size_t id_bytes = 16;
constexpr std::size_t max_agent = 200;

Claims claims_of(const Session& s) {
    auto seconds = [](WallTime t) {
        return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
    };
    return {s.id, s.account, seconds(s.created), seconds(s.expires)};
}

SessionOwner owner_of(const Account& a) {
    return {a.username, a.full_name, a.email, a.language, a.role};
}

PrincipalPtr principal_for(const SessionOwner& owner, const Session& session) {
    auto* p = new Principal;
    PrincipalPtr out(p);
    p->username = owner.username;
    p->full_name = owner.full_name;
    p->email = owner.email;
    p->account = session.account;
    p->session = session.id;
    p->language = owner.language;
    p->role = owner.role;
    p->expires = session.expires;
    return out;
}

} // namespace

Sessions::Sessions(SessionStore& store, Accounts& accounts, const Secret& secret,
                   const Clock& clock, Random& random, SessionLimits limits)
    : store_(store), accounts_(accounts), secret_(secret), clock_(clock), random_(random),
      key_(secret), idle_ns_(limits.idle.count()), absolute_ns_(limits.absolute.count()),
      per_account_(limits.per_account) {
    accounts_.on_sessions_must_end([this](const Account& account) {
        if (auto r = end_all(account.id); !r)
            log::error("identity", "sessions of a changed account could not be ended",
                       {{"username", account.username}, {"reason", r.error().message()}});
    });
    accounts_.on_changed([this](const Account& account) {
        if (auto r = store_.update_owner(account.id, owner_of(account)); !r)
            log::warning("identity", "sessions of a changed account show what it was before",
                         {{"username", account.username}, {"reason", r.error().message()}});
    });
}

SessionLimits Sessions::limits() const {
    return {nanoseconds(idle_ns_.load(std::memory_order_relaxed)),
            nanoseconds(absolute_ns_.load(std::memory_order_relaxed)), per_account_};
}

void Sessions::set_limits(SessionLimits limits) {
    idle_ns_.store(limits.idle.count(), std::memory_order_relaxed);
    absolute_ns_.store(limits.absolute.count(), std::memory_order_relaxed);
}

nanoseconds Sessions::touch_interval() const {
    return std::min<nanoseconds>(std::chrono::minutes(1), limits().idle / 4);
}

bool Sessions::run_out(const Session& s, WallTime now) const {
    // The absolute limit as it is set today also counts: a shorter one takes effect at once.
    auto set = limits();
    return now >= s.expires || now - s.created >= set.absolute || now - s.last_used >= set.idle;
}

void Sessions::tell(const std::string& id) const {
    for (const auto& listener : listeners_) listener(id);
}

result<Sessions::Started> Sessions::start(const Account& account, std::string client,
                                          std::string_view agent, std::string_view replaces) {
    WallTime now = clock_.wall();
    Session s;
    s.id = random_.token(id_bytes);
    s.account = account.id;
    s.created = s.last_used = now;
    s.expires = now + limits().absolute;
    s.client = std::move(client);
    s.agent = sanitize_utf8(agent, max_agent);
    s.owner = owner_of(account);
    if (auto r = store_.create(s); !r) return r.error();
    if (!replaces.empty())
        if (auto r = end(replaces); !r) return r.error();
    auto all = store_.list(account.id);
    if (!all) return all.error();
    for (std::size_t i = 0; i + per_account_ < all->size(); ++i) (void)end((*all)[i].id);
    std::string token = token_of(s);
    return Started{std::move(s), std::move(token)};
}

std::string Sessions::token_of(const Session& session) {
    std::lock_guard lock(signing_);
    return key_.sign(claims_of(session));
}

result<Sessions::Live> Sessions::find(const Claims& claims) {
    auto session = store_.find(claims.session);
    if (!session) return session.error();
    if (!*session || (*session)->account != claims.account) return Errc::not_found;
    auto account = accounts_.find_id(claims.account);
    if (!account) return account.error();
    if (!*account || (*account)->disabled || run_out(**session, clock_.wall())) {
        (void)end(claims.session);
        return Errc::expired;
    }
    return Live{principal_for(owner_of(**account), **session), (*session)->last_used};
}

result<Sessions::Live> Sessions::judge(const Claims& claims, const Session& session) const {
    if (session.account != claims.account || !session.owner) return Errc::not_found;
    if (run_out(session, clock_.wall())) return Errc::expired;
    return Live{principal_for(*session.owner, session), session.last_used};
}

result<std::optional<Session>> Sessions::read(std::string_view id) {
    auto found = store_.find(id);
    if (found && *found && run_out(**found, clock_.wall())) found->reset();
    return found;
}

result<void> Sessions::end_others(std::string_view account, std::string_view but) {
    auto all = store_.list(account);
    if (!all) return all.error();
    for (const auto& s : *all)
        if (s.id != but)
            if (auto r = end(s.id); !r) return r.error();
    return {};
}

result<bool> Sessions::end(std::string_view id) {
    auto ended = store_.end(id);
    // Told even when it was not there: a worker may still remember it.
    if (ended) tell(std::string(id));
    return ended;
}

result<void> Sessions::end_all(std::string_view account) {
    auto all = store_.list(account);
    if (auto r = store_.end_all(account); !r) return r;
    if (all)
        for (const auto& s : *all) tell(s.id);
    else
        for (const auto& listener : account_listeners_) listener(std::string(account));
    return {};
}

result<std::vector<Session>> Sessions::list(std::string_view account) {
    auto all = store_.list(account);
    if (!all) return all;
    std::erase_if(*all, [&, now = clock_.wall()](const Session& s) { return run_out(s, now); });
    return all;
}

result<void> Sessions::touch(std::string_view id, WallTime used) {
    return store_.touch(id, used);
}

result<void> Sessions::sweep() {
    WallTime now = clock_.wall();
    return store_.sweep(now, now - limits().idle);
}

} // namespace caredian::identity
