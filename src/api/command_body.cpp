#include "api/command_body.h"

#include "base/encoding.h"
#include "base/json.h"

#include <algorithm>

namespace caredian::api {

namespace {

using net::http::Response;

constexpr std::size_t deepest = 6, longest_key = 128, longest_id = 512;
constexpr std::int64_t shortest_wait = 100, longest_wait = 60'000, most_retries = 3;

bool is_json(const net::http::Request& request) {
    const auto type = request.header("content-type").value_or("");
    return iequals_ascii(trim(type.substr(0, type.find(';'))), "application/json");
}

bool printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

struct Reader {
    CommandBody out;
    std::string wrong;

    void number(std::string_view name, const json::value& value, std::int64_t least,
                std::int64_t most, auto use) {
        if (!value.is_int64() || value.get_int64() < least || value.get_int64() > most)
            wrong = std::string(name) + " is a whole number from " + std::to_string(least) +
                    " to " + std::to_string(most);
        else
            use(value.get_int64());
    }

    void member(std::string_view name, const json::value& value) {
        if (name == "entity") {
            const auto* id = value.if_string();
            if (!id || id->empty() || id->size() > longest_id)
                wrong = "entity is the id of one of the device's entities";
            else
                out.wanted.entity = std::string_view(*id);
        } else if (name == "value") {
            out.wanted.value = value;
        } else if (name == "values") {
            if (!value.is_object())
                wrong = "values is an object of attributes";
            else
                out.wanted.values = value.get_object();
        } else if (name == "timeout_ms") {
            number(name, value, shortest_wait, longest_wait,
                   [this](std::int64_t ms) { out.limits.timeout = std::chrono::milliseconds(ms); });
        } else if (name == "retries") {
            number(name, value, 0, most_retries,
                   [this](std::int64_t n) { out.limits.retries = static_cast<unsigned>(n); });
        } else if (name == "wait") {
            if (!value.is_bool())
                wrong = "wait is true or false";
            else
                out.wait = value.get_bool();
        } else {
            wrong = "the body has a member that nobody knows; there are entity, value, values, "
                    "timeout_ms, retries and wait";
        }
    }

    void whole(const json::object& body) {
        const bool one = body.contains("entity"), value = body.contains("value"),
                   many = body.contains("values");
        if (one != value || one == many) wrong = "send either entity and value, or values";
        for (const auto& [name, v] : body) {
            if (!wrong.empty()) return;
            member(name, v);
        }
        json::object kept;
        for (const char* name : {"entity", "value", "values"})
            if (const auto* v = body.if_contains(name)) kept[name] = *v;
        append_json(out.request, kept);
    }

    void key(const net::http::Request& request) {
        const auto given = request.header("idempotency-key");
        if (!given) return;
        const auto text = trim(*given);
        if (text.empty() || text.size() > longest_key || !printable(text) ||
            request.count("idempotency-key") != 1)
            wrong = "Idempotency-Key is 1 to 128 printable characters without blanks, once";
        else
            out.once.key = std::string(text);
    }
};

} // namespace

std::variant<CommandBody, Response> read_command(const net::http::Request& request,
                                                 const std::string& device) {
    if (!is_json(request)) return Response::problem(415, "send application/json");
    auto parsed = parse_json(request.body_text, {deepest});
    const auto* body = parsed ? parsed->if_object() : nullptr;
    if (!body) return Response::problem(400, "the body is not a JSON object");
    Reader reader;
    reader.whole(*body);
    if (reader.wrong.empty()) reader.key(request);
    if (!reader.wrong.empty()) return Response::problem(400, reader.wrong);
    reader.out.once.body = device + '\n' + std::string(request.body_text);
    return std::move(reader.out);
}

} // namespace caredian::api
