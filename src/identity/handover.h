// A session carried from one host name of this gateway to another: cookies are host-only, so the
// host that knows the browser gives it a one-time code for the other one.
//
// The further host sets a cookie with a random state and sends the browser to the main one; there,
// once the person is signed in, a code is made for that host and that state; the further host takes
// code, state and cookie together. Whoever steals the code alone, or makes a browser follow a link
// with a code of his own (login CSRF), lacks the cookie.
#pragma once

#include "base/random.h"
#include "identity/sessions.h"
#include "store/sealed.h"

#include <string>
#include <string_view>

namespace caredian::identity {

inline constexpr std::chrono::seconds handover_lifetime{30};

class Handover {
public:
    // All are kept by reference but the sealer; they must outlive it.
    Handover(store::Sealer sealer, store::Database& database, Sessions& sessions,
             const Clock& clock, Random& random);

    std::string fresh_state() const; // for the cookie, and back
    // A code for `host` (as in the request, without regard to case) and `state`, good for 30 s and
    // once. Doesn't block. Any thread.
    std::string make_code(std::string_view session, std::string_view host,
                          std::string_view state) const;
    // The session's token, for a cookie of `host`. Blocks (SQL, session store). Errors: bad_token
    // (not ours, another host or state, too old, used before; the session has ended); store's.
    result<std::string> take_code(std::string_view code, std::string_view host,
                                  std::string_view state);

private:
    store::Sealer sealer_;
    store::Database& database_;
    Sessions& sessions_;
    const Clock& clock_;
    Random& random_;
};

} // namespace caredian::identity
