#include "devices/area_guess.h"

#include "base/encoding.h"

#include <algorithm>
#include <tuple>

namespace caredian::devices {

namespace {

constexpr std::size_t shortest = 2; // bytes: one letter says nothing

// Lower case, single blanks between words, none at either end.
std::string words_of(std::string_view text) {
    std::string out;
    for (char c : lower_ascii(text)) {
        const bool of_word = static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
                             (c >= '0' && c <= '9');
        if (of_word)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// Words that are not separated by blanks, as in Korean: the name may go on at once.
bool is_letter_of_alphabet(char c) {
    return static_cast<unsigned char>(c) < 0x80 && c != ' ';
}

bool begins(std::string_view words, std::string_view area) {
    if (!words.starts_with(area)) return false;
    return words.size() == area.size() || words[area.size()] == ' ' ||
           !is_letter_of_alphabet(area.back());
}

bool holds(std::string_view words, std::string_view area) {
    for (auto at = words.find(area); at != std::string_view::npos; at = words.find(area, at + 1)) {
        auto end = at + area.size();
        if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' '))
            return true;
    }
    return false;
}

} // namespace

void AreaNames::add(std::string_view area) {
    std::string words = words_of(area);
    if (words.size() < shortest || known_.size() >= most) return;
    bool known = std::any_of(known_.begin(), known_.end(),
                             [&](const Area& other) { return other.words == words; });
    if (!known) known_.push_back({std::move(words), std::string(area)});
}

void AreaNames::sort() {
    std::sort(known_.begin(), known_.end(), [](const Area& a, const Area& b) {
        return std::make_tuple(b.words.size(), std::cref(a.words)) <
               std::make_tuple(a.words.size(), std::cref(b.words));
    });
}

std::string_view AreaNames::guess(std::string_view text) const {
    if (known_.empty()) return {};
    std::string words = words_of(text);
    for (auto* matches : {begins, holds})
        for (const auto& area : known_)
            if (matches(words, area.words)) return area.name;
    return {};
}

} // namespace caredian::devices
