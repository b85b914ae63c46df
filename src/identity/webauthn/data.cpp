#include "identity/webauthn/data.h"

#include "base/encoding.h"
#include "base/json.h"
#include "identity/webauthn/cbor.h"

#include <map>

namespace caredian::identity::webauthn {

namespace {

constexpr unsigned depth = 4;        // CTAP2 §8
constexpr std::int64_t entries = 16; // of a map that we look into
using Kind = CborItem::Kind;

constexpr unsigned char flag_present = 0x01;
constexpr unsigned char flag_verified = 0x04;
constexpr unsigned char flag_may_backup = 0x08;
constexpr unsigned char flag_backed_up = 0x10;
constexpr unsigned char flag_credential = 0x40;
constexpr unsigned char flag_extensions = 0x80;

// Takes `size` bytes off the front; nullopt: there are fewer.
std::optional<std::string_view> take(std::string_view& bytes, std::size_t size) {
    if (bytes.size() < size) return std::nullopt;
    auto out = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return out;
}

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t out = 0;
    for (char c : bytes) out = (out << 8) | static_cast<unsigned char>(c);
    return out;
}

// A small map: each key's whole value. Keys are of one kind and there once. nullopt: it is none, or
// something follows it.
template <class Key>
std::optional<std::map<Key, std::string_view>> read_map(std::string_view bytes) {
    CborReader reader(bytes);
    auto head = reader.next();
    if (!head || head->kind != Kind::map || head->number > entries) return std::nullopt;
    std::map<Key, std::string_view> out;
    for (std::int64_t i = 0; i < head->number; ++i) {
        auto key = reader.next();
        constexpr Kind kind = std::is_same_v<Key, std::int64_t> ? Kind::integer : Kind::text;
        if (!key || key->kind != kind) return std::nullopt;
        auto value = reader.whole(depth);
        if (!value) return std::nullopt;
        bool fresh = false;
        if constexpr (std::is_same_v<Key, std::int64_t>)
            fresh = out.emplace(key->number, *value).second;
        else
            fresh = out.emplace(key->content, *value).second;
        if (!fresh) return std::nullopt;
    }
    if (!reader.rest().empty()) return std::nullopt;
    return out;
}

template <class Key>
std::optional<CborItem> item_of(const std::map<Key, std::string_view>& map, Key key, Kind kind) {
    auto found = map.find(key);
    if (found == map.end()) return std::nullopt;
    auto item = CborReader(found->second).next();
    return item && item->kind == kind ? item : std::nullopt;
}

} // namespace

result<ClientData> read_client_data(std::string_view json) {
    if (json.size() > max_client_data) return Errc::malformed;
    auto value = parse_json(json, {8});
    if (!value || !value->is_object()) return Errc::malformed;
    const auto& object = value->get_object();
    auto text_of = [&](std::string_view name) -> std::optional<std::string> {
        auto* found = object.if_contains(name);
        if (!found || !found->is_string()) return std::nullopt;
        return std::string(std::string_view(found->get_string()));
    };
    auto type = text_of("type");
    auto challenge = text_of("challenge");
    auto origin = text_of("origin");
    if (!type || !challenge || !origin) return Errc::malformed;
    auto bytes = base64url_decode(*challenge);
    if (!bytes) return Errc::malformed;
    ClientData out{std::move(*type), std::move(*bytes), std::move(*origin), false};
    if (auto* crossed = object.if_contains("crossOrigin")) {
        if (!crossed->is_bool()) return Errc::malformed;
        out.cross_origin = crossed->get_bool();
    }
    return out;
}

std::optional<Algorithm> algorithm_of(std::int64_t number) {
    for (auto one : {Algorithm::eddsa, Algorithm::es256, Algorithm::rs256})
        if (static_cast<std::int64_t>(one) == number) return one;
    return std::nullopt;
}

result<PublicKey> read_public_key(std::string_view cose) {
    constexpr std::int64_t kty = 1, alg = 3;          // RFC 9052 §7.1
    constexpr std::int64_t okp = 1, ec2 = 2, rsa = 3; // RFC 9053 §7, RFC 8230 §4
    constexpr std::int64_t p256 = 1, ed25519 = 6;
    auto map = read_map<std::int64_t>(cose);
    if (!map) return Errc::malformed;
    auto integer = [&](std::int64_t label) -> std::int64_t {
        auto item = item_of(*map, label, Kind::integer);
        return item ? item->number : 0;
    };
    auto bytes = [&](std::int64_t label) -> std::string_view {
        auto item = item_of(*map, label, Kind::bytes);
        return item ? item->content : std::string_view();
    };
    auto algorithm = algorithm_of(integer(alg));
    if (!algorithm) return Errc::algorithm;
    std::string key;
    switch (*algorithm) {
    case Algorithm::es256:
        if (integer(kty) != ec2 || integer(-1) != p256 || bytes(-2).size() != 32 ||
            bytes(-3).size() != 32)
            return Errc::key;
        key.append(bytes(-2)).append(bytes(-3));
        break;
    case Algorithm::eddsa:
        if (integer(kty) != okp || integer(-1) != ed25519 || bytes(-2).size() != 32)
            return Errc::key;
        key = bytes(-2);
        break;
    case Algorithm::rs256:
        if (integer(kty) != rsa || bytes(-1).size() != 256 || bytes(-2).size() != 3)
            return Errc::key;
        key.append(bytes(-1)).append(bytes(-2));
        break;
    }
    return PublicKey{*algorithm, std::move(key)};
}

result<AuthenticatorData> read_authenticator_data(std::string_view bytes) {
    if (bytes.size() > max_authenticator_data) return Errc::malformed;
    auto hash = take(bytes, 32);
    auto flags_byte = take(bytes, 1);
    auto counter = take(bytes, 4);
    if (!hash || !flags_byte || !counter) return Errc::malformed;
    const auto flags = static_cast<unsigned char>((*flags_byte)[0]);
    auto is_set = [&](unsigned char flag) { return (flags & flag) != 0; };
    AuthenticatorData out;
    out.rp_id_hash = *hash;
    out.present = is_set(flag_present);
    out.verified = is_set(flag_verified);
    out.may_backup = is_set(flag_may_backup);
    out.backed_up = is_set(flag_backed_up);
    out.counter = big_endian(*counter);
    if (out.backed_up && !out.may_backup) return Errc::malformed;
    if (is_set(flag_credential)) {
        AuthenticatorData::Credential c;
        auto aaguid = take(bytes, 16);
        auto size = take(bytes, 2);
        if (!aaguid || !size) return Errc::malformed;
        c.aaguid = *aaguid;
        const std::size_t length = big_endian(*size);
        auto id = take(bytes, length);
        if (length == 0 || length > max_credential_id || !id) return Errc::malformed;
        c.id = *id;
        CborReader reader(bytes);
        auto key = reader.whole(depth);
        if (!key) return Errc::malformed;
        c.public_key = *key;
        bytes = reader.rest();
        out.credential = c;
    }
    if (is_set(flag_extensions)) {
        CborReader reader(bytes);
        CborReader head = reader;
        auto map = head.next();
        if (!map || map->kind != Kind::map || !reader.skip(depth)) return Errc::malformed;
        bytes = reader.rest();
    }
    if (!bytes.empty()) return Errc::malformed;
    return out;
}

result<AttestationObject> read_attestation_object(std::string_view bytes) {
    if (bytes.size() > max_attestation) return Errc::malformed;
    auto map = read_map<std::string_view>(bytes);
    if (!map) return Errc::malformed;
    auto format = item_of(*map, std::string_view("fmt"), Kind::text);
    auto statement = map->find("attStmt");
    auto data = item_of(*map, std::string_view("authData"), Kind::bytes);
    if (!format || statement == map->end() || !data) return Errc::malformed;
    return AttestationObject{format->content, statement->second, data->content};
}

std::optional<SelfStatement> read_self_statement(std::string_view statement) {
    auto map = read_map<std::string_view>(statement);
    if (!map || map->size() != 2) return std::nullopt; // no x5c, no ecdaaKeyId
    auto algorithm = item_of(*map, std::string_view("alg"), Kind::integer);
    auto signature = item_of(*map, std::string_view("sig"), Kind::bytes);
    if (!algorithm || !signature) return std::nullopt;
    return SelfStatement{algorithm->number, signature->content};
}

bool is_empty_statement(std::string_view statement) {
    auto map = read_map<std::string_view>(statement);
    return map && map->empty();
}

} // namespace caredian::identity::webauthn
