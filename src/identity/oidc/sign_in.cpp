#include "identity/oidc/sign_in.h"

#include "base/encoding.h"
#include "base/log.h"
#include "net/offload.h"

namespace caredian::identity::oidc {

SignIn::SignIn(std::vector<ProviderOptions> providers, Identity& identity,
               store::Database& database, store::Sealer sealer, Pool& pool, const Clock& clock,
               Random& random)
    : identity_(identity), pool_(pool), clock_(clock), random_(random), sealer_(std::move(sealer)),
      directory_(database, identity.accounts, clock),
      provisioning_(database, directory_, identity.accounts, identity.sessions),
      sessions_(database, sealer_, random) {
    // Tokens of somebody whose sessions end are good for nothing any more.
    identity_.accounts.on_sessions_must_end([this](const Account& account) {
        if (auto r = sessions_.forget_account(account.id); !r)
            log::error("oidc", "a provider's tokens for a changed account are still kept",
                       {{"username", account.username}, {"reason", r.error().message()}});
    });
    for (auto& options : providers)
        providers_.push_back(std::make_unique<Provider>(std::move(options), clock));
}

Provider* SignIn::find(std::string_view id) const {
    for (const auto& provider : providers_)
        if (provider->options().id == id) return provider.get();
    return nullptr;
}

// `work` is a variable of the caller that is moved here: g++ 12 destroys a lambda twice that is
// written inside a co_await expression.
template <class Work>
awaitable<std::invoke_result_t<Work>> SignIn::blocking(Work work) {
    auto outcome = co_await net::offload(pool_, std::move(work));
    if (!outcome) co_return make_error_code(boost::system::errc::resource_unavailable_try_again);
    co_return std::move(*outcome);
}

awaitable<result<SignIn::Begun>> SignIn::begin(Provider& provider, std::string redirect_uri,
                                               std::string return_to, std::string language) {
    auto metadata = co_await provider.metadata();
    if (!metadata) co_return metadata.error();
    auto login = LoginState::fresh(random_, clock_.wall());
    login.provider = provider.options().id;
    login.redirect_uri = std::move(redirect_uri);
    login.return_to = std::move(return_to);
    login.language = std::move(language);
    co_return Begun{authorization_url(**metadata, provider.options(), login),
                    seal_login(login, sealer_, random_)};
}

namespace {

// Who may have answered: the state is this browser's, and the answer is the issuer's (RFC 9207: two
// providers must not be mixed up).
result<void> check_answer(const SignIn::Answer& answer, const LoginState& login,
                          const Metadata& metadata) {
    if (!equal_constant_time(answer.state, login.state)) return Errc::no_login;
    if (answer.issuer ? *answer.issuer != metadata.issuer : metadata.names_issuer)
        return Errc::issuer;
    if (!answer.error.empty()) return Errc::denied;
    if (answer.code.empty()) return Errc::malformed;
    return {};
}

} // namespace

awaitable<result<SignIn::Finished>> SignIn::finish(Answer answer) {
    auto login = open_login(answer.cookie, sealer_, clock_.wall());
    if (!login) co_return login.error();
    auto* provider = find(login->provider);
    if (!provider) co_return Errc::unknown_provider;
    auto metadata = co_await provider->metadata();
    if (!metadata) co_return metadata.error();
    if (auto r = check_answer(answer, *login, **metadata); !r) co_return r.error();
    auto use = [this, id = "login " + login->state, until = login->expires] {
        return directory_.use_once(id, until);
    };
    auto once = co_await blocking(std::move(use));
    if (!once) co_return once.error();
    auto grant = co_await provider->exchange(answer.code, login->verifier, login->redirect_uri,
                                             login->state);
    if (!grant) co_return grant.error();
    ProviderSession kept;
    auto person = co_await identify(*provider, *login, *grant, kept.sid);
    if (!person) co_return person.error();
    kept.provider = provider->options().id;
    kept.tokens = {grant->id_token, grant->refresh_token, {}};
    if (grant->expires_in > 0)
        kept.tokens.access_expires = clock_.wall() + std::chrono::seconds(grant->expires_in);
    auto let_in = [this, provider, login = *login, person = *person, answer, kept] {
        return admit(*provider, login, person, answer, kept);
    };
    auto finished = co_await blocking(std::move(let_in));
    co_return finished;
}

awaitable<result<Person>> SignIn::identify(Provider& provider, const LoginState& login,
                                           const Grant& grant, std::string& sid) {
    const auto& options = provider.options();
    auto metadata = co_await provider.metadata();
    if (!metadata) co_return metadata.error();
    Person person;
    if (options.openid) {
        auto token = parse_jws(grant.id_token.reveal());
        if (!token) co_return token.error();
        if (auto r = co_await provider.verify(*token); !r) co_return r.error();
        auto id = check_id_claims(*token, provider.verifier(), login.nonce,
                                  grant.access_token.reveal(), clock_.wall());
        if (!id) co_return id.error();
        person = read_person(id->claims, options.claims, options.issuer);
        person.subject = id->subject;
        sid = id->session;
        bool whole = !person.name.empty() && !person.email.empty() &&
                     (person.groups_known || options.claims.groups.empty());
        if (whole || !provider.has_userinfo(**metadata)) co_return person;
    }
    auto more = co_await provider.userinfo(grant.access_token, person.subject);
    if (!more) co_return more.error();
    auto said = read_person(*more, options.claims, options.issuer);
    if (options.openid)
        complete(person, said);
    else
        person = std::move(said);
    if (person.subject.empty()) co_return Errc::malformed;
    co_return person;
}

result<SignIn::Finished> SignIn::admit(const Provider& provider, const LoginState& login,
                                       const Person& person, const Answer& answer,
                                       ProviderSession kept) {
    auto& audit = identity_.accounts.audit();
    const auto& id = provider.options().id;
    auto account = directory_.sign_in(provider.options(), person, login.language, answer.client);
    if (!account) {
        auto why = account.error();
        if (why == Errc::not_admitted || why == identity::Errc::refused)
            audit.write(guard::AuditEvent::login_failed, {"", answer.client}, "",
                        (why == Errc::not_admitted ? "not admitted from " : "disabled, from ") +
                            id);
        return why;
    }
    auto session = identity_.sessions.start(*account, answer.client, answer.agent, answer.replaces);
    if (!session) return session.error();
    kept.session = session->session.id;
    kept.person = person_id(person.issuer, person.subject);
    kept.expires = session->session.expires;
    if (auto r = sessions_.save(kept); !r) {
        // A session that the provider could not end must not stay.
        (void)identity_.sessions.end(kept.session);
        return r.error();
    }
    audit.write(guard::AuditEvent::login, {account->username, answer.client}, account->username,
                "by " + id);
    return Finished{{std::move(*account), std::move(*session)}, login.return_to};
}

awaitable<std::string> SignIn::end(std::string session, std::string back) {
    auto take = [this, session] {
        auto found = sessions_.find(session);
        if (found && *found) (void)sessions_.forget(session);
        return found;
    };
    auto kept = co_await blocking(std::move(take));
    if (!kept || !*kept) co_return std::string();
    auto* provider = find((*kept)->provider);
    if (!provider) co_return std::string();
    auto metadata = co_await provider->metadata();
    if (!metadata || (*metadata)->end_session_endpoint.empty()) co_return std::string();
    std::string url = (*metadata)->end_session_endpoint;
    const auto& hint = (*kept)->tokens.id_token.reveal();
    if (!hint.empty()) add_parameter(url, "id_token_hint", hint);
    add_parameter(url, "client_id", provider->options().client_id);
    if (!back.empty()) add_parameter(url, "post_logout_redirect_uri", back);
    co_return url;
}

awaitable<result<std::size_t>> SignIn::backchannel(std::string logout_token) {
    auto token = parse_jws(logout_token);
    if (!token) co_return token.error();
    // Unverified: it only chooses whose keys to try.
    auto issuer = text_claim(token->claims, "iss");
    error_code why = Errc::issuer;
    for (const auto& provider : providers_) {
        if (!provider->options().openid || provider->options().issuer != issuer) continue;
        if (auto r = co_await provider->verify(*token); !r) {
            why = r.error();
            continue;
        }
        auto read = check_logout_claims(*token, provider->verifier(), clock_.wall());
        if (!read) {
            why = read.error();
            continue;
        }
        auto end_all = [this, p = provider.get(), claims = *read] {
            return end_sessions(*p, claims);
        };
        auto ended = co_await blocking(std::move(end_all));
        co_return ended;
    }
    co_return why;
}

result<std::size_t> SignIn::end_sessions(const Provider& provider, const LogoutToken& token) {
    const auto& id = provider.options().id;
    const auto once = "logout " + sha256_base64url(id + '\0' + token.id);
    auto used = directory_.was_used(once);
    if (!used) return used.error();
    if (*used) return Errc::replayed;
    auto found = token.session.empty()
                     ? sessions_.by_person(id, person_id(provider.options().issuer, token.subject))
                     : sessions_.by_sid(id, token.session);
    if (!found) return found.error();
    std::size_t ended = 0;
    for (const auto& session : *found) {
        auto gone = identity_.sessions.end(session);
        if (!gone) return gone.error(); // all of it again: nothing is marked as done
        if (auto r = sessions_.forget(session); !r) return r.error();
        if (*gone) ++ended;
    }
    // Only now: a provider that was told to try again comes with the same token.
    if (auto r = directory_.use_once(once, token.expires); !r && r.error() != Errc::replayed)
        return r.error();
    log::info("oidc", "a provider ended sessions", {{"provider", id}, {"sessions", ended}});
    return ended;
}

void SignIn::maintain() {
    auto warn = [](const result<void>& r) {
        if (!r) log::warning("oidc", "old rows stay", {{"reason", r.error().message()}});
    };
    warn(directory_.sweep());
    warn(directory_.groups().sweep());
    warn(sessions_.sweep(clock_.wall()));
}

} // namespace caredian::identity::oidc
