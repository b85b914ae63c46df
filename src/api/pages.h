// The pages of signing in: made by the server, without script, so that they work in any browser.
#pragma once

#include "api/page_texts.h"
#include "net/http/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::api {

struct People;

// ?lang=, else the cookie caredian_lang, else the first of Accept-Language that we speak, else
// English.
Language page_language(const net::http::Request& request);
// A choice by ?lang= stays for a year, for the console too (it reads the cookie).
void keep_language(const net::http::Request& request, net::http::Response& response);

// A provider as a button of the login page.
struct ProviderChoice {
    std::string id;
    std::string label;
};
std::vector<ProviderChoice> provider_choices(const People& people, Language language);

struct LoginPage {
    Language language = Language::en;
    std::optional<Text> error;
    std::optional<Text> notice;
    std::string username;  // as typed
    std::string return_to; // checked
    bool passkeys = false; // offer them
    std::vector<ProviderChoice> providers;
};
struct FirstRunPage {
    Language language = Language::en;
    std::optional<Text> error;
    std::string code;
    std::string username;
};
// The page to sign in, with a sentence about what failed before.
net::http::Response sign_in_again(const net::http::Request& request, const People& people,
                                  unsigned status, Text error, std::string return_to);
// Each answers with the status and the page's own strict policy; never cached.
net::http::Response login_page(unsigned status, const LoginPage& page);
net::http::Response first_run_page(unsigned status, const FirstRunPage& page);
net::http::Response not_set_up_page(Language language); // 503
net::http::Response too_many_page(Language language);   // 429
// After signing out here: goes on by itself, and by its button, to sign out at the provider.
net::http::Response signed_out_page(Language language, const std::string& location);
// After signing in here for another of our host names: likewise.
net::http::Response signed_in_page(Language language, const std::string& location);

} // namespace caredian::api
