// SignIn: refreshing what the providers gave.
#include "base/log.h"
#include "identity/oidc/sign_in.h"
#include "net/offload.h"

namespace caredian::identity::oidc {

namespace {

constexpr std::size_t at_once = 100;          // sessions in one round
constexpr std::chrono::seconds try_again{30}; // after a provider did not answer

// As SignIn::blocking; `work` is a variable of the caller, moved.
template <class Work>
awaitable<std::invoke_result_t<Work>> on_pool(Pool& pool, Work work) {
    auto outcome = co_await net::offload(pool, std::move(work));
    if (!outcome) co_return make_error_code(boost::system::errc::resource_unavailable_try_again);
    co_return std::move(*outcome);
}

} // namespace

awaitable<void> SignIn::refresh_due() {
    auto look = [this] { return sessions_.due(clock_.wall(), at_once); };
    auto due = co_await on_pool(pool_, std::move(look));
    if (!due) co_return;
    for (auto& one : *due) co_await refresh(std::move(one));
}

awaitable<void> SignIn::refresh(ProviderSessions::Due due) {
    using Taken = result<std::optional<ProviderSession>>;
    auto take = [this, due]() -> Taken {
        auto mine = sessions_.claim(due, clock_.wall() + try_again);
        if (!mine) return mine.error();
        if (!*mine) return std::optional<ProviderSession>();
        auto session = identity_.sessions.read(due.session);
        if (!session) return session.error();
        if (!*session) { // it has ended: nothing is asked for any more
            if (auto gone = sessions_.forget(due.session); !gone) return gone.error();
            return std::optional<ProviderSession>();
        }
        return sessions_.find(due.session);
    };
    auto kept = co_await on_pool(pool_, std::move(take));
    if (!kept || !*kept) co_return;
    auto* provider = find((*kept)->provider);
    if (!provider || (*kept)->tokens.refresh_token.empty()) co_return;
    Secret token = (*kept)->tokens.refresh_token;
    auto grant = co_await provider->refresh(std::move(token));
    result<void> done;
    if (grant) {
        done = co_await renew(*provider, **kept, *grant);
    } else if (grant.error() == Errc::denied) {
        auto give_up = [this, session = **kept] { return given_up(session); };
        done = co_await on_pool(pool_, std::move(give_up));
    } // else: it does not answer now; the session lives on within its limits
    if (!done)
        log::warning("oidc", "a session's tokens were not renewed",
                     {{"provider", (*kept)->provider}, {"reason", done.error().message()}});
}

// The refresh token is void. It may be that another gateway used it a moment ago and got a new
// one: only what is still the newest is believed to be the end.
result<void> SignIn::given_up(const ProviderSession& kept) {
    auto now = sessions_.find(kept.session);
    if (!now) return now.error();
    if (!*now || !((*now)->tokens.refresh_token == kept.tokens.refresh_token)) return {};
    log::info("oidc", "a provider takes a session back", {{"provider", kept.provider}});
    if (auto r = identity_.sessions.end(kept.session); !r) return r.error();
    return sessions_.forget(kept.session);
}

awaitable<result<void>> SignIn::renew(Provider& provider, const ProviderSession& kept,
                                      const Grant& grant) {
    Tokens tokens{kept.tokens.id_token, kept.tokens.refresh_token,
                  clock_.wall() +
                      std::chrono::seconds(std::max<std::int64_t>(grant.expires_in, 60))};
    if (!grant.refresh_token.empty()) tokens.refresh_token = grant.refresh_token;
    // First of all: the old one may be void already, and what follows asks the provider again.
    auto keep = [this, session = kept.session, tokens] { return sessions_.renew(session, tokens); };
    auto first = co_await on_pool(pool_, std::move(keep));
    if (!first) co_return first.error();
    std::optional<Person> person;
    if (!grant.id_token.empty() && provider.options().openid) {
        LoginState no_login; // a refresh has no nonce (OpenID Connect Core 12.2)
        std::string sid;
        auto identified = co_await identify(provider, no_login, grant, sid);
        if (!identified) co_return identified.error();
        if (person_id(identified->issuer, identified->subject) != kept.person)
            co_return Errc::subject;
        tokens.id_token = grant.id_token;
        person = std::move(*identified);
    }
    auto store = [this, &provider, session = kept.session, tokens, person]() -> result<void> {
        if (auto r = sessions_.renew(session, tokens); !r || !person) return r;
        Provisioning::News news;
        news.person = *person;
        news.may_create = false;
        news.may_enable = false; // it may have been disabled there while this was under way
        auto put = provisioning_.put(provider.options(), news);
        return put ? result<void>() : result<void>(put.error());
    };
    auto stored = co_await on_pool(pool_, std::move(store));
    co_return stored;
}

} // namespace caredian::identity::oidc
