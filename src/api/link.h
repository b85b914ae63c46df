// Links that are handed from person to person: of resets and invitations.
#pragma once

#include "api/auth.h"
#include "api/fields.h"
#include "api/page_texts.h"

#include <string>
#include <string_view>

namespace caredian::api {

inline constexpr std::string_view reset_path = "/auth/reset";
inline constexpr std::string_view invitation_path = "/auth/invitation";

// "https://home.example.org/auth/reset?token=…". Access logs hold no query.
Secret link_of(const net::http::Request& request, const People& people, std::string_view path,
               const Secret& token);
std::string link_token(const net::http::Request& request); // cut where it is too long to be one
// The page's own choice (lang), else the browser's.
Language form_language(const net::http::Request& request, const Fields& fields);

} // namespace caredian::api
