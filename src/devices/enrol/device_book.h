// The devices that have an identity of their own, and codes with which one fetches its certificate:
// rows in the database.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "devices/enrol/rights.h"
#include "store/database.h"
#include "store/sealed.h"

#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol {

struct EnrolledDevice {
    std::string id;
    Convention convention = Convention::generic;
    std::string topic; // its name on topics
    bool by_password = false;
    bool revoked = false;
    WallTime created{};
    Rights rights() const { return rights_of(convention, topic); }
};

struct NewDevice {
    std::string id;
    Convention convention = Convention::generic;
    std::string topic; // empty: its id
    bool by_password = false;
};

// Any thread; blocks (SQL).
class DeviceBook {
public:
    static constexpr std::size_t most_devices = 10'000, most_codes = 1'000;

    DeviceBook(store::Database& database, const store::Sealer& sealer, const Clock& clock,
               Random& random);
    static result<void> prepare(store::Database& database); // makes the tables

    // Errors: bad_name, reserved_name, bad_topic, topic_taken, exists, revoked, too_many; the
    // store's.
    result<EnrolledDevice> add(const NewDevice& fresh);
    result<EnrolledDevice> find(std::string_view id); // not_found
    result<std::vector<EnrolledDevice>> list();       // by id
    result<void> set_revoked(std::string_view id);    // not_found; its codes end
    result<void> remove(std::string_view id);         // not_found

    // Of a device that signs in with one; empty: it does not, or it was revoked. Errors: not_found,
    // store::Errc::corrupt.
    result<Secret> password(std::string_view id);
    result<Secret> make_password(std::string_view id); // a new one. no_password, not_found, revoked

    struct Code {
        Secret text; // "K7PM-…": cannot be had again
        WallTime expires{};
    };
    // A code of 100 random bits, good once. A device has one: an older one ends. Errors: not_found,
    // revoked, no_certificate, too_many.
    result<Code> make_code(std::string_view id, std::chrono::seconds lifetime);
    // Whose code it is; not used by this. bad_code.
    result<std::string> look(std::string_view code);
    // Takes it: of two who come at once, one. bad_code.
    result<std::string> take(std::string_view code);
    result<void> sweep(); // once an hour

private:
    store::Database& database_;
    const store::Sealer& sealer_;
    const Clock& clock_;
    Random& random_;
};

} // namespace caredian::devices::enrol
