// Accounts, roles and rules of Mosquitto's dynamic security plugin: what there shall be, its file,
// and the commands that lead from what there is to it. Pure.
//
// Tried on Mosquitto 2.0.11: `deleteClient` throws the device out at once, and its name has no
// right from then on, whatever certificate it shows (`disableClient` throws it out, but it comes
// back with all its rights); `modifyRole` throws nobody out. So what a device receives is also a
// rule of its own (publishClientReceive, denied by default): a right that is taken ends at once,
// also of subscriptions that were made before.
#pragma once

#include "base/random.h"
#include "base/secret.h"
#include "devices/enrol/rights.h"

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol::dynsec {

struct Rule {
    std::string type; // "publishClientSend", "publishClientReceive", "subscribePattern", …
    std::string topic;
    bool allow = true;
    int priority = 0; // the higher is asked first
    auto operator<=>(const Rule&) const = default;
};
using Rules = std::vector<Rule>; // sorted

struct Client {
    std::vector<std::string> roles; // sorted
    Secret password;                // empty: a certificate alone lets it in
    bool operator==(const Client& other) const { return roles == other.roles; }
};

struct Model {
    std::map<std::string, Rules, std::less<>> roles;
    std::map<std::string, Client, std::less<>> clients;
};

// The gateway's two names with their roles; no device.
Model base_model();
// "device:kitchen", whose rules are these. Sorted.
std::string role_name(std::string_view device);
Rules rules_of(const Rights& rights);
void add_device(Model& model, std::string_view id, const Rights& rights, const Secret& password);

// dynamic-security.json: for a broker that starts for the first time. Its passwords are hashed as
// the plugin does (PBKDF2-HMAC-SHA-512). Everything that no rule allows is denied.
std::string file(const Model& model, Random& random);

// JSON objects of commands that turn `actual` into `wanted`, in an order that leaves no moment with
// more rights than either. Only what is ours is touched: roles "device:…" and "caredian…", clients
// with such a role. Passwords are set where a client is made.
std::vector<std::string> plan(const Model& wanted, const Model& actual);

// {"commands":[…]} of some of them; correlationData is `mark` and a number, the first one's
// `first`.
std::string request(const std::vector<std::string>& commands, std::string_view mark,
                    std::size_t first);
std::string set_password(std::string_view client, const Secret& password);
// Throws out who has that name. One that stays keeps its rights and may come back; another is made
// without any, and deleted.
std::vector<std::string> throw_out(std::string_view client, bool stays);

} // namespace caredian::devices::enrol::dynsec
