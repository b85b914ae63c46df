// Named values of a request body: a JSON object or a form.
#pragma once

#include "net/http/message.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace caredian::api {

class Fields {
public:
    // Content-Type application/json (an object of texts, numbers, booleans and nulls) or
    // application/x-www-form-urlencoded. On failure: the problem to answer with (400, 415).
    static std::variant<Fields, net::http::Response> read(const net::http::Request& request);

    bool is_form() const { return form_; }
    // nullopt: absent, null, or not a text.
    std::optional<std::string> text(std::string_view name) const;
    std::optional<bool> flag(std::string_view name) const; // true, false (form: "true", "false")
    bool has(std::string_view name) const { return values_.contains(name); }

private:
    using Value = std::variant<std::nullptr_t, bool, std::string>;
    bool read_json(std::string_view body);
    bool read_form(std::string_view body);

    bool form_ = false;
    std::map<std::string, Value, std::less<>> values_;
};

} // namespace caredian::api
