// Devices get an identity and lose it: the one place that changes either. Audited.
#pragma once

#include "devices/enrol/authority.h"
#include "devices/enrol/device_book.h"
#include "devices/enrol/dynsec.h"
#include "guard/audit.h"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol {

struct EnrolmentOptions {
    AuthorityOptions authority;
    std::string address;          // "home.example.org:8883": what devices are told
    std::string password_address; // the same for those with a password
    std::chrono::seconds code_lifetime{std::chrono::hours(1)};
    // How long an older certificate is good beside a newer one.
    std::chrono::seconds overlap{std::chrono::hours(24 * 7)};
};

// What a device is given. Key and password cannot be had again.
struct Identity {
    EnrolledDevice device;
    std::string ca;          // PEM
    std::string certificate; // PEM; empty: it has a password
    std::string serial;      // of the certificate
    WallTime not_after{};
    Secret key;      // PEM; empty: the device keeps its own
    Secret password; // empty: it has a certificate
    std::string address;
};

// Any thread; blocks (SQL).
class Enrolment {
public:
    // All must outlive it.
    Enrolment(store::Database& database, const store::Sealer& sealer, guard::Audit& audit,
              const Clock& clock, Random& random, EnrolmentOptions options = {});
    static result<void> prepare(store::Database& database); // makes the tables

    // A device; its certificate or password is made apart. Errors: DeviceBook::add's.
    result<EnrolledDevice> add(const NewDevice& fresh, const guard::Actor& by);
    // A certificate for it, or a new password. `request`: PEM; empty: a key is made for it. Older
    // certificates are good for options.overlap; with `at_once` they are revoked now. Errors:
    // not_found, revoked, read_request's, Authority::issue's.
    result<Identity> give(std::string_view id, std::string_view request, bool at_once,
                          const guard::Actor& by);
    // A code with which the device fetches its certificate. Errors: DeviceBook::make_code's.
    result<DeviceBook::Code> make_code(std::string_view id, const guard::Actor& by);
    // By the device itself: the code is used when a certificate was made. `client`: its address.
    // Errors: bad_code, and those of give().
    result<Identity> redeem(std::string_view code, std::string_view request,
                            const std::string& client);
    // No right at the broker and no certificate from now on; its connections end. Again: the same.
    result<void> revoke(std::string_view id, const guard::Actor& by);
    // Revokes it and forgets it: its id is free again.
    result<void> remove(std::string_view id, const guard::Actor& by);

    struct Listed {
        EnrolledDevice device;
        std::optional<Certificate> certificate; // the newest that is good
    };
    result<std::vector<Listed>> list();

    void broker_made(std::string_view hosts, const guard::Actor& by); // for the audit

    // What the broker shall know: the gateway's names and all devices that are not revoked.
    result<dynsec::Model> model();
    // Certificates of devices that end within `within`, by device.
    result<std::vector<Certificate>> ending(std::chrono::seconds within);
    result<void> maintain(); // once an hour: overlaps that are over, rows that are old

    // Rights beyond a device's own, of grants: asked once for each model(); an empty one gives
    // none. Register before threads start.
    using Rule = std::function<Rights(const EnrolledDevice&)>;
    using More = std::function<Rule()>;
    void on_rights(More more) { more_ = std::move(more); }
    // Told after a change, on the thread that made it; `revoked`: who must be thrown out, else "".
    // Register before threads start.
    using Listener = std::function<void(const std::string& revoked, bool list_changed)>;
    void on_change(Listener listener) { listeners_.push_back(std::move(listener)); }

    Authority& authority() { return authority_; }
    DeviceBook& devices() { return devices_; }
    const EnrolmentOptions& options() const { return options_; }

private:
    void tell(const std::string& revoked, bool list_changed) const;
    void refused(const std::string& client);

    guard::Audit& audit_;
    const Clock& clock_;
    const EnrolmentOptions options_;
    Authority authority_;
    DeviceBook devices_;
    More more_;
    std::vector<Listener> listeners_;
    std::mutex refusing_;
    std::optional<MonoTime> refused_; // when a bad code was last audited
};

} // namespace caredian::devices::enrol
