#include "devices/enrol/renewals.h"

#include "base/json.h"
#include "devices/enrol/name.h"

namespace caredian::devices::enrol {

namespace {

constexpr std::string_view before = "caredian/enrolment/", behind = "/request";
constexpr auto pause = std::chrono::minutes(10);

} // namespace

bool Renewals::too_soon(const std::string& id) {
    const auto now = clock_.mono();
    std::erase_if(last_, [&](const auto& entry) { return now - entry.second >= pause; });
    return !last_.try_emplace(id, now).second;
}

std::optional<Renewals::Reply> Renewals::answer(std::string_view topic, std::string_view request) {
    if (!topic.starts_with(before) || !topic.ends_with(behind) ||
        topic.size() <= before.size() + behind.size())
        return std::nullopt;
    const std::string id(topic.substr(before.size(), topic.size() - before.size() - behind.size()));
    if (!check_id(id)) return std::nullopt;
    Reply out{renewal_answer(id), {}};
    JsonWriter w(out.payload);
    w.begin_object();
    // A request is needed: keys don't go over the broker.
    result<Identity> given = Errc::bad_request;
    if (!request.empty()) {
        if (too_soon(id)) {
            w.member("error", "at most one certificate in ten minutes").end_object();
            return out;
        }
        given = enrolment_.give(id, request, false, {id, "the broker"});
    }
    if (given)
        w.member("certificate", given->certificate)
            .member("ca", given->ca)
            .member("not_after", given->not_after);
    else
        w.member("error", given.error().message());
    w.end_object();
    return out;
}

} // namespace caredian::devices::enrol
