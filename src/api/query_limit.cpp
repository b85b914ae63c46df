#include "api/query_limit.h"

#include <charconv>

namespace caredian::api {

std::optional<std::size_t> read_limit(const net::http::Request& request, std::size_t most,
                                      std::size_t otherwise) {
    auto text = request.query_value("limit");
    if (!text) return otherwise;
    std::size_t value = 0;
    auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
    bool whole = code == std::errc() && end == text->data() + text->size();
    return whole && value >= 1 && value <= most ? std::optional(value) : std::nullopt;
}

std::string wrong_limit(std::size_t most) {
    return "limit is a number from 1 to " + std::to_string(most);
}

} // namespace caredian::api
