#include "api/visible.h"

namespace caredian::api {

namespace {

identity::PrincipalPtr held_by(const std::any* slot) {
    const auto* held = slot ? std::any_cast<identity::PrincipalPtr>(slot) : nullptr;
    return held ? *held : identity::PrincipalPtr();
}

} // namespace

bool Visible::Look::may(const access::Resource& what) const {
    return access::decide(*policy, *who, what, access::Action::read, at, from).allowed;
}

Visible Visible::make(const Seeing& seeing, const access::PolicyPtr& policy,
                      const identity::PrincipalPtr& who, const net::Address& from, WallTime at) {
    Visible out;
    if (who && policy->reads_all(*who)) return out;
    auto look = std::make_shared<Look>();
    look->policy = policy;
    look->places = seeing.places->now();
    look->who = who ? who : identity::PrincipalPtr(new identity::Principal); // nobody
    look->at = at;
    look->from = from;
    out.look_ = std::move(look);
    return out;
}

Visible Visible::of(const Seeing& seeing, const net::http::Context& context) {
    return of(seeing, held_by(context.principal), context.request.client, context.request.worker);
}

Visible Visible::of(const Seeing& seeing, const identity::PrincipalPtr& who,
                    const net::Address& from, std::size_t worker) {
    if (!seeing.policies) return {};
    return make(seeing, seeing.policies->of(worker), who, from, seeing.clock->wall());
}

Visible Visible::of(const Seeing& seeing, const identity::PrincipalPtr& who, WallTime at) {
    if (!seeing.policies) return {};
    return make(seeing, seeing.policies->now(), who, *net::parse_address("127.0.0.1"), at);
}

// A device whose sources are of several kinds is seen as a whole, or not at all.
bool Visible::device(const devices::DeviceView& view) const {
    if (!look_) return true;
    const bool one = view.sources.size() == 1;
    access::Place place{view.id, view.area_for_rights()};
    return look_->may(devices::resource_of(&place, one ? view.sources[0].measurement : "",
                                           one ? view.sources[0].device : ""));
}

bool Visible::source(std::string_view measurement, std::string_view device,
                     std::string_view path) const {
    return !look_ || look_->may(devices::resource_of(look_->places->find(measurement, device, path),
                                                     measurement, device));
}

std::function<bool(const readings::SeriesKey&)> Visible::series() const {
    if (!look_) return {};
    return [me = *this](const readings::SeriesKey& key) {
        return me.source(key.measurement, key.tag("device"), key.tag("path"));
    };
}

} // namespace caredian::api
