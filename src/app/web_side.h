// The request flow, built from the settings: routes, gate, server, relay.
#pragma once

#include "api/gate.h"
#include "api/system.h"
#include "app/access_side.h"
#include "app/broker_side.h"
#include "app/command_side.h"
#include "app/data_side.h"
#include "app/hosts.h"
#include "app/limit_side.h"
#include "app/people_side.h"
#include "app/settings.h"
#include "devices/events/event_store.h"
#include "devices/places.h"
#include "home/relay.h"
#include "net/http/server.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace caredian::app {

class WebSide {
public:
    WebSide(const Settings& settings, PeopleSide& people, AccessSide& access, LimitSide& limits,
            DataSide& data, CommandSide& commands, BrokerSide& broker, GatewaysSide& several,
            const Clock& clock, Random& random, Metrics& metrics, HealthRegister& health,
            const api::RateMeter& rate);
    ~WebSide();

    // Binds and serves. Throws when an address cannot be bound.
    void start();
    void stop(); // lets requests finish, then closes everything
    void apply(const Settings& settings);
    net::http::Server& server() { return *server_; }
    const devices::PlaceBook& places() const { return places_; }
    // Renews what providers gave for sessions, on a worker. Returns at once.
    void refresh_sessions(identity::oidc::SignIn& providers);
    // Follows where devices stand, for those who may see some rooms only. Every second or two;
    // returns at once.
    void follow_places();
    // Compares Authentik's people with ours, on a worker. Once a day; returns at once.
    void compare_people(identity::authentik::Users& users);

private:
    void add_routes(const Settings& settings, PeopleSide& people, DataSide& data,
                    CommandSide& commands, BrokerSide& broker, GatewaysSide& several,
                    const Clock& clock, const Metrics& metrics, const HealthRegister& health,
                    const api::RateMeter& rate);

    AccessSide& access_;
    LimitSide& limits_;
    HostRule hosts_;
    devices::PlaceBook places_;
    devices::EventStore events_;
    std::atomic<bool> following_{false};
    std::unique_ptr<api::Gate> gate_;
    std::unique_ptr<home::Relay> relay_; // none without home_assistant.url
    net::http::Router router_;
    std::unique_ptr<net::http::Server> server_;
    Pool queries_; // history: after what its jobs use, so that it ends first
};

} // namespace caredian::app
