#include "base/secret.h"

#include <sodium.h>

namespace caredian {

Secret::~Secret() {
    if (!value_.empty()) sodium_memzero(value_.data(), value_.size());
}

bool operator==(const Secret& a, const Secret& b) {
    return equal_constant_time(a.value_, b.value_);
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

} // namespace caredian
