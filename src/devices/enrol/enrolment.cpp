#include "devices/enrol/enrolment.h"

#include "devices/enrol/name.h"

namespace caredian::devices::enrol {

using guard::AuditEvent;

namespace {

constexpr auto between_audits = std::chrono::minutes(10);

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& one : words) out.append(out.empty() ? "" : ", ").append(one);
    return out;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
}

} // namespace

Enrolment::Enrolment(store::Database& database, const store::Sealer& sealer, guard::Audit& audit,
                     const Clock& clock, Random& random, EnrolmentOptions options)
    : audit_(audit), clock_(clock), options_(std::move(options)),
      authority_(database, sealer, clock, random, options_.authority),
      devices_(database, sealer, clock, random) {}

result<void> Enrolment::prepare(store::Database& database) {
    if (auto r = Authority::prepare(database); !r) return r;
    return DeviceBook::prepare(database);
}

void Enrolment::tell(const std::string& revoked, bool list_changed) const {
    for (const auto& listener : listeners_) listener(revoked, list_changed);
}

result<EnrolledDevice> Enrolment::add(const NewDevice& fresh, const guard::Actor& by) {
    auto device = devices_.add(fresh);
    if (!device) return device;
    audit_.write(AuditEvent::device_added, by, device->id,
                 std::string(to_string(device->convention)) + " " + device->topic +
                     (device->by_password ? ", with a password" : ""));
    tell({}, false);
    return device;
}

result<Identity> Enrolment::give(std::string_view id, std::string_view request, bool at_once,
                                 const guard::Actor& by) {
    auto device = devices_.find(id);
    if (!device) return device.error();
    if (device->revoked) return Errc::revoked;
    auto root = authority_.root();
    if (!root) return root.error();
    Identity out;
    out.device = *device;
    out.ca = std::move(*root);
    out.address = options_.address;
    if (device->by_password) {
        auto password = devices_.make_password(id);
        if (!password) return password.error();
        out.password = std::move(*password);
        out.address = options_.password_address;
        audit_.write(AuditEvent::device_password_made, by, id);
        tell(device->id, false); // its client is made anew, with this password
        return out;
    }
    result<PublicKey> key = Errc::ok;
    if (request.empty()) {
        auto made = make_key();
        if (!made) return made.error();
        out.key = std::move(*made);
        key = public_key(out.key);
    } else {
        key = read_request(request, id);
    }
    if (!key) return key.error();
    auto issued = authority_.issue(Holder::device, id, *key);
    if (!issued) return issued.error();
    out.certificate = std::move(issued->pem);
    out.serial = issued->certificate.serial;
    out.not_after = issued->certificate.not_after;
    std::vector<std::string> ended;
    if (at_once) {
        auto revoked = authority_.revoke(id, out.serial);
        if (!revoked) return revoked.error();
        ended = std::move(*revoked);
    } else if (auto r = authority_.supersede(id, out.serial); !r) {
        return r.error();
    }
    audit_.write(AuditEvent::device_certified, by, id,
                 out.serial + ", until " + format_rfc3339(out.not_after).substr(0, 10) +
                     (ended.empty() ? "" : "; revoked " + joined(ended)));
    tell(ended.empty() ? std::string() : device->id, !ended.empty());
    return out;
}

result<DeviceBook::Code> Enrolment::make_code(std::string_view id, const guard::Actor& by) {
    auto code = devices_.make_code(id, options_.code_lifetime);
    if (!code) return code;
    audit_.write(AuditEvent::device_code_made, by, id, "until " + format_rfc3339(code->expires));
    return code;
}

// Somebody who tries codes must not fill the audit.
void Enrolment::refused(const std::string& client) {
    {
        const std::lock_guard lock(refusing_);
        const auto now = clock_.mono();
        if (refused_ && now - *refused_ < between_audits) return;
        refused_ = now;
    }
    audit_.write(AuditEvent::device_code_refused, {"", client}, {});
}

result<Identity> Enrolment::redeem(std::string_view code, std::string_view request,
                                   const std::string& client) {
    auto id = devices_.look(code);
    if (!id) {
        if (id.error() == Errc::bad_code) refused(client);
        return id.error();
    }
    // What can be seen beforehand costs no code.
    if (!request.empty())
        if (auto key = read_request(request, *id); !key) return key.error();
    auto taken = devices_.take(code);
    if (!taken) return taken.error();
    audit_.write(AuditEvent::device_code_used, {*id, client}, *id);
    return give(*id, request, false, {*id, client});
}

result<void> Enrolment::revoke(std::string_view id, const guard::Actor& by) {
    // The account first: from then on nobody makes another certificate for it.
    if (auto r = devices_.set_revoked(id); !r) return r;
    auto serials = authority_.revoke(id);
    if (!serials) return serials.error();
    audit_.write(AuditEvent::device_revoked, by, id, joined(*serials));
    tell(std::string(id), true);
    return {};
}

result<void> Enrolment::remove(std::string_view id, const guard::Actor& by) {
    if (auto r = revoke(id, by); !r) return r;
    if (auto r = devices_.remove(id); !r) return r;
    audit_.write(AuditEvent::device_removed, by, id);
    return {};
}

void Enrolment::broker_made(std::string_view hosts, const guard::Actor& by) {
    audit_.write(AuditEvent::broker_made, by, {}, hosts);
}

result<std::vector<Enrolment::Listed>> Enrolment::list() {
    auto all = devices_.list();
    if (!all) return all.error();
    auto certificates = authority_.list({});
    if (!certificates) return certificates.error();
    std::map<std::string_view, const Certificate*> newest;
    for (const auto& c : *certificates) // the newest first
        if (c.holder == Holder::device && c.revoked == WallTime()) newest.try_emplace(c.device, &c);
    std::vector<Listed> out;
    for (auto& device : *all) {
        auto found = newest.find(device.id);
        std::optional<Certificate> certificate;
        if (found != newest.end()) certificate = *found->second;
        out.push_back({std::move(device), std::move(certificate)});
    }
    return out;
}

result<dynsec::Model> Enrolment::model() {
    auto all = devices_.list();
    if (!all) return all.error();
    auto model = dynsec::base_model();
    const auto rule = more_ ? more_() : Rule();
    for (const auto& device : *all) {
        if (device.revoked) continue;
        auto rights = device.rights();
        if (!device.by_password) append(rights.publish, {renewal_request(device.id)});
        if (!device.by_password) append(rights.subscribe, {renewal_answer(device.id)});
        if (rule) {
            const auto more = rule(device);
            append(rights.publish, more.publish);
            append(rights.subscribe, more.subscribe);
        }
        Secret password;
        if (device.by_password) {
            auto opened = devices_.password(device.id);
            if (!opened) return opened.error();
            if (opened->empty()) continue; // none was made yet
            password = std::move(*opened);
        }
        dynsec::add_device(model, device.id, rights, password);
    }
    return model;
}

result<std::vector<Certificate>> Enrolment::ending(std::chrono::seconds within) {
    auto all = list();
    if (!all) return all.error();
    std::vector<Certificate> out;
    for (auto& one : *all)
        if (!one.device.revoked && one.certificate &&
            one.certificate->not_after - clock_.wall() < within)
            out.push_back(std::move(*one.certificate));
    return out;
}

result<void> Enrolment::maintain() {
    auto ended = authority_.revoke_superseded(clock_.wall() - options_.overlap);
    if (!ended) return ended.error();
    if (*ended > 0) tell({}, true);
    if (auto r = authority_.sweep(); !r) return r;
    return devices_.sweep();
}

} // namespace caredian::devices::enrol
