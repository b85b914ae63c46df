#include "app/control_access.h"

#include "app/audit_head.h"
#include "app/control_arguments.h"

namespace caredian::app {

namespace {

ControlAnswer explained(const api::ExplainWith& with, const json::object& arguments) {
    auto text = [&](std::string_view name) { return text_argument(arguments, name); };
    auto told =
        api::explain(with, {text("who"), text("action"), text("what"), text("at"), text("from")});
    if (told.failure) return ControlAnswer::failure(told.failure.message());
    if (!told.problem.empty()) return ControlAnswer::failure(told.problem);
    ControlAnswer out;
    out.result = std::move(told.json);
    return out;
}

ControlAnswer verified(guard::Audit& audit, const std::string& head_file) {
    auto check = audit.verify(read_heads(head_file));
    if (!check) return answer_of(check);
    ControlAnswer out;
    out.result.clear();
    JsonWriter w(out.result);
    w.begin_object().member("whole", check->whole);
    w.member("problem", std::string_view(check->problem)).member("rows", check->rows);
    w.member("first", check->first).member("id", check->head.id);
    w.member("hash", std::string_view(check->head.hash));
    w.member("exported", check->exported).end_object();
    return out;
}

} // namespace

ControlHandlers access_commands(const api::ExplainWith& with, guard::Audit& audit,
                                const std::string& head_file) {
    ControlHandlers all;
    all["access.explain"] = [with](const json::object& arguments) {
        return explained(with, arguments);
    };
    all["audit.verify"] = [&audit, head_file](const json::object&) {
        return verified(audit, head_file);
    };
    return all;
}

} // namespace caredian::app
