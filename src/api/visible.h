// Which of our own devices and readings a caller may see. Most may see all: then nothing is looked
// at one by one.
#pragma once

#include "access/policies.h"
#include "api/access_explain.h"
#include "devices/device_view.h"
#include "devices/places.h"
#include "identity/principal.h"
#include "net/http/router.h"
#include "readings/reading.h"

#include <functional>
#include <memory>

namespace caredian::api {

// What the routes of devices and readings ask. All must outlive the router.
struct Seeing {
    const access::Policies* policies = nullptr; // none: everybody sees everything
    const devices::PlaceBook* places = nullptr;
    const Clock* clock = nullptr;
    // Finds somebody by name, for administrators who ask what they would see. Blocks (SQL).
    std::function<FoundWho(const std::string& text)> somebody = {};
};

// Made for one request, at one moment; may be handed to another thread.
class Visible {
public:
    // Everything.
    Visible() = default;
    // On the request's worker.
    static Visible of(const Seeing& seeing, const net::http::Context& context);
    // Of whoever is asked about, on that worker.
    static Visible of(const Seeing& seeing, const identity::PrincipalPtr& who,
                      const net::Address& from, std::size_t worker);
    // What somebody would see from here, then. Any thread.
    static Visible of(const Seeing& seeing, const identity::PrincipalPtr& who, WallTime at);

    bool everything() const { return !look_; }
    bool device(const devices::DeviceView& view) const;
    bool source(std::string_view measurement, std::string_view device, std::string_view path) const;
    // For history's queries; empty: everything.
    std::function<bool(const readings::SeriesKey& key)> series() const;

private:
    static Visible make(const Seeing& seeing, const access::PolicyPtr& policy,
                        const identity::PrincipalPtr& who, const net::Address& from, WallTime at);
    struct Look {
        access::PolicyPtr policy;
        devices::PlacesPtr places;
        identity::PrincipalPtr who;
        WallTime at{};
        net::Address from;
        bool may(const access::Resource& what) const;
    };
    std::shared_ptr<const Look> look_;
};

} // namespace caredian::api
