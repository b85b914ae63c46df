#include "identity/used_once.h"

namespace caredian::identity {

result<bool> use_once(store::Database& database, const std::string& id, WallTime expires) {
    auto made =
        database.execute("INSERT INTO used_once(id,expires_ns) VALUES(?,?)", {id, to_ns(expires)});
    if (made) return {boost::system::in_place_value, true};
    if (made.error() == store::Errc::constraint) return {boost::system::in_place_value, false};
    return {boost::system::in_place_error, made.error()};
}

result<void> sweep_used_once(store::Database& database, WallTime now) {
    auto r = database.execute("DELETE FROM used_once WHERE expires_ns < ?", {to_ns(now)});
    return r ? result<void>() : result<void>(r.error());
}

} // namespace caredian::identity
