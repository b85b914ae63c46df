// A word in which '*' stands for any run of characters: "light.bedroom_*".
#pragma once

#include <string>
#include <string_view>

namespace caredian::access {

class Pattern {
public:
    explicit Pattern(std::string_view text)
        : text_(text), star_(text_.find('*')),
          simple_(star_ == std::string::npos || star_ + 1 == text_.size()) {}
    bool matches(std::string_view word) const {
        if (star_ == std::string::npos) return word == text_;
        if (word.substr(0, star_) != std::string_view(text_).substr(0, star_)) return false;
        return simple_ || rest_matches(word);
    }
    // Does it match "domain.x" for every x? As far as can be told from its beginning.
    bool covers_domain(std::string_view domain) const {
        if (!simple_ || star_ == std::string::npos) return false;
        auto begin = std::string_view(text_).substr(0, star_);
        if (begin.size() <= domain.size()) return domain.starts_with(begin);
        return begin.size() == domain.size() + 1 && begin.starts_with(domain) &&
               begin.back() == '.';
    }
    std::string_view beginning() const { return std::string_view(text_).substr(0, star_); }

private:
    bool rest_matches(std::string_view word) const;

    std::string text_;
    std::size_t star_; // the first one
    bool simple_;      // none, or one at the end
};

} // namespace caredian::access
