#include "identity/login.h"

#include "base/encoding.h"
#include "base/json.h"
#include "identity/sealed_state.h"

namespace caredian::identity {

namespace {

constexpr std::string_view purpose = "login.second";
constexpr std::size_t token_bytes = 24;

} // namespace

Login::Login(Identity& identity, SecondFactors& factors, Passkeys& passkeys,
             const store::Sealer& sealer, const Clock& clock, Random& random)
    : identity_(identity), factors_(factors), passkeys_(passkeys), sealer_(sealer), clock_(clock),
      random_(random) {}

result<Login::Done> Login::let_in(Account account, const LoginFrom& from, std::string_view how) {
    auto session = identity_.sessions.start(account, from.client, from.agent, from.replaces);
    if (!session) return session.error();
    identity_.accounts.audit().write(guard::AuditEvent::login, {account.username, from.client},
                                     account.username, how);
    return Done{{std::move(account), std::move(*session)}, {}};
}

result<Login::Outcome> Login::password(const guard::Attempt& attempt, const std::string& username,
                                       const Secret& password, const LoginFrom& from) {
    auto& lockout = identity_.lockout;
    Accounts::Refusal refusal;
    auto account = identity_.accounts.verify(username, password.reveal(), &refusal);
    if (!account) {
        if (account.error() == Errc::refused)
            identity_.accounts.audit().write(guard::AuditEvent::login_failed, {"", from.client},
                                             refusal.subject, refusal.why);
        else
            lockout.withdrawn(attempt);
        return account.error();
    }
    auto state = factors_.state(account->id);
    if (!state) {
        lockout.withdrawn(attempt);
        return state.error();
    }
    const bool enrol = !state->on() && factors_.needed(*account);
    if (state->on() || enrol) {
        lockout.withdrawn(attempt); // no failure, and no reason to forget any
        auto next = next_step(*account, *state, enrol);
        if (!next) return next.error();
        return Outcome(std::move(*next));
    }
    lockout.succeeded(attempt);
    auto done = let_in(std::move(*account), from, {});
    if (!done) return done.error();
    return Outcome(std::move(*done));
}

// --- between the steps --------------------------------------------------------------------------

result<Login::NextStep> Login::next_step(const Account& account, const SecondFactors::State& state,
                                         bool enrol) {
    auto password = identity_.accounts.password_state(account.id);
    if (!password) return password.error();
    NextStep next;
    next.token = random_.token(token_bytes);
    next.username = account.username;
    next.enrol = enrol;
    next.app = state.app;
    if (!enrol && passkeys_.available()) {
        auto count = passkeys_.count(account.id);
        if (!count) return count.error();
        next.passkey = *count > 0;
    }
    std::string text;
    JsonWriter(text)
        .begin_object()
        .member("t", next.token)
        .member("a", account.id)
        .member("u", account.username)
        .member("m", password->mark)
        .member("n", enrol)
        .member("p", next.passkey)
        .member("e", to_ns(clock_.wall() + second_within))
        .end_object();
    next.cookie = seal_state(sealer_, purpose, {}, std::move(text), random_);
    return next;
}

result<Login::Pending> Login::open(std::string_view cookie, std::string_view token) const {
    auto held = open_state(sealer_, purpose, {}, cookie, clock_.wall());
    if (!held || !equal_constant_time(text_of(*held, "t"), token)) return Errc::start_again;
    auto text = [&](std::string_view name) { return std::string(text_of(*held, name)); };
    return Pending{text("a"), text("u"), text("m"), held->at("n").as_bool(),
                   held->at("p").as_bool()};
}

result<Account> Login::account_of(const Pending& pending) {
    auto account = identity_.accounts.find_id(pending.account);
    if (!account) return account.error();
    if (!*account || (*account)->disabled) return Errc::start_again;
    auto password = identity_.accounts.password_state(pending.account);
    if (!password) return password.error();
    if (password->mark != pending.mark) return Errc::start_again;
    return std::move(**account);
}

// --- the second step ----------------------------------------------------------------------------

result<Login::Done> Login::second(const guard::Attempt& attempt, const Pending& pending,
                                  std::string_view code, const LoginFrom& from) {
    const guard::Actor by{pending.username, from.client};
    auto work = [&]() -> result<Done> {
        auto account = account_of(pending);
        if (!account) return account.error();
        SecondFactors::Codes codes;
        if (pending.enrol) {
            auto made = factors_.finish_app(*account, code, by);
            if (!made) return made.error() == Errc::factor_on ? Errc::start_again : made.error();
            codes = std::move(*made);
        } else if (auto good = factors_.check(*account, code, by); !good) {
            return good.error();
        }
        auto done = let_in(std::move(*account), from, "with a second factor");
        if (done) done->codes = std::move(codes);
        return done;
    };
    auto done = work();
    if (done) {
        identity_.lockout.succeeded(attempt);
    } else if (done.error() == Errc::wrong_second) {
        identity_.accounts.audit().write(guard::AuditEvent::login_failed, {"", from.client},
                                         pending.username, "wrong second factor");
    } else {
        identity_.lockout.withdrawn(attempt);
    }
    return done;
}

result<Secret> Login::enrolment(const Pending& pending) {
    if (!pending.enrol) return Errc::start_again;
    if (auto account = account_of(pending); !account) return account.error();
    auto secret = factors_.begin_app(pending.account);
    if (!secret && secret.error() == Errc::factor_on) return Errc::start_again;
    return secret;
}

result<Passkeys::Begun> Login::begin_second_passkey(const Pending& pending) {
    if (pending.enrol) return Errc::start_again;
    if (auto account = account_of(pending); !account) return account.error();
    return passkeys_.begin_second(pending.account);
}

result<Login::Done> Login::second_passkey(const guard::Attempt& attempt, const Pending& pending,
                                          std::string_view ceremony, const Passkeys::Answer& answer,
                                          const LoginFrom& from) {
    auto work = [&]() -> result<Done> {
        if (pending.enrol) return Errc::start_again;
        if (auto account = account_of(pending); !account) return account.error();
        auto account = passkeys_.finish(ceremony, answer, pending.account, from.client);
        if (!account) return account.error();
        return let_in(std::move(*account), from, "with a passkey as second factor");
    };
    auto done = work();
    if (done) {
        identity_.lockout.succeeded(attempt);
    } else if (done.error() == Errc::bad_passkey || done.error() == Errc::unknown_passkey) {
        identity_.accounts.audit().write(guard::AuditEvent::login_failed, {"", from.client},
                                         pending.username, "wrong passkey");
    } else {
        identity_.lockout.withdrawn(attempt);
    }
    return done;
}

result<Login::Done> Login::passkey(std::string_view ceremony, const Passkeys::Answer& answer,
                                   const LoginFrom& from) {
    auto account = passkeys_.finish(ceremony, answer, {}, from.client);
    if (account) return let_in(std::move(*account), from, "with a passkey");
    if (account.error() == Errc::bad_passkey || account.error() == Errc::unknown_passkey)
        identity_.accounts.audit().write(guard::AuditEvent::login_failed, {"", from.client}, {},
                                         "passkey");
    return account.error();
}

// --- who is signed in ---------------------------------------------------------------------------

result<void> Login::must_be_fresh(const Principal& who) {
    auto found = identity_.sessions.read(who.session);
    if (!found) return found.error();
    if (*found && clock_.wall() - (*found)->created < fresh) return {};
    return Errc::confirm_first;
}

result<void> Login::check_current(const guard::Attempt& attempt, const Principal& who,
                                  const Secret& current) {
    auto account = identity_.accounts.verify(who.username, current.reveal());
    if (account) {
        identity_.lockout.succeeded(attempt);
        return {};
    }
    if (account.error() == Errc::refused) return Errc::wrong_password;
    identity_.lockout.withdrawn(attempt);
    return account.error();
}

result<Identity::SignedIn> Login::change_password(const guard::Attempt& attempt,
                                                  const Principal& who, const Secret& current,
                                                  const Secret& fresh_one, const LoginFrom& from) {
    auto has = identity_.accounts.password_state(who.account);
    result<void> may;
    if (!has)
        may = has.error();
    else if (auto good = check_password(fresh_one.reveal()); !good)
        may = good.error();
    if (!may) {
        identity_.lockout.withdrawn(attempt);
        return may.error();
    }
    if (has->set) {
        may = check_current(attempt, who, current);
    } else {
        identity_.lockout.withdrawn(attempt);
        may = must_be_fresh(who);
    }
    if (!may) return may.error();
    AccountChange change;
    change.password = fresh_one;
    auto account = identity_.accounts.change(who.username, change, {who.username, from.client});
    if (!account) return account.error();
    auto session = identity_.sessions.start(*account, from.client, from.agent);
    if (!session) return session.error();
    return Identity::SignedIn{std::move(*account), std::move(*session)};
}

} // namespace caredian::identity
