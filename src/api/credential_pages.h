// The pages of second steps, reset links and invitations: by the server, without script (but for
// passkeys).
#pragma once

#include "api/page_texts.h"
#include "base/secret.h"
#include "net/http/message.h"

#include <optional>
#include <string>
#include <vector>

namespace caredian::api {

struct SecondPage {
    Language language = Language::en;
    std::optional<Text> error;
    std::string token;
    std::string return_to; // checked
    bool passkey = false;
};
net::http::Response second_page(unsigned status, const SecondPage& page);

struct EnrolPage {
    Language language = Language::en;
    std::optional<Text> error;
    std::string token;
    std::string return_to; // checked
    Secret uri;            // otpauth://
    Secret key;            // base32
};
net::http::Response enrol_page(unsigned status, const EnrolPage& page);

// Shown once; then on to `target`.
net::http::Response codes_page(Language language, const std::vector<Secret>& codes,
                               const std::string& target);

struct ResetPage {
    Language language = Language::en;
    std::optional<Text> error;
    std::string token;
    std::string username;
};
net::http::Response reset_page(unsigned status, const ResetPage& page);

struct InvitationPage {
    Language language = Language::en;
    std::optional<Text> error;
    std::string token;
    std::string username;
    std::string full_name;
};
net::http::Response invitation_page(unsigned status, const InvitationPage& page);

net::http::Response link_over_page(Language language); // 404

} // namespace caredian::api
