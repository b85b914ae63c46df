// render_docs: the OpenAPI document as one page of plain HTML.
#include "api/openapi.h"
#include "base/json.h"

#include <stdexcept>

namespace caredian::api {
namespace {

std::string_view text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

const json::object& object_of(const json::object& object, std::string_view name) {
    static const json::object none;
    const json::value* value = object.if_contains(name);
    return value && value->is_object() ? value->get_object() : none;
}

const json::array& array_of(const json::object& object, std::string_view name) {
    static const json::array none;
    const json::value* value = object.if_contains(name);
    return value && value->is_array() ? value->get_array() : none;
}

class Page {
public:
    explicit Page(const json::object& document) : document_(document) {}
    std::string render();

private:
    void text(std::string_view t); // escaped; `x` becomes <code>x</code>
    void paragraph(std::string_view t, std::string_view css = {});
    void contents();
    void operation(std::string_view path, std::string_view method, const json::object& operation);
    void parameters(const json::array& list);
    void body(const json::object& operation);
    void responses(const json::object& list);
    void contents_of(const json::object& content);
    void schema(const json::value& value);
    void schema_table(std::string_view name, const json::object& s);
    std::string_view reference(const json::object& object); // the name at the end of "$ref"

    template <class Visit>
    void operations(std::string_view tag, Visit visit) {
        for (const auto& [path, item] : object_of(document_, "paths"))
            for (const auto& [method, operation] : item.as_object())
                for (const json::value& t : array_of(operation.as_object(), "tags"))
                    if (t.is_string() && std::string_view(t.get_string()) == tag)
                        visit(std::string_view(path), std::string_view(method),
                              operation.as_object());
    }

    const json::object& document_;
    std::string out_;
};

std::string anchor(std::string_view method, std::string_view path) {
    std::string id(method);
    for (char c : path) id += (c == '/' || c == '{' || c == '}') ? '-' : c;
    return id;
}

void Page::text(std::string_view t) {
    bool code = false;
    for (char c : t) {
        switch (c) {
        case '&':
            out_ += "&amp;";
            break;
        case '<':
            out_ += "&lt;";
            break;
        case '>':
            out_ += "&gt;";
            break;
        case '"':
            out_ += "&quot;";
            break;
        case '`':
            out_ += code ? "</code>" : "<code>";
            code = !code;
            break;
        default:
            out_ += c;
        }
    }
    if (code) out_ += "</code>";
}

void Page::paragraph(std::string_view t, std::string_view css) {
    if (t.empty()) return;
    out_ += css.empty() ? "<p>" : "<p class=\"" + std::string(css) + "\">";
    text(t);
    out_ += "</p>\n";
}

std::string_view Page::reference(const json::object& object) {
    const std::string_view ref = text_of(object, "$ref");
    return ref.substr(ref.rfind('/') + 1);
}

void Page::schema(const json::value& value) {
    if (!value.is_object()) return;
    const json::object& s = value.get_object();
    if (const auto name = reference(s); !name.empty()) {
        out_ += "<a href=\"#" + std::string(name) + "\">" + std::string(name) + "</a>";
        return;
    }
    if (text_of(s, "type") == "array") {
        out_ += "array of ";
        schema(s.contains("items") ? s.at("items") : json::value());
        return;
    }
    if (const auto type = text_of(s, "type"); !type.empty()) text(type);
    for (bool first = true; const json::value& type : array_of(s, "type")) {
        if (!first) out_ += " or ";
        first = false;
        text(type.as_string());
    }
    if (const auto format = text_of(s, "format"); !format.empty()) {
        out_ += ", ";
        text(format);
    }
    for (bool first = true; const json::value& choice : array_of(s, "enum")) {
        out_ += first ? ": <code>" : " <code>";
        first = false;
        text(choice.as_string());
        out_ += "</code>";
    }
}

void Page::parameters(const json::array& list) {
    if (list.empty()) return;
    out_ += "<h4>Parameters</h4>\n<div class=\"scroll\"><table>\n";
    for (const json::value& value : list) {
        const json::object& p = value.as_object();
        out_ += "<tr><th><code>";
        text(text_of(p, "name"));
        out_ += "</code></th><td class=\"soft\">";
        text(text_of(p, "in"));
        out_ += "</td><td>";
        if (p.contains("schema")) schema(p.at("schema"));
        out_ += "</td><td>";
        text(text_of(p, "description"));
        out_ += "</td></tr>\n";
    }
    out_ += "</table></div>\n";
}

void Page::contents_of(const json::object& content) {
    for (const auto& [type, media] : content) {
        out_ += " <code>";
        text(type);
        out_ += "</code> ";
        if (media.as_object().contains("schema")) schema(media.as_object().at("schema"));
    }
}

void Page::body(const json::object& operation) {
    const json::object& request = object_of(operation, "requestBody");
    if (request.empty()) return;
    out_ += "<h4>Body</h4>\n<p>";
    contents_of(object_of(request, "content"));
    out_ += "</p>\n";
}

void Page::responses(const json::object& list) {
    const json::object& shared = object_of(object_of(document_, "components"), "responses");
    out_ += "<h4>Answers</h4>\n<div class=\"scroll\"><table>\n";
    for (const auto& [status, value] : list) {
        const json::object* response = &value.as_object();
        if (const auto name = reference(*response); !name.empty())
            response = &object_of(shared, name);
        out_ += "<tr><th>";
        text(status);
        out_ += "</th><td>";
        text(text_of(*response, "description"));
        out_ += "</td><td>";
        contents_of(object_of(*response, "content"));
        out_ += "</td></tr>\n";
    }
    out_ += "</table></div>\n";
}

void Page::operation(std::string_view path, std::string_view method, const json::object& o) {
    out_ +=
        "<article id=\"" + anchor(method, path) + "\">\n<h3 class=\"line\"><span class=\"method\">";
    text(method);
    out_ += "</span> <code>";
    text(path);
    out_ += "</code> <span class=\"access\">";
    text(text_of(o, "x-access"));
    out_ += "</span></h3>\n";
    paragraph(text_of(o, "summary"));
    paragraph(text_of(o, "description"), "soft");
    parameters(array_of(o, "parameters"));
    body(o);
    responses(object_of(o, "responses"));
    out_ += "</article>\n";
}

void Page::schema_table(std::string_view name, const json::object& s) {
    out_ += "<article id=\"" + std::string(name) + "\">\n<h3>" + std::string(name) + "</h3>\n";
    paragraph(text_of(s, "description"));
    const json::object& properties = object_of(s, "properties");
    if (properties.empty()) {
        out_ += "<p>";
        schema(s);
        out_ += "</p>\n</article>\n";
        return;
    }
    out_ += "<div class=\"scroll\"><table>\n";
    for (const auto& [property, value] : properties) {
        out_ += "<tr><th><code>";
        text(property);
        out_ += "</code></th><td>";
        schema(value);
        for (const auto& [inner, v] : object_of(value.as_object(), "properties")) {
            out_ += "<br><code>." + std::string(inner) + "</code> ";
            schema(v);
        }
        out_ += "</td><td>";
        text(text_of(value.as_object(), "description"));
        out_ += "</td></tr>\n";
    }
    out_ += "</table></div>\n</article>\n";
}

void Page::contents() {
    out_ += "<nav aria-label=\"Operations\"><ul>\n";
    for (const json::value& tag : array_of(document_, "tags"))
        operations(text_of(tag.as_object(), "name"), [&](auto path, auto method, const auto&) {
            out_ += "<li><a href=\"#" + anchor(method, path) + "\"><span class=\"method\">";
            text(method);
            out_ += "</span> <code>";
            text(path);
            out_ += "</code></a></li>\n";
        });
    out_ += "</ul></nav>\n";
}

std::string Page::render() {
    const json::object& info = object_of(document_, "info");
    out_ += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width\">\n<title>CareDian API</title>\n"
            "<link rel=\"icon\" href=\"/favicon.svg\">\n"
            "<link rel=\"stylesheet\" href=\"/docs/style.css\">\n</head>\n<body>\n<main>\n<h1>";
    text(text_of(info, "title"));
    out_ += " API <span class=\"soft\">";
    text(text_of(info, "version"));
    out_ += "</span></h1>\n";
    paragraph(text_of(info, "summary"));
    paragraph(text_of(info, "description"), "soft");
    out_ += "<p><a href=\"/openapi.json\">/openapi.json</a> (OpenAPI ";
    text(text_of(document_, "openapi"));
    out_ += ")</p>\n";
    contents();
    for (const json::value& tag : array_of(document_, "tags")) {
        const std::string_view name = text_of(tag.as_object(), "name");
        out_ += "<h2>";
        text(name);
        out_ += "</h2>\n";
        paragraph(text_of(tag.as_object(), "description"), "soft");
        operations(name,
                   [&](auto path, auto method, const auto& o) { operation(path, method, o); });
    }
    out_ += "<h2>Shapes</h2>\n";
    for (const auto& [name, s] : object_of(object_of(document_, "components"), "schemas"))
        schema_table(name, s.as_object());
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
}

} // namespace

std::string render_docs(std::string_view document) {
    const auto parsed = parse_json(document);
    if (!parsed || !parsed->is_object() || !parsed->get_object().contains("paths"))
        throw std::runtime_error("docs/openapi.json is not an OpenAPI document");
    return Page(parsed->get_object()).render();
}

} // namespace caredian::api
