// What a browser carries for us from one step to the next: a JSON object, sealed, with an end. It
// is kept nowhere else.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "store/sealed.h"

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::identity {

// `json` is an object whose member "e" is its end (to_ns). `purpose` is a constant of the code;
// `context` is what it is bound to beyond that. The result is fit for a cookie and an address.
std::string seal_state(const store::Sealer& sealer, std::string_view purpose,
                       std::string_view context, std::string json, Random& random);

// nullopt: not ours, changed, of another purpose or context, or its end has come.
std::optional<boost::json::object> open_state(const store::Sealer& sealer, std::string_view purpose,
                                              std::string_view context, std::string_view sealed,
                                              WallTime now);

// A member that is a text; else "".
std::string_view text_of(const boost::json::object& state, std::string_view name);
WallTime end_of(const boost::json::object& state); // of one that open_state gave

} // namespace caredian::identity
