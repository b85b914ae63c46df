// dynamic-security.json, as the plugin of Mosquitto 2.0.11 writes it itself.
#include "base/encoding.h"
#include "base/json.h"
#include "devices/enrol/dynsec.h"

#include <array>
#include <openssl/evp.h>
#include <stdexcept>

namespace caredian::devices::enrol::dynsec {

namespace {

// The passwords are 192 random bits: no guess is worth slowing down, and the broker's one thread
// computes it at each connect.
constexpr int iterations = 101;
constexpr std::size_t salt_bytes = 12, hash_bytes = 64;

void append_password(JsonWriter& w, const Secret& password, Random& random) {
    std::array<std::byte, salt_bytes> salt{};
    random.fill(salt);
    std::array<unsigned char, hash_bytes> hash{};
    if (PKCS5_PBKDF2_HMAC(password.reveal().data(), static_cast<int>(password.size()),
                          reinterpret_cast<const unsigned char*>(salt.data()), salt_bytes,
                          iterations, EVP_sha512(), hash_bytes, hash.data()) != 1)
        throw std::runtime_error("PBKDF2 failed");
    w.member("password", base64_encode({reinterpret_cast<const char*>(hash.data()), hash.size()}))
        .member("salt", base64_encode({reinterpret_cast<const char*>(salt.data()), salt.size()}))
        .member("iterations", iterations);
}

} // namespace

std::string file(const Model& model, Random& random) {
    std::string out;
    JsonWriter w(out);
    w.begin_object().key("defaultACLAccess").begin_object();
    w.member("publishClientSend", false).member("publishClientReceive", false);
    w.member("subscribe", false).member("unsubscribe", true).end_object();
    w.key("clients").begin_array();
    for (const auto& [name, client] : model.clients) {
        w.begin_object().member("username", name).key("roles").begin_array();
        for (const auto& role : client.roles)
            w.begin_object().member("rolename", role).end_object();
        w.end_array();
        if (!client.password.empty()) append_password(w, client.password, random);
        w.end_object();
    }
    w.end_array().key("groups").begin_array().end_array().key("roles").begin_array();
    for (const auto& [name, rules] : model.roles) {
        w.begin_object().member("rolename", name).key("acls").begin_array();
        for (const auto& rule : rules)
            w.begin_object()
                .member("acltype", rule.type)
                .member("topic", rule.topic)
                .member("priority", rule.priority)
                .member("allow", rule.allow)
                .end_object();
        w.end_array().end_object();
    }
    w.end_array().end_object();
    out += '\n';
    return out;
}

} // namespace caredian::devices::enrol::dynsec
