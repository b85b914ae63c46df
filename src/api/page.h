// Puts a page of signing in together. Texts are escaped where they come in; what is called "raw",
// and `attributes`, are constants of ours.
#pragma once

#include "api/page_texts.h"
#include "net/http/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace caredian::api {

class Page {
public:
    Page(Language language, Text title, Text lead);

    Page& error(std::optional<Text> what);
    Page& notice(std::optional<Text> what);
    Page& hint(Text what);
    Page& form(std::string_view action);
    Page& hidden(std::string_view name, std::string_view value);
    // A field with its label and, under it, a hint. `required` unless it is optional.
    Page& field(std::string_view name, Text label, std::string_view value,
                std::string_view attributes, std::optional<Text> hint = {}, bool optional = false);
    Page& submit(Text label); // ends the form
    Page& link(std::string_view target, Text label);
    Page& quiet_link(std::string_view target, Text label);
    Page& divider(Text label);
    Page& raw(std::string_view html);
    Page& text(std::string_view what); // escaped
    // A button that /static/passkey.js shows and uses where the browser can; its texts are the
    // button's data. The page may then run scripts of ours and ask this site.
    Page& passkey(std::string_view begin, std::string_view finish, std::string_view token,
                  std::string_view return_to);
    // `query` is the rest of the address, encoded, without '?' and lang. The status, and a strict
    // policy of its own; never cached.
    net::http::Response finish(unsigned status, std::string_view path, std::string_view query = {});

    Language language() const { return language_; }

private:
    std::string say(Text what) const;
    Language language_;
    bool script_ = false;
    std::string out_;
};

} // namespace caredian::api
