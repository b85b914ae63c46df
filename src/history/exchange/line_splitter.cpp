#include "history/exchange/line_splitter.h"

#include "history/exchange/import_reader.h"

namespace caredian::history {

// Follows the line just far enough to know whether it is inside a text.
void LineSplitter::step(char c) {
    if (escaped_) {
        escaped_ = false;
        return;
    }
    if (c == '\\') {
        escaped_ = in_ == In::start || in_ == In::key || in_ == In::name || in_ == In::text;
        if (in_ == In::start) in_ = In::key;
        return;
    }
    switch (in_) {
    case In::start:
        in_ = c == '#' ? In::rest : In::key;
        break;
    case In::key:
        if (c == ' ') in_ = In::name;
        break;
    case In::name:
        if (c == '=') in_ = In::value;
        break;
    case In::value:
        in_ = c == '"' ? In::text : In::rest;
        break;
    case In::text:
        if (c == '"') in_ = In::rest;
        break;
    case In::rest: // of a value, or the time
        if (c == ',') in_ = In::name;
        break;
    case In::too_long:
        break;
    }
}

bool LineSplitter::add(std::string_view bytes) {
    for (char c : bytes) {
        if (c == '\n' && in_ != In::text) {
            if (!end_line()) return false;
            continue;
        }
        if (c == '\n') ++breaks_;
        step(c);
        if (in_ == In::too_long) continue;
        line_ += c;
        if (line_.size() <= ImportReader::kLongest) continue;
        line_.clear();
        in_ = In::too_long;
    }
    return true;
}

bool LineSplitter::end_line() {
    std::uint64_t number = number_;
    number_ += breaks_ + 1;
    breaks_ = 0;
    bool too_long = in_ == In::too_long;
    in_ = In::start;
    escaped_ = false;
    std::string line;
    line.swap(line_);
    if (line.ends_with('\r')) line.pop_back();
    bool more = true;
    if (too_long)
        more = take_({}, number);
    else if (line.find_first_not_of(" \t") != std::string::npos && line.front() != '#')
        more = take_(line, number);
    line.clear();
    line_.swap(line); // its memory is used again
    return more;
}

bool LineSplitter::finish() {
    return (line_.empty() && in_ != In::too_long) || end_line();
}

} // namespace caredian::history
