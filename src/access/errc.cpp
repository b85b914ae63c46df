#include "access/grant_store.h"

namespace caredian::access {

const char* room_name(Errc) {
    return "access";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::no_role:
        return "there is no role of this name in the database";
    case Errc::no_grant:
        return "there is no such grant in the database";
    case Errc::role_exists:
        return "there is a role of this name";
    case Errc::bad:
        return "this is no good role or grant";
    case Errc::no_person:
        return "there is no person of this name";
    case Errc::no_key:
        return "there is no such key";
    case Errc::too_many:
        return "there are too many already";
    case Errc::too_large:
        return "this is too much for one";
    case Errc::overtaken:
        return "somebody else has changed it meanwhile: read it again";
    case Errc::unreadable:
        return "a role or grant in the database is not understood by this version";
    }
    return "unknown";
}

} // namespace caredian::access
