#include "home/states_filter.h"

#include "base/json.h"

namespace caredian::home {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

} // namespace

bool StatesFilter::take(std::string_view piece, std::string& out) {
    for (char c : piece)
        if (!step(c, out)) return false;
    return true;
}

bool StatesFilter::step(char c, std::string& out) {
    switch (state_) {
    case State::before:
        if (is_blank(c)) return true;
        if (c != '[') return false;
        out += '[';
        state_ = State::between;
        return true;
    case State::between:
        if (is_blank(c)) return true;
        if (c == ']') {
            out += ']';
            state_ = State::after;
            return true;
        }
        if (c == ',' && !comma_) {
            comma_ = true;
            return true;
        }
        if (c != '{' || !comma_) return false;
        comma_ = false;
        element_.assign(1, c);
        too_large_ = false;
        depth_ = 1;
        state_ = State::element;
        return true;
    case State::element:
        in_element(c, out);
        return true;
    case State::after:
        return is_blank(c);
    }
    return false;
}

void StatesFilter::in_element(char c, std::string& out) {
    if (element_.size() >= most_) too_large_ = true;
    if (too_large_)
        element_.clear();
    else
        element_ += c;
    if (text_) {
        if (escaped_)
            escaped_ = false;
        else if (c == '\\')
            escaped_ = true;
        else if (c == '"')
            text_ = false;
        return;
    }
    if (c == '"') text_ = true;
    if (c == '{' || c == '[') ++depth_;
    if ((c == '}' || c == ']') && --depth_ == 0) end_element(out);
}

void StatesFilter::end_element(std::string& out) {
    state_ = State::between;
    if (too_large_) return;
    auto parsed = parse_json(element_);
    const auto* object = parsed ? parsed->if_object() : nullptr;
    const auto* id = object ? object->if_contains("entity_id") : nullptr;
    if (!id || !id->is_string()) return;
    if (!may_({id->get_string().data(), id->get_string().size()})) return;
    if (any_) out += ',';
    any_ = true;
    out += element_;
}

} // namespace caredian::home
