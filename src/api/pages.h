// The pages of signing in: made by the server, without script, so that they work in any browser.
#pragma once

#include "api/page_texts.h"
#include "net/http/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace caredian::api {

// ?lang=, else the cookie caredian_lang, else the first of Accept-Language that we speak, else
// English.
Language page_language(const net::http::Request& request);

struct LoginPage {
    Language language = Language::en;
    std::optional<Text> error;
    std::string username;  // as typed
    std::string return_to; // checked
};
struct FirstRunPage {
    Language language = Language::en;
    std::optional<Text> error;
    std::string code;
    std::string username;
};
// Each answers with the status and the page's own strict policy; never cached.
net::http::Response login_page(unsigned status, const LoginPage& page);
net::http::Response first_run_page(unsigned status, const FirstRunPage& page);
net::http::Response not_set_up_page(Language language); // 503

} // namespace caredian::api
