#include "access/pattern.h"

namespace caredian::access {

// The usual walk back to the last star: linear but for the pattern's own length.
bool Pattern::rest_matches(std::string_view word) const {
    const std::string_view pattern = text_;
    std::size_t p = star_, w = star_, back_p = star_, back_w = star_;
    while (w < word.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            back_p = ++p;
            back_w = w;
        } else if (p < pattern.size() && pattern[p] == word[w]) {
            ++p, ++w;
        } else {
            p = back_p;
            w = ++back_w;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

} // namespace caredian::access
