#include "identity/sealed_state.h"

#include "base/encoding.h"
#include "base/json.h"

namespace caredian::identity {

namespace {

constexpr std::size_t max_bytes = 4000; // browsers take no larger cookie

} // namespace

std::string seal_state(const store::Sealer& sealer, std::string_view purpose,
                       std::string_view context, std::string json, Random& random) {
    return base64url_encode(sealer.seal(purpose, context, Secret(std::move(json)), random));
}

std::optional<boost::json::object> open_state(const store::Sealer& sealer, std::string_view purpose,
                                              std::string_view context, std::string_view sealed,
                                              WallTime now) {
    if (sealed.size() > max_bytes) return std::nullopt;
    auto bytes = base64url_decode(sealed);
    if (!bytes) return std::nullopt;
    auto text = sealer.open(purpose, context, *bytes);
    if (!text) return std::nullopt;
    auto value = parse_json(text->reveal(), {2}); // written by us
    auto* object = value ? value->if_object() : nullptr;
    auto* end = object ? object->if_contains("e") : nullptr;
    if (!end || !end->is_int64() || now >= from_ns(end->get_int64())) return std::nullopt;
    return std::move(*object);
}

std::string_view text_of(const boost::json::object& state, std::string_view name) {
    auto* value = state.if_contains(name);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

WallTime end_of(const boost::json::object& state) {
    return from_ns(state.at("e").as_int64());
}

} // namespace caredian::identity
