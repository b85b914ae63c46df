#include "identity/authentik/users.h"

#include "base/encoding.h"
#include "base/log.h"
#include "identity/oidc/sign_in.h"
#include "net/offload.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace caredian::identity::authentik {

namespace http = net::http;
using http::awaitable;
using Kind = UserEvent::Kind;

namespace {

constexpr std::size_t max_kept = 200; // events that were not understood
constexpr std::size_t max_pages = 1000;
constexpr std::chrono::hours remember{24 * 30};

template <class Work>
awaitable<std::invoke_result_t<Work>> blocking(Pool& pool, Work work) {
    auto outcome = co_await net::offload(pool, std::move(work));
    if (!outcome) co_return make_error_code(boost::system::errc::resource_unavailable_try_again);
    co_return std::move(*outcome);
}

struct Page {
    std::vector<UserEvent> users;
    bool last = true;
};

result<Page> read_page(std::string_view text) {
    auto value = parse_json(text, {32});
    if (!value || !value->is_object()) return oidc::Errc::provider_error;
    const auto& o = value->get_object();
    auto* results = o.if_contains("results");
    if (!results || !results->is_array()) return oidc::Errc::provider_error;
    Page page;
    for (const auto& one : results->get_array())
        if (auto* user = one.if_object())
            if (auto read = read_user(*user)) page.users.push_back(std::move(*read));
    auto* pages = o.if_contains("pagination");
    auto* next = pages && pages->is_object() ? pages->get_object().if_contains("next") : nullptr;
    page.last = !next || !next->is_number() || next->to_number<double>() < 1;
    return page;
}

} // namespace

Users::Users(Options options, const oidc::ProviderOptions& provider, oidc::SignIn& sign_in,
             store::Database& database, Pool& pool, const Clock& clock)
    : options_(std::move(options)), provider_(provider), sign_in_(sign_in), database_(database),
      pool_(pool), clock_(clock) {
    auto tls = net::make_client_tls({.ca_file = options_.ca_file, .alpn = {"http/1.1"}});
    if (!tls)
        throw std::runtime_error("Authentik cannot be reached by TLS: " + tls.error().message());
    tls_ = *tls;
}

bool Users::is_authentik(std::string_view bearer) const {
    const auto& secret = options_.webhook_secret;
    return !secret.empty() && equal_constant_time(bearer, secret.reveal());
}

awaitable<result<std::string>> Users::get(std::string target, unsigned& status) {
    http::FetchRequest request;
    request.url = http::parse_url(options_.url + target).value(); // checked at load
    request.headers.emplace_back("Authorization", "Bearer " + options_.token.reveal());
    http::FetchOptions how;
    how.reach = http::Reach::named;
    how.body_limit = 4 * 1024 * 1024;
    how.tls = tls_;
    auto answer = co_await http::fetch(std::move(request), how);
    if (!answer) {
        log::warning("authentik", "the API does not answer",
                     {{"reason", answer.error().message()}});
        co_return oidc::Errc::unreachable;
    }
    status = answer->status;
    if (status != 200 && status != 404) {
        log::warning("authentik", "the API answers with an error", {{"status", status}});
        co_return oidc::Errc::unreachable;
    }
    co_return std::move(answer->body);
}

// Nothing: there is no such user any more.
awaitable<result<std::optional<UserEvent>>> Users::read(const std::string& pk) {
    unsigned status = 0;
    std::string target = "/api/v3/core/users/" + pk + "/";
    auto text = co_await get(std::move(target), status);
    if (!text) co_return text.error();
    if (status == 404) co_return std::optional<UserEvent>();
    auto value = parse_json(*text, {32});
    auto user = value && value->is_object() ? read_user(value->get_object()) : std::nullopt;
    if (!user || user->person.subject != pk) co_return oidc::Errc::provider_error;
    co_return user;
}

awaitable<result<Outcome>> Users::hook(std::string body) {
    auto event = read_event(body);
    if (event.kind == Kind::test) co_return Outcome::nothing;
    if (event.kind == Kind::unknown) {
        log::warning("authentik", "a webhook that is not understood is kept",
                     {{"bytes", body.size()}});
        auto put = [this, body] { return keep(body); };
        auto kept = co_await blocking(pool_, std::move(put));
        if (!kept) co_return kept.error();
        co_return Outcome::kept;
    }
    const auto& pk = event.person.subject;
    bool number = std::ranges::all_of(pk, [](char c) { return c >= '0' && c <= '9'; });
    if (reads_api() && number) {
        auto now = co_await read(pk);
        if (!now) co_return Outcome::away;
        if (*now) {
            event.person = (*now)->person;
            event.active = (*now)->active;
            event.kind = Kind::changed;
        } else {
            event.kind = Kind::gone;
        }
    }
    auto work = [this, event] { return apply(event); };
    auto done = co_await blocking(pool_, std::move(work));
    co_return done;
}

result<Outcome> Users::apply(const UserEvent& event) {
    auto& directory = sign_in_.directory();
    const auto once = "authentik " + event.id;
    if (!event.id.empty()) {
        auto used = directory.was_used(once);
        if (!used) return used.error();
        if (*used) return Outcome::nothing;
    }
    oidc::Provisioning::News news{event.person, event.active, !event.id.empty(), event.created};
    news.person.issuer = provider_.issuer;
    auto& people = sign_in_.provisioning();
    auto done = event.kind == Kind::gone
                    ? people.gone(provider_, event.person.subject, event.created)
                    : people.put(provider_, news);
    if (!done) return done.error();
    if (!event.id.empty()) {
        auto r = directory.use_once(once, clock_.wall() + remember);
        if (!r && r.error() != oidc::Errc::replayed) return r.error();
    }
    return *done ? Outcome::applied : Outcome::nothing;
}

result<void> Users::keep(const std::string& body) {
    const auto text = sanitize_utf8(body, 16 * 1024);
    auto put = database_.execute("INSERT INTO provider_events(received_ns,provider,body) "
                                 "VALUES(?,?,?)",
                                 {to_ns(clock_.wall()), provider_.id, std::string_view(text)});
    if (!put) return put.error();
    auto cut = database_.execute("DELETE FROM provider_events WHERE id <= "
                                 "(SELECT last FROM (SELECT MAX(id) - ? AS last FROM "
                                 "provider_events) AS newest)",
                                 {static_cast<std::int64_t>(max_kept)});
    if (!cut) return cut.error();
    return {};
}

awaitable<result<std::size_t>> Users::reconcile() {
    std::set<std::string> seen;
    for (std::size_t page = 1; page <= max_pages; ++page) {
        unsigned status = 0;
        std::string target =
            "/api/v3/core/users/?page_size=100&ordering=pk&page=" + std::to_string(page);
        auto text = co_await get(std::move(target), status);
        if (!text) co_return text.error();
        auto read = read_page(status == 200 ? std::string_view(*text) : std::string_view());
        if (!read) co_return read.error();
        for (const auto& user : read->users) {
            seen.insert(user.person.subject);
            auto work = [this, user] { return apply(user); };
            auto r = co_await blocking(pool_, std::move(work));
            if (!r) co_return r.error();
        }
        if (read->last) break;
        if (page == max_pages) co_return oidc::Errc::provider_error;
    }
    auto work = [this, seen] { return miss(seen); };
    auto done = co_await blocking(pool_, std::move(work));
    co_return done;
}

// All pages were read: who was in none of them is gone. A token that may not see everybody would
// shut everybody out, so that more than a few at once are not believed.
result<std::size_t> Users::miss(const std::set<std::string>& seen) {
    auto& people = sign_in_.provisioning();
    auto known = people.subjects(provider_.issuer);
    if (!known) return known.error();
    std::erase_if(*known, [&](const std::string& s) { return seen.contains(s); });
    if (known->size() > 3 && known->size() * 2 > seen.size()) {
        log::error("authentik", "too many people are missing in the API to be believed",
                   {{"missing", known->size()}, {"there", seen.size()}});
        return oidc::Errc::provider_error;
    }
    for (const auto& subject : *known)
        if (auto r = people.gone(provider_, subject, clock_.wall()); !r) return r.error();
    return seen.size();
}

} // namespace caredian::identity::authentik
