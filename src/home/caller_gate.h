// For tests: a gate that lets everybody in as an administrator, or as the member that the header
// X-Test-Member names.
#pragma once

#include "identity/principal.h"
#include "net/http/test_server.h"

#include <any>
#include <string>

namespace caredian::home {

struct CallerGate final : net::http::Gate {
    Verdict check(const net::http::Request& request, const net::http::Route&, std::any& principal,
                  net::http::Response&) override {
        auto* who = new identity::Principal;
        auto member = request.header("x-test-member");
        who->username = std::string(member.value_or("ann"));
        who->role = member ? identity::Role::member : identity::Role::admin;
        principal = identity::PrincipalPtr(who);
        return Verdict::pass;
    }
    net::http::awaitable<Verdict> check_slowly(const net::http::Request&, const net::http::Route&,
                                               std::any&, net::http::Response&) override {
        co_return Verdict::pass;
    }
};

} // namespace caredian::home
