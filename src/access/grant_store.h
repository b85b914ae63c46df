// Roles and grants of the database: what administrators give over the API, beside the settings'.
#pragma once

#include "access/body_table.h"
#include "access/policy.h"
#include "base/random.h"
#include "guard/audit.h"

#include <functional>
#include <string>
#include <vector>

namespace caredian::access {

enum class Errc {
    ok,
    no_role,
    no_grant,
    role_exists,
    bad,        // problem_of says what
    no_person,  // "person:" names nobody
    no_key,     // "key:" names none
    too_many,   // roles or grants
    too_large,  // one alone
    overtaken,  // somebody else has changed it meanwhile
    unreadable, // a row that this version does not understand
};
const char* room_name(Errc);
std::string_view describe(Errc e);
inline error_code make_error_code(Errc e) {
    return make_code(e);
}

// Whom a word of `who` means now. A person who is removed, and another who later gets that name,
// are two: so the account is kept beside the name.
class Directory {
public:
    virtual ~Directory() = default;
    virtual result<std::string> account_of(const std::string& username) = 0; // no_person
    virtual result<void> has_key(const std::string& id) = 0;                 // no_key
};

// Any thread; blocks (SQL). Every change is audited and makes a new version().
class GrantStore {
public:
    GrantStore(store::Database& database, Directory& directory, guard::Audit& audit,
               const Clock& clock, Random& random, const std::string& home = "home");
    static result<void> prepare(store::Database& database); // makes the tables

    result<std::vector<RoleText>> roles();   // by name
    result<std::vector<GrantText>> grants(); // by id

    // Changes what is there; false: not good, and nothing is kept (`bad`).
    template <class T>
    using Edit = std::function<bool(T&)>;

    result<RoleText> add_role(const RoleText& role, const guard::Actor& by);
    result<RoleText> change_role(const std::string& name, const Edit<RoleText>& edit,
                                 const guard::Actor& by); // its name stays
    result<void> remove_role(const std::string& name, const guard::Actor& by);

    result<GrantText> add_grant(const GrantText& grant, const guard::Actor& by); // gives the id
    result<GrantText> change_grant(const std::string& id, const Edit<GrantText>& edit,
                                   const guard::Actor& by);
    result<void> remove_grant(const std::string& id, const guard::Actor& by);

    // For the policy: people by account. Errors: unreadable; the store's.
    result<PolicyText> policy_text();
    result<std::int64_t> version();
    // A new version for what decides and is kept elsewhere: groups.
    result<void> touch();

private:
    template <class T>
    result<std::string> body_of(const T& what, const std::vector<std::string>& who);

    store::Database& database_;
    Directory& directory_;
    guard::Audit& audit_;
    Random& random_;
    const std::string home_;
    BodyTable roles_;
    BodyTable grants_;
};

} // namespace caredian::access

template <>
struct boost::system::is_error_code_enum<caredian::access::Errc> : std::true_type {};
