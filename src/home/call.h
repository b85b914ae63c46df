// What a call of Home Assistant's REST API touches, so that grants can be asked. Pure; what is not
// understood is for administrators.
#pragma once

#include "access/question.h"
#include "net/http/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::home {

struct Call {
    enum class Kind {
        other,   // only by its path
        things,  // whoever may all that is in `touched`
        states,  // GET /api/states: whoever has any grant; what is not granted is left out
        service, // `touched` is in the body: service_targets()
    };
    Kind kind = Kind::other;
    access::Action action = access::Action::read;
    std::vector<access::What> touched;
    std::string domain, service; // of `service`
    std::string path;            // canonical, "/ha/api/…"; empty: it can be read in two ways
};

// `rest` is what follows "/ha/api/", raw.
Call read_call(net::http::Method method, std::string_view rest, std::string_view query);

// What a service would act on, by the data it is called with. Without a target, or with one that
// is not understood (labels, floors, "all"): the whole of its domain. Texts that look like entities
// count wherever they stand.
struct ServiceData {
    std::vector<access::What> touched;
    std::string body; // the data as it was understood: what goes on, so that both mean the same
};
// nullopt: it is no JSON object.
std::optional<ServiceData> read_service_data(const Call& call, std::string_view body);

} // namespace caredian::home
