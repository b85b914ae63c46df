#include "app/control_enrol.h"

#include "api/enrolment_json.h"
#include "app/control_arguments.h"
#include "base/encoding.h"
#include "devices/enrol/broker_files.h"

namespace caredian::app {

namespace enrol = devices::enrol;

namespace {

using Told = std::function<bool()>;

ControlAnswer failed(error_code error, const std::string& id) {
    return ControlAnswer::failure(api::enrolment_problem(error, id));
}

ControlAnswer init(enrol::Enrolment& enrolment, Random& random, const json::object& arguments) {
    const auto words = text_argument(arguments, "hosts");
    std::vector<std::string> hosts;
    for (std::string_view rest = words; !rest.empty();)
        hosts.emplace_back(trim(next_token(rest, ',')));
    if (hosts.empty()) return failed(enrol::Errc::no_hosts, {});
    auto root = enrolment.authority().root();
    if (!root) return answer_of(root);
    auto pair = enrol::make_pair(enrolment.authority(), enrol::Holder::broker, "broker", hosts);
    if (!pair) return answer_of(pair);
    auto list = enrolment.authority().revocation_list();
    if (!list) return answer_of(list);
    auto model = enrolment.model();
    if (!model) return answer_of(model);
    enrolment.broker_made(words, command_line_actor);
    ControlAnswer out;
    out.result.clear();
    JsonWriter(out.result)
        .begin_object()
        .member("ca", *root)
        .member("list", *list)
        .member("certificate", pair->certificate)
        .member("key", pair->key.reveal())
        .member("accounts", enrol::dynsec::file(*model, random))
        .end_object();
    return out;
}

ControlAnswer give(enrol::Enrolment& enrolment, const std::string& id,
                   const json::object& arguments, const Told& told) {
    auto given = enrolment.give(id, text_argument(arguments, "request"),
                                text_argument(arguments, "at_once") == "true", command_line_actor);
    if (!given) return failed(given.error(), id);
    ControlAnswer out;
    out.result = api::identity_json(*given, told());
    return out;
}

ControlAnswer code(enrol::Enrolment& enrolment, const std::string& id) {
    auto made = enrolment.make_code(id, command_line_actor);
    if (!made) return failed(made.error(), id);
    ControlAnswer out;
    out.result.clear();
    JsonWriter(out.result)
        .begin_object()
        .member("code", made->text.reveal())
        .member("expires", made->expires)
        .end_object();
    return out;
}

ControlAnswer add(enrol::Enrolment& enrolment, const json::object& arguments, const Told& told) {
    enrol::NewDevice fresh;
    fresh.id = text_argument(arguments, "id");
    auto convention = enrol::parse_convention(text_argument(arguments, "convention", "generic"));
    if (!convention) return failed(enrol::Errc::bad_convention, fresh.id);
    fresh.convention = *convention;
    fresh.topic = text_argument(arguments, "topic");
    fresh.by_password = text_argument(arguments, "password") == "true";
    // What can be seen beforehand leaves no device behind.
    if (const auto request = text_argument(arguments, "request"); !request.empty())
        if (auto key = enrol::read_request(request, fresh.id); !key)
            return failed(key.error(), fresh.id);
    auto device = enrolment.add(fresh, command_line_actor);
    if (!device) return failed(device.error(), fresh.id);
    if (text_argument(arguments, "code") == "true") return code(enrolment, device->id);
    return give(enrolment, device->id, arguments, told);
}

ControlAnswer list(enrol::Enrolment& enrolment) {
    auto all = enrolment.list();
    if (!all) return answer_of(all);
    ControlAnswer out;
    out.result = api::enrolled_json(*all);
    return out;
}

ControlAnswer end(const result<void>& done, const std::string& id, const Told& told) {
    if (!done) return failed(done.error(), id);
    ControlAnswer out;
    out.result.clear();
    JsonWriter(out.result).begin_object().member("told", told()).end_object();
    return out;
}

} // namespace

ControlHandlers enrolment_commands(enrol::Enrolment& enrolment, Random& random,
                                   const Told& wait_told) {
    ControlHandlers all;
    auto id = [](const json::object& arguments) { return text_argument(arguments, "id"); };
    all["broker.init"] = [&](const json::object& arguments) {
        return init(enrolment, random, arguments);
    };
    all["device.add"] = [&enrolment, told = wait_told](const json::object& arguments) {
        return add(enrolment, arguments, told);
    };
    all["device.list"] = [&](const json::object&) { return list(enrolment); };
    all["device.rotate"] = [&enrolment, told = wait_told, id](const json::object& arguments) {
        return give(enrolment, id(arguments), arguments, told);
    };
    all["device.code"] = [&enrolment, id](const json::object& arguments) {
        return code(enrolment, id(arguments));
    };
    all["device.revoke"] = [&enrolment, told = wait_told, id](const json::object& arguments) {
        return end(enrolment.revoke(id(arguments), command_line_actor), id(arguments), told);
    };
    all["device.remove"] = [&enrolment, told = wait_told, id](const json::object& arguments) {
        return end(enrolment.remove(id(arguments), command_line_actor), id(arguments), told);
    };
    return all;
}

} // namespace caredian::app
