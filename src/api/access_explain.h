// Why somebody may do something, or may not: the same over HTTP and on the command line.
#pragma once

#include "access/access.h"
#include "access/question.h"
#include "identity/identity.h"

#include <functional>
#include <string>

namespace caredian::api {

// All must outlive the use.
struct ExplainWith {
    access::Access& access;
    identity::Accounts& accounts;
    identity::ApiKeys& keys;
    const Clock& clock;
    access::PathRules admin_paths;
    // Puts to it where the device registry has it; any thread.
    std::function<void(access::What& what)> locate = [](access::What&) {};
};

// Somebody named as people write it: "person:ann", "ann", "key:ID".
struct FoundWho {
    identity::PrincipalPtr who;
    std::string problem; // a sentence, when there is nobody
    error_code failure;  // the store's
};
FoundWho find_who(identity::Accounts& accounts, identity::ApiKeys& keys, const std::string& text);

// As people write it.
struct Asked {
    std::string who;    // "person:ann", "ann", "key:ID"
    std::string action; // "read", "control", "admin"
    std::string what;   // access/question.h
    std::string at;     // RFC 3339, a date, or "22:00": today there; empty: now
    std::string from;   // an address; empty: this machine
};

struct Explained {
    std::string json;    // the answer
    std::string problem; // else: a sentence
    error_code failure;  // else: the store's
};
Explained explain(const ExplainWith& with, const Asked& asked); // blocks (SQL)

} // namespace caredian::api
