// The path of a request to what stands behind a reverse proxy, as its rules see it. Whatever comes:
// what is taken for clear has no segment that a second parser could read in another way, and a
// second look at it, encoded anew, gives the same.
#include "access/path_rule.h"

#include "base/encoding.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace caredian;

namespace {

void require(bool holds) {
    if (!holds) __builtin_trap();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto rules =
        access::PathRules::parse(std::vector<std::string>{"/admin", "wiki.example/secret"}).value();
    std::string_view target(reinterpret_cast<const char*>(data), size);
    auto path = access::canonical_path(target);
    auto answer = rules.look("wiki.example", target);
    require((answer == access::PathRules::Answer::unclear) == !path);
    if (!path) return 0;
    require(path->starts_with('/') && is_utf8(*path));
    require(path->find("//") == std::string::npos);
    require(path->find_first_of("\\;%#") == std::string::npos);
    std::string again;
    std::string_view rest = std::string_view(*path).substr(1);
    for (bool more = true; more;) {
        more = rest.find('/') != std::string_view::npos;
        auto segment = next_token(rest, '/');
        require(segment != "." && segment != "..");
        again.append("/").append(percent_encode(segment));
    }
    require(access::canonical_path(again) == path);
    bool admin = *path == "/admin" || path->starts_with("/admin/") || *path == "/secret" ||
                 path->starts_with("/secret/");
    require((answer == access::PathRules::Answer::admins) == admin);
    return 0;
}
