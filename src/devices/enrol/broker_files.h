// The files that the broker and the gateway's own connections read: certificates, keys, the
// revocation list. Written in one move each; renewed before they end.
//
//   <broker>/ca.crt, ca.crl, server.crt, server.key            what Mosquitto reads
//   <own>/ca.crt, caredian.crt, caredian.key,
//         caredian-control.crt, caredian-control.key           what the gateway's connections read
#pragma once

#include "devices/enrol/enrolment.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace caredian::devices::enrol {

// Of one name: its certificate with a key that was made for it. Errors: Authority::issue's.
struct Pair {
    std::string certificate;
    Secret key;
};
result<Pair> make_pair(Authority& authority, Holder holder, std::string_view name,
                       const std::vector<std::string>& hosts = {});

// Writes `path` in one move, synced; `mode` as in chmod(2). Group and, for root, owner are the
// folder's. Errors: the system's.
result<void> write_file(const std::string& path, std::string_view content, mode_t mode);

class BrokerFiles {
public:
    // `own`: made, 0700. `broker`: empty when this gateway keeps none. `pid_file`: whom to tell
    // (SIGHUP) that a file has changed; empty: nobody.
    BrokerFiles(Enrolment& enrolment, const Clock& clock, std::string own, std::string broker,
                std::string pid_file);

    // The gateway's own certificates, once a third of their time is left or they are not there.
    // Returns how many were written. One thread at a time. Blocks (SQL, files).
    result<std::size_t> keep_own();
    // The same of the broker's, and its revocation list when `list_changed` or half of its time is
    // over. Tells the broker.
    result<std::size_t> keep_broker(bool list_changed);
    void tell_broker() const;

    std::string own_file(std::string_view name) const;
    std::string broker_file(std::string_view name) const;

private:
    // Written by us, of this authority, and not near its end.
    bool is_good(const std::string& certificate, const std::string& root) const;
    bool list_is_good(const std::string& root) const;
    result<std::size_t> keep_pair(std::string_view name, const std::string& root);

    Enrolment& enrolment_;
    const Clock& clock_;
    const std::string own_, broker_, pid_file_;
};

} // namespace caredian::devices::enrol
