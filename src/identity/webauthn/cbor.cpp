#include "identity/webauthn/cbor.h"

namespace caredian::identity::webauthn {

namespace {

constexpr std::uint64_t largest = 0x7fff'ffff'ffff'ffff;

} // namespace

std::optional<std::uint64_t> CborReader::argument(unsigned info) {
    if (info < 24) return info;
    if (info > 27) return std::nullopt; // reserved, or of indefinite length
    const std::size_t bytes = std::size_t{1} << (info - 24);
    if (rest_.size() < bytes) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        value = (value << 8) | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(bytes);
    return value;
}

std::optional<CborItem> CborReader::next() {
    using Kind = CborItem::Kind;
    if (rest_.empty()) return std::nullopt;
    const auto first = static_cast<unsigned char>(rest_[0]);
    rest_.remove_prefix(1);
    const unsigned major = first >> 5;
    const unsigned info = first & 31;
    if (major == 7) { // no floats, no break
        if (info < 20 || info > 23) return std::nullopt;
        return CborItem{Kind::simple, info, {}};
    }
    auto value = argument(info);
    if (!value || *value > largest) return std::nullopt;
    const auto number = static_cast<std::int64_t>(*value);
    switch (major) {
    case 0:
        return CborItem{Kind::integer, number, {}};
    case 1:
        return CborItem{Kind::integer, -1 - number, {}};
    case 2:
    case 3: {
        if (*value > rest_.size()) return std::nullopt;
        auto content = rest_.substr(0, static_cast<std::size_t>(*value));
        rest_.remove_prefix(content.size());
        return CborItem{major == 2 ? Kind::bytes : Kind::text, number, content};
    }
    case 4:
    case 5: {
        const std::uint64_t items = major == 4 ? 1 : 2; // each at least one byte
        if (*value > rest_.size() / items) return std::nullopt;
        return CborItem{major == 4 ? Kind::array : Kind::map, number, {}};
    }
    default:
        return std::nullopt; // tags
    }
}

bool CborReader::skip(unsigned depth) {
    auto item = next();
    if (!item) return false;
    if (item->kind != CborItem::Kind::array && item->kind != CborItem::Kind::map) return true;
    if (depth == 0) return false;
    const std::int64_t items =
        item->kind == CborItem::Kind::array ? item->number : 2 * item->number;
    for (std::int64_t i = 0; i < items; ++i)
        if (!skip(depth - 1)) return false;
    return true;
}

std::optional<std::string_view> CborReader::whole(unsigned depth) {
    const auto before = rest_;
    if (!skip(depth)) return std::nullopt;
    return before.substr(0, before.size() - rest_.size());
}

} // namespace caredian::identity::webauthn
