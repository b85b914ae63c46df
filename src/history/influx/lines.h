// Lines that go together: text, where each line begins, and the row that is stored with the last.
#pragma once

#include "readings/message.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::history::influx {

struct Lines {
    std::string text;                  // each line with its line break
    std::vector<std::uint32_t> starts; // of each line in `text`
    readings::Row last_row = 0;        // 0: they come from elsewhere (a backfill)

    std::size_t size() const { return starts.size(); }
    bool empty() const { return starts.empty(); }
    void clear() { // keeps the memory
        text.clear();
        starts.clear();
        last_row = 0;
    }
    // Around what is appended to `text`: one whole line, or none of it.
    void begin() { starts.push_back(static_cast<std::uint32_t>(text.size())); }
    void take_back() {
        text.resize(starts.back());
        starts.pop_back();
    }
    std::size_t offset(std::size_t line) const {
        return line < starts.size() ? starts[line] : text.size();
    }
    // Lines [begin, end).
    std::string_view view(std::size_t begin, std::size_t end) const {
        return std::string_view(text).substr(offset(begin), offset(end) - offset(begin));
    }
    std::string_view line(std::size_t i) const { // without its line break
        auto whole = view(i, i + 1);
        whole.remove_suffix(1);
        return whole;
    }
};

} // namespace caredian::history::influx
