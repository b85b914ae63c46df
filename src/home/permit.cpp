#include "home/permit.h"

#include "base/encoding.h"
#include "home/call.h"

#include <algorithm>
#include <array>

namespace caredian::home {

namespace http = net::http;
using access::Action;
using access::What;
using http::awaitable;
using http::Response;

namespace {

constexpr std::size_t service_body_limit = 256 * 1024; // held to be read

// Who asks from where, about what: decided now and again.
struct Judge {
    const RelayAccess& with;
    identity::PrincipalPtr who;
    net::Address from;
    std::size_t worker;
    std::vector<What> touched;
    Action action = Action::read;

    access::Decision decide(const What& what, Action wanted) const {
        return access::decide(*with.policies->of(worker), *who, what.resource(), wanted,
                              with.clock->wall(), from);
    }
    // All of them; the first that is denied says why.
    access::Decision all() const {
        access::Decision out{false, access::Reason::not_granted};
        for (const auto& what : touched) {
            out = decide(what, action);
            if (!out.allowed) break;
        }
        return out;
    }
};

using JudgePtr = std::shared_ptr<Judge>;

Permit permit_for(const JudgePtr& judge) {
    Permit out;
    out.still = [judge] { return judge->all().allowed; };
    return out;
}

StatesFilter::May reader_of(const JudgePtr& judge) {
    return [judge, places = judge->with.places->now()](std::string_view id) {
        What what;
        what.entity = id;
        what.domain = id.substr(0, id.find('.'));
        places->locate(what);
        return judge->decide(what, Action::read).allowed;
    };
}

Response refuse(const RelayAccess& with, const http::Request& request, const Judge& judge,
                access::Reason reason) {
    auto why = access::explain(reason);
    if (with.denials)
        with.denials->denied({{judge.who->username, request.client.to_string()},
                              std::string(request.path),
                              std::string(why)});
    return Response::problem(403, why);
}

Response problem_of_body(error_code error) {
    auto status = error == http::Errc::body_too_large ? 413u
                  : error == http::Errc::timeout      ? 408u
                                                      : 400u;
    auto made = Response::problem(status, error.message());
    made.close = true;
    return made;
}

} // namespace

awaitable<std::variant<Permit, Response>>
permit_call(const RelayAccess& access, http::Context& context, std::string_view rest) {
    const auto& request = context.request;
    const auto* held =
        context.principal ? std::any_cast<identity::PrincipalPtr>(context.principal) : nullptr;
    if (!held || !*held || !access.policies)
        co_return Response::problem(403, "only administrators may do this");
    auto judge = std::make_shared<Judge>(
        Judge{access, *held, request.client, request.worker, {}, Action::read});
    auto call = read_call(request.method, rest, request.query);

    // By its path: then all of it, whatever it is.
    auto by_path = access::Decision{false, access::Reason::not_granted};
    if (!call.path.empty()) {
        What path;
        path.path = call.path;
        judge->action = request.method == http::Method::get || request.method == http::Method::head
                            ? Action::read
                            : Action::control;
        judge->touched = {path};
        by_path = judge->all();
        if (by_path.allowed) co_return permit_for(judge);
    }
    judge->touched.clear();
    judge->action = call.action;
    const auto places = access.places->now();
    if (call.kind == Call::Kind::other) co_return refuse(access, request, *judge, by_path.reason);
    if (call.kind == Call::Kind::states) {
        const auto& policy = access.policies->of(request.worker);
        if (!policy->has_grants(**held))
            co_return refuse(access, request, *judge, access::Reason::not_granted);
        Permit out;
        out.still = [] { return true; }; // each state is asked for by itself
        out.may_read = reader_of(judge);
        co_return out;
    }
    std::optional<std::string> body;
    if (call.kind == Call::Kind::service) {
        if (request.header("content-encoding"))
            co_return Response::problem(415, "send the data as it is");
        auto text = co_await http::read_all(*request.body, service_body_limit);
        if (!text) co_return problem_of_body(text.error());
        auto data = read_service_data(call, *text);
        if (!data) co_return Response::problem(400, "the data is a JSON object");
        call.touched = std::move(data->touched);
        body = std::move(data->body);
    }
    for (auto& what : call.touched) places->locate(what);
    judge->touched = std::move(call.touched);
    if (auto decision = judge->all(); !decision.allowed)
        co_return refuse(access, request, *judge, decision.reason);
    auto out = permit_for(judge);
    if (body) {
        out.body = std::move(body);
        out.still = [] { return true; }; // it was done
        out.may_read = reader_of(judge);
    }
    co_return out;
}

void restrict_headers(const Permit& permit, std::vector<http::HeaderView>& headers) {
    constexpr auto of_body =
        std::to_array<std::string_view>({"content-type", "content-encoding", "content-language"});
    constexpr auto of_answer = std::to_array<std::string_view>(
        {"accept-encoding", "range", "if-range", "if-match", "if-none-match", "if-modified-since",
         "if-unmodified-since"});
    auto among = [](const auto& names, std::string_view name) {
        return std::any_of(names.begin(), names.end(),
                           [&](std::string_view one) { return iequals_ascii(one, name); });
    };
    std::erase_if(headers, [&](const http::HeaderView& field) {
        return (permit.body && among(of_body, field.name)) ||
               (permit.may_read && among(of_answer, field.name));
    });
    if (permit.body) headers.push_back({"Content-Type", "application/json"});
}

namespace {

class WatchedBody final : public http::BodySource {
public:
    WatchedBody(std::function<bool()> still, std::unique_ptr<http::InboundResponse> response)
        : still_(std::move(still)), response_(std::move(response)) {}
    awaitable<result<std::string_view>> next() override {
        auto piece = co_await response_->read_some();
        if (piece && !piece->empty() && !still_()) co_return http::Errc::stopped;
        co_return piece;
    }
    std::string_view at_hand() override { return response_->at_hand(); }

private:
    std::function<bool()> still_;
    std::unique_ptr<http::InboundResponse> response_;
};

class FilteredBody final : public http::BodySource {
public:
    FilteredBody(StatesFilter::May may, std::unique_ptr<http::InboundResponse> response)
        : filter_(std::move(may)), response_(std::move(response)) {}
    awaitable<result<std::string_view>> next() override {
        out_.clear();
        while (out_.empty()) {
            auto piece = co_await response_->read_some();
            if (!piece) co_return piece.error();
            if (piece->empty()) {
                if (!filter_.whole()) co_return http::Errc::bad_message;
                co_return std::string_view();
            }
            if (!filter_.take(*piece, out_)) co_return http::Errc::bad_message;
        }
        co_return std::string_view(out_);
    }

private:
    StatesFilter filter_;
    std::unique_ptr<http::InboundResponse> response_;
    std::string out_;
};

} // namespace

std::unique_ptr<http::BodySource> restrict_body(const Permit& permit,
                                                std::unique_ptr<http::InboundResponse> response) {
    if (permit.may_read && response->status() == 200)
        return std::make_unique<FilteredBody>(permit.may_read, std::move(response));
    return std::make_unique<WatchedBody>(permit.still, std::move(response));
}

} // namespace caredian::home
