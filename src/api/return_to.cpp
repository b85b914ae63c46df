#include "api/return_to.h"

#include "base/encoding.h"

#include <algorithm>

namespace caredian::api {

namespace {

constexpr std::size_t max_bytes = 1000;

bool is_safe(std::string_view text) {
    if (text.empty() || text[0] != '/' || text.size() > max_bytes) return false;
    auto bad = [](char c) { return c <= ' ' || c > '~' || c == '\\'; };
    if (std::any_of(text.begin(), text.end(), bad)) return false;
    std::string_view path = text.substr(0, text.find_first_of("?#"));
    return path.find("//") == std::string_view::npos && !path.starts_with("/auth/") &&
           path != "/first-run";
}

} // namespace

std::string safe_return_to(std::string_view text) {
    return is_safe(text) ? std::string(text) : "/";
}

bool is_handover_target(std::string_view target) {
    auto bad = [](char c) { return c <= ' ' || c > '~' || c == '\\' || c == '#'; };
    return target.size() <= 2000 && std::none_of(target.begin(), target.end(), bad) &&
           target.substr(0, target.find('?')) == callback_path &&
           target.size() > callback_path.size();
}

std::string login_location(std::string_view return_to) {
    std::string target = safe_return_to(return_to);
    if (target == "/") return "/auth/login";
    std::string login = "/auth/login";
    add_parameter(login, "return_to", target);
    return login;
}

} // namespace caredian::api
