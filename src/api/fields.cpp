#include "api/fields.h"

#include "base/encoding.h"
#include "base/json.h"

#include <algorithm>

namespace caredian::api {

using net::http::Request;
using net::http::Response;

namespace {

constexpr std::size_t max_fields = 50;

std::optional<std::string> decode(std::string_view text) {
    std::string blanks(text);
    std::replace(blanks.begin(), blanks.end(), '+', ' ');
    auto decoded = percent_decode(blanks);
    if (!decoded || !is_utf8(*decoded)) return std::nullopt;
    return std::move(*decoded);
}

} // namespace

std::variant<Fields, Response> Fields::read(const Request& request) {
    std::string_view type = request.header("content-type").value_or("");
    std::string kind = lower_ascii(trim(type.substr(0, type.find(';'))));
    Fields fields;
    if (kind == "application/json") {
        if (fields.read_json(request.body_text)) return fields;
        return Response::problem(400, "the body is not a JSON object of named values");
    }
    if (kind == "application/x-www-form-urlencoded") {
        fields.form_ = true;
        if (fields.read_form(request.body_text)) return fields;
        return Response::problem(400, "the body is not a form");
    }
    return Response::problem(415, "send application/json or a form");
}

bool Fields::read_json(std::string_view body) {
    auto value = parse_json(body, {4});
    if (!value || !value->is_object()) return false;
    for (const auto& [name, v] : value->get_object()) {
        if (values_.size() == max_fields) return false;
        Value kept = nullptr;
        if (auto* t = v.if_string()) kept = std::string(t->data(), t->size());
        if (auto* b = v.if_bool()) kept = *b;
        values_.insert_or_assign(std::string(name), std::move(kept));
    }
    return true;
}

bool Fields::read_form(std::string_view body) {
    while (!body.empty()) {
        std::string_view pair = next_token(body, '&');
        if (pair.empty()) continue;
        auto name = decode(next_token(pair, '='));
        auto value = decode(pair);
        if (!name || !value || values_.size() == max_fields) return false;
        // A field that is there twice is nobody's honest form.
        if (!values_.emplace(std::move(*name), std::move(*value)).second) return false;
    }
    return true;
}

std::optional<std::string> Fields::text(std::string_view name) const {
    auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    auto* t = std::get_if<std::string>(&found->second);
    return t ? std::optional(*t) : std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view name) const {
    auto found = values_.find(name);
    if (found == values_.end()) return std::nullopt;
    if (auto* b = std::get_if<bool>(&found->second)) return *b;
    auto* t = std::get_if<std::string>(&found->second);
    if (!t || !form_) return std::nullopt;
    if (*t == "true") return true;
    if (*t == "false") return false;
    return std::nullopt;
}

} // namespace caredian::api
