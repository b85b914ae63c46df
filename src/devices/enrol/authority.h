// The home's own certificate authority: its key, sealed with the master key, and every certificate
// that it made, in the database.
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "devices/enrol/x509.h"
#include "store/database.h"
#include "store/sealed.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::enrol {

enum class Holder : std::uint8_t { device, gateway, broker };

struct Certificate {
    std::string serial; // 32 hex digits
    std::string device; // the device's id; a name of the gateway; "broker"
    Holder holder = Holder::device;
    WallTime not_before{}, not_after{};
    WallTime revoked{};    // 1970: it is not
    WallTime superseded{}; // since when there is a newer one that was fetched; 1970: there is none
};

struct AuthorityOptions {
    std::chrono::seconds lifetime{std::chrono::hours(24 * 397)}; // of a certificate
    // Clocks of devices are wrong now and then: a certificate begins so long before it was made.
    std::chrono::seconds backdated{std::chrono::hours(24)};
    std::chrono::seconds root_lifetime{std::chrono::hours(24 * 3652)};
    // Until nextUpdate. Long: a broker that is never told to read its list again would refuse
    // everybody from then on, and who is revoked has lost the account as well.
    std::chrono::seconds list_lifetime{std::chrono::hours(24 * 397)};
};

// Any thread; blocks (SQL). Two gateways of one database have one authority.
class Authority {
public:
    // All must outlive it.
    Authority(store::Database& database, const store::Sealer& sealer, const Clock& clock,
              Random& random, AuthorityOptions options = {});
    static result<void> prepare(store::Database& database); // makes the tables

    // Its certificate; made at the first call. Errors: crypto, the store's.
    result<std::string> root();

    struct Issued {
        Certificate certificate;
        std::string pem;
    };
    // Errors: bad_host, crypto, wrong_key; the store's.
    result<Issued> issue(Holder holder, std::string_view name, const PublicKey& key,
                         const std::vector<std::string>& hosts = {});
    // Those of a name (of everybody: ""), the newest first; without the ones that ended 30 days
    // ago.
    result<std::vector<Certificate>> list(std::string_view name);
    // Those of a device that are good now, but `except`; returns their serial numbers. They are on
    // the next list.
    result<std::vector<std::string>> revoke(std::string_view device, std::string_view except = {});
    // The others of `device` than `serial` end on `when`.
    result<void> supersede(std::string_view device, std::string_view serial);
    // Revokes what was superseded before `since`; returns how many that were.
    result<std::uint64_t> revoke_superseded(WallTime since);
    // A new list with the next number; those that have ended are on it no more.
    result<std::string> revocation_list();
    result<void> sweep(); // once an hour: forgets what ended 30 days ago

    const AuthorityOptions& options() const { return options_; }

private:
    result<Signer> signer();
    result<std::optional<Signer>> stored();

    store::Database& database_;
    const store::Sealer& sealer_;
    const Clock& clock_;
    Random& random_;
    const AuthorityOptions options_;
};

} // namespace caredian::devices::enrol
