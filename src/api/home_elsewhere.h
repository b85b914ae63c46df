// Of several gateways one works for the home: it alone has all devices, their latest values and the
// live stream. The others ask it, or say who it is.
#pragma once

#include "api/visible.h"
#include "net/http/router.h"

#include <functional>
#include <optional>
#include <string>

namespace caredian::api {

// Where the home is, when it is not here.
struct HomePlace {
    std::string address; // "http://host:port"; empty: it cannot be asked
    std::string why;     // who works for the home, as a sentence
};
// nullopt: this gateway works for the home. Any worker; must not wait.
using HomeElsewhere = std::function<std::optional<HomePlace>()>;

// Adds the rows of `from` to `to`. Those of devices, rooms, the catalogue, the stream and the
// original's points pass a
// request on to the gateway that works for the home, as it came, with the caller's own credentials
// (all gateways know the same people), and answer 503 with that sentence where it cannot be asked.
// A request that was passed on is not passed on again.
void add_where_home_is(net::http::Router& to, const net::http::Router& from,
                       HomeElsewhere elsewhere);

// Adds the rows of `from` to `to`. Readings, series, events and Home Assistant's API are
// everywhere, but which device is in which room is known where the home is: whoever does not see
// everything is passed on there, or answered 503, as above. At the API of Home Assistant that is
// everybody but administrators.
void add_where_rooms_are(net::http::Router& to, const net::http::Router& from,
                         HomeElsewhere elsewhere, const Seeing& seeing);

} // namespace caredian::api
