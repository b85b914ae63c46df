// A body that came with Content-Encoding: gzip.
#pragma once

#include "net/http/message.h"

namespace caredian::net::http {

// What is in it, at most `limit` bytes: a small body may hold a large one. One member, whole, and
// nothing behind it. Errors: body_too_large, bad_message.
result<std::string> gunzip(std::string_view body, std::size_t limit);

} // namespace caredian::net::http
