// From a provider's claims to what we want to know of a person. Pure.
#pragma once

#include "base/json.h"
#include "identity/oidc/options.h"

namespace caredian::identity::oidc {

struct Person {
    std::string issuer;
    std::string subject;  // issuer and subject together are who it is; nothing else ever is
    std::string username; // a wish; may be empty or taken
    std::string name;
    std::string email;
    bool email_verified = false;
    std::vector<std::string> groups;
    bool groups_known = false; // the claim was there
};

// Reads along the paths; a number as subject (Kakao's, GitHub's id) becomes its digits. What is
// absent, too long or of another kind stays empty. At most 200 groups.
Person read_person(const json::object& claims, const ClaimPaths& paths, std::string_view issuer);
// Fills what `person` lacks.
void complete(Person& person, const Person& more);

// The address, where it is one and the provider vouches for it; else empty.
std::string_view vouched_email(const ProviderOptions& options, const Person& person);

// May this person come in at all? `known`: there is an account already.
bool admits(const ProviderOptions& options, const Person& person, bool known);
// The role that the groups give; nothing when roles are not the provider's business.
std::optional<Role> role_of(const ProviderOptions& options, const Person& person);

// Names to try for a new account, best first: all of them are good usernames.
std::vector<std::string> username_wishes(const Person& person, std::string_view provider);

} // namespace caredian::identity::oidc
