// Cuts line protocol into lines: a line break inside a text in quotes is none. Only for this
// folder.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace caredian::history {

class LineSplitter {
public:
    // A line without its end, and its number from 1. Empty: it was longer than
    // ImportReader::kLongest. Comments and blank lines are passed over. False: no more.
    using Take = std::function<bool(std::string_view line, std::uint64_t number)>;
    explicit LineSplitter(Take take) : take_(std::move(take)) {}
    bool add(std::string_view bytes); // false: `take` said so
    bool finish();                    // a last line may have no end

private:
    // Where in a line the next byte stands.
    enum class In { start, key, name, value, text, rest, too_long };
    void step(char c);
    bool end_line();

    Take take_;
    std::string line_;
    In in_ = In::start;
    bool escaped_ = false;
    std::uint64_t number_ = 1; // of the line under way
    std::uint64_t breaks_ = 0; // line breaks inside it
};

} // namespace caredian::history
