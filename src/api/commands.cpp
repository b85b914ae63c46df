#include "api/commands.h"

#include "api/command_body.h"
#include "api/people_helpers.h"
#include "api/query_limit.h"
#include "api/route.h"
#include "base/log.h"
#include "net/awaited.h"
#include "net/offload.h"

#include <memory>
#include <utility>
#include <variant>
#include <vector>

namespace caredian::api {

namespace commands = devices::commands;
using commands::Record;
using commands::State;
using devices::DeviceView;
using net::http::awaitable;
using net::http::Context;
using net::http::Method;
using net::http::Response;

namespace {

constexpr std::size_t most_listed = 200, usually_listed = 50;

Response no_device() {
    return Response::problem(404, "There is no device of this id.");
}

Response unavailable(error_code error) {
    log::error("commands", "the database cannot be used", {{"reason", error.message()}});
    return Response::problem(503, "this cannot be done right now: try again");
}

Response refused(error_code error) {
    using commands::Errc;
    if (error == Errc::busy || error == Errc::too_many)
        return too_many(std::chrono::seconds(1), error.message());
    if (error == Errc::away || error == Errc::stopping)
        return Response::problem(503, error.message());
    return unavailable(error);
}

unsigned status_of_command(State state) {
    switch (state) {
    case State::pending:
        return 202;
    case State::no_answer:
        return 504;
    case State::failed:
        return 502;
    default:
        return 200;
    }
}

Response answer(const Record& record) {
    return no_store(Response::json(status_of_command(record.state), record_json(record)));
}

// Who else has to do with a topic.
struct Others {
    devices::TopicClaims claims;
    std::vector<DeviceView> shared;
};

// Pool: looks at every device.
Others others_at(const devices::Registry& registry, const std::string& id,
                 const std::string& topic) {
    Others out{registry.claims(id, topic), {}};
    if (!out.claims.owner.empty()) return out;
    for (const auto& other : out.claims.shared) {
        auto device = registry.find(other);
        if (!device) continue;
        auto& kept = out.shared.emplace_back(); // what rights ask for; values may be many
        kept.id = device->id;
        kept.area = device->area_for_rights();
        kept.sources = std::move(device->sources);
    }
    return out;
}

// One request that tells a device something.
struct Telling {
    Context& context;
    const CommandsPart& part;
    identity::PrincipalPtr who = {};
    std::string id = std::string(context.parameters.at(0));

    bool visible(const DeviceView& device) const {
        return Visible::of(part.seeing, context).device(device);
    }
    access::Decision may_control(const DeviceView& device) const;
    void note(std::string why) const; // in the audit
    Response forbidden(access::Reason reason) const;
    Response impossible(const std::string& why) const;
    // nullopt: the topic may be used by whoever calls.
    std::optional<Response> others(const std::string& topic, const Others& found) const;
    awaitable<Response> run();
    awaitable<Response> go(commands::Asked asked, bool wait);
};

access::Decision Telling::may_control(const DeviceView& device) const {
    const auto& seeing = part.seeing;
    if (!who) return {false, access::Reason::not_signed_in};
    if (!seeing.policies) return {true, access::Reason::is_admin};
    const bool one = device.sources.size() == 1;
    const access::Place place{device.id, device.area_for_rights()};
    const auto what = devices::resource_of(&place, one ? device.sources[0].measurement : "",
                                           one ? device.sources[0].device : "");
    const auto& policy = *seeing.policies->of(context.request.worker);
    return access::decide(policy, *who, what, access::Action::control, seeing.clock->wall(),
                          context.request.client);
}

void Telling::note(std::string why) const {
    if (!part.denials) return;
    part.denials->denied(
        {actor_of(context), "/api/v1/devices/" + id + "/commands", std::move(why)});
}

Response Telling::forbidden(access::Reason reason) const {
    const std::string why(access::explain(reason));
    note(why);
    return Response::problem(403, why);
}

Response Telling::impossible(const std::string& why) const {
    note(why);
    return Response::problem(422, why);
}

// A device may name any topic in what it says about itself. One that is another's by that one's own
// convention is refused; one that others name, too, needs the right for all of them.
std::optional<Response> Telling::others(const std::string& topic, const Others& found) const {
    const auto& claims = found.claims;
    if (!claims.owner.empty())
        return impossible("the device's command topic belongs to another device");
    if (!claims.own && commands::needs_owner(topic, part.conventions))
        return impossible(
            "the device's command topic belongs to a bridge or to another family of devices");
    for (const auto& device : found.shared)
        if (auto decision = may_control(device); !decision.allowed)
            return forbidden(decision.reason);
    return std::nullopt;
}

awaitable<Response> Telling::run() {
    const auto* held = std::any_cast<identity::PrincipalPtr>(context.principal);
    if (held) who = *held;
    auto device = part.registry.find(id);
    if (!device || !visible(*device)) co_return no_device();
    auto read = read_command(context.request, id);
    if (auto* problem = std::get_if<Response>(&read)) co_return std::move(*problem);
    auto body = std::get<CommandBody>(std::move(read));
    if (auto decision = may_control(*device); !decision.allowed)
        co_return forbidden(decision.reason);
    auto planned =
        commands::plan(*device, body.wanted, part.conventions, part.commands.procedure_number());
    if (auto* refusal = std::get_if<commands::Refusal>(&planned))
        co_return impossible(refusal->why);
    commands::Asked asked;
    asked.plan = std::get<commands::Plan>(std::move(planned));
    auto look = [&registry = part.registry, device_id = id, topic = asked.plan.topic] {
        return others_at(registry, device_id, topic);
    };
    auto found = co_await net::offload(part.pool, std::move(look));
    if (!found) co_return too_busy();
    if (auto no = others(asked.plan.topic, *found)) co_return std::move(*no);
    asked.device = id;
    if (!body.wanted.values) asked.entity = asked.plan.entities.at(0);
    asked.request = std::move(body.request);
    asked.account = who->account;
    asked.by = actor_of(context);
    asked.limits = body.limits;
    asked.once = std::move(body.once);
    auto going = go(std::move(asked), body.wait);
    co_return co_await std::move(going);
}

awaitable<Response> Telling::go(commands::Asked asked, bool wait) {
    using Added = commands::CommandStore::Added;
    auto work = [&all = part.commands, asked] { return all.begin(asked); };
    auto begun = co_await net::offload(part.pool, std::move(work));
    if (!begun) co_return too_busy();
    if (!*begun) co_return refused(begun->error());
    const auto outcome = std::move(**begun);
    if (outcome.added == Added::other_body)
        co_return Response::problem(409, "this Idempotency-Key was used for another command");
    const bool fresh = outcome.added == Added::fresh;
    auto& all = part.commands;
    if (!fresh && (!wait || outcome.record.state != State::pending))
        co_return answer(outcome.record);
    if (!wait) {
        all.send(outcome.record, std::move(asked.plan), asked.limits, [](const Record&) {});
        co_return answer(outcome.record);
    }
    auto start = [&all, &asked, &outcome, fresh](std::function<void(Record)> done) {
        if (fresh)
            all.send(outcome.record, std::move(asked.plan), asked.limits, std::move(done));
        else
            all.join(outcome.record, std::move(done));
    };
    const auto record = co_await net::awaited<Record>(start);
    // It could not be sent after all, and was taken back.
    if (record.id.empty() || (fresh && record.state == State::pending))
        co_return refused(commands::make_error_code(commands::Errc::away));
    co_return answer(record);
}

awaitable<Response> tell(Context& context, const CommandsPart& part) {
    Telling telling{context, part};
    co_return co_await telling.run();
}

awaitable<Response> list(Context& context, const CommandsPart& part) {
    const std::string id(context.parameters.at(0));
    auto device = part.registry.find(id);
    if (!device || !Visible::of(part.seeing, context).device(*device)) co_return no_device();
    auto limit = read_limit(context.request, most_listed, usually_listed);
    if (!limit) co_return Response::problem(400, wrong_limit(most_listed));
    auto work = [&all = part.commands, id, most = *limit] { return all.list(id, most); };
    auto found = co_await net::offload(part.pool, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return unavailable(found->error());
    std::string body = "{\"commands\":[";
    for (const auto& record : **found) {
        if (body.back() != '[') body += ',';
        body += record_json(record);
    }
    co_return no_store(Response::json(200, body + "]}"));
}

// What was told to a device that is gone is for administrators.
awaitable<Response> one(Context& context, const CommandsPart& part) {
    const auto visible = Visible::of(part.seeing, context);
    auto work = [&all = part.commands, id = std::string(context.parameters.at(0))] {
        return all.find(id);
    };
    auto found = co_await net::offload(part.pool, std::move(work));
    if (!found) co_return too_busy();
    if (!*found) co_return unavailable(found->error());
    const auto& record = **found;
    auto device = record ? part.registry.find(record->device) : std::nullopt;
    const bool seen = record && (device ? visible.device(*device) : visible.everything());
    if (!seen) co_return Response::problem(404, "There is no command of this id.");
    co_return no_store(Response::json(200, record_json(*record)));
}

} // namespace

void add_commands_routes(net::http::Router& router, const CommandsPart& part) {
    const auto held = std::make_shared<const CommandsPart>(part);
    const std::string of_device = "/api/v1/devices/{id}/commands";
    router.add(make_route(of_device, Method::post, "granted", "Tells a device what to do",
                          longest_command,
                          [held](Context& context) { return tell(context, *held); }));
    router.add(make_route(of_device, Method::get, "signed-in", "What a device was told", 0,
                          [held](Context& context) { return list(context, *held); }));
    router.add(make_route("/api/v1/commands/{id}", Method::get, "signed-in",
                          "One command and what came of it", 0,
                          [held](Context& context) { return one(context, *held); }));
}

} // namespace caredian::api
