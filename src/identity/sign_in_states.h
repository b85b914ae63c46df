// How people sign in, of all accounts at once: what administrators look at.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <functional>
#include <map>
#include <string>

namespace caredian::store {
class Database;
}

namespace caredian::identity {

struct SignInState {
    bool second_factor = false; // an app, or a passkey after the password
    WallTime last_login{};      // the epoch: none that the audit knows
};
using SignInStates = std::map<std::string, SignInState, std::less<>>; // by username

// Who is not there has neither. The newest 100,000 events of the audit are looked through. Any
// thread; blocks (SQL). Errors are the store's.
result<SignInStates> sign_in_states(store::Database& database);

} // namespace caredian::identity
