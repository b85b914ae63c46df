#include "devices/commands/value.h"

#include "base/encoding.h"

#include <algorithm>
#include <cmath>

namespace caredian::devices::commands {

namespace {

using Command = readings::CommandDescription;
using Result = std::variant<Chosen, std::string>;

constexpr std::size_t most_listed = 30; // options in a sentence

std::string in_quotes(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string number_text(double value) {
    std::string out;
    append_number(out, value);
    return out;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

// "a number from 0 to 254", "true, false or one of \"ON\", …"
std::string allowed(const Command& c) {
    std::string out;
    auto add = [&out](const std::string& what) { out += (out.empty() ? "" : ", or ") + what; };
    if ((c.takes & Command::boolean) != 0) add("true or false");
    if ((c.takes & Command::number) != 0) {
        std::string range = "a number";
        if (c.min) range += " from " + number_text(*c.min);
        if (c.max) range += std::string(c.min ? "" : " up") + " to " + number_text(*c.max);
        add(range);
    }
    if ((c.takes & Command::text) != 0) {
        const double most = std::min(c.max.value_or(longest_text), double{longest_text});
        add("a text of at most " + number_text(most) + " characters");
    }
    if ((c.takes & Command::press) != 0) add("true");
    if (!c.words.empty()) {
        std::string words = c.words.size() > 1 ? "one of " : "";
        for (std::size_t i = 0; i < std::min(most_listed, c.words.size()); ++i)
            words += (i ? ", " : "") + in_quotes(c.words[i].said);
        add(c.words.size() > most_listed ? words + ", …" : words);
    }
    return out;
}

Chosen of_word(const Command& c, const Command::Word& word) {
    Chosen out;
    const bool json_already = c.as != Command::As::payload;
    out.text = word.sent;
    out.literal = json_already ? word.sent : in_quotes(word.sent);
    out.shows.texts = word.shows;
    out.tells = !word.shows.empty();
    // What shows nothing may do something else each time: TOGGLE, PRESS. Stopping twice is
    // stopping.
    out.repeatable = out.tells || iequals_ascii(word.said, "stop");
    return out;
}

const Command::Word* word_of(const Command& c, const json::value& value) {
    const bool both = (c.takes & Command::boolean) != 0 && c.words.size() >= 2;
    if (const auto* flag = value.if_bool()) {
        if (both) return &c.words[*flag ? 0 : 1];
        return (c.takes & Command::press) != 0 && *flag ? &c.words.at(0) : nullptr;
    }
    const auto* text = value.if_string();
    if (!text && !value.is_number()) return nullptr;
    std::string said;
    if (text)
        said = std::string_view(*text);
    else
        caredian::append_json(said, value);
    auto find = [&](auto equal) {
        auto at = std::find_if(c.words.begin(), c.words.end(),
                               [&](const auto& word) { return equal(word.said, said); });
        return at == c.words.end() ? nullptr : &*at;
    };
    if (const auto* exact = find(std::equal_to<std::string>())) return exact;
    // ON, on: of a switch there is no other; options are the device's own words.
    return both ? find([](const auto& a, const auto& b) { return iequals_ascii(a, b); }) : nullptr;
}

std::optional<Chosen> of_number(const Command& c, const json::value& value) {
    if (!value.is_number()) return std::nullopt;
    const double number = value.to_number<double>();
    if (!std::isfinite(number) || (c.min && number < *c.min) || (c.max && number > *c.max))
        return std::nullopt;
    Chosen out;
    out.text = out.literal = number_text(number);
    out.shows.number = number;
    // Devices round to what they can: half a step, or a two-hundredth of what there is.
    if (c.step && *c.step > 0)
        out.shows.tolerance = *c.step / 2;
    else if (c.min && c.max)
        out.shows.tolerance = (*c.max - *c.min) / 200;
    return out;
}

std::optional<Chosen> of_text(const Command& c, const json::value& value) {
    const auto* text = value.if_string();
    if (!text || text->size() > longest_text || !is_utf8(*text)) return std::nullopt;
    const auto length = static_cast<double>(characters(*text));
    if ((c.min && length < *c.min) || (c.max && length > *c.max)) return std::nullopt;
    if (text->find('\0') != json::string::npos) return std::nullopt;
    Chosen out;
    out.text = std::string_view(*text);
    out.literal = in_quotes(*text);
    out.shows.texts = {out.text};
    return out;
}

} // namespace

Result choose(const readings::EntityDescription& entity, const json::value& value) {
    const auto& c = entity.command;
    if (const auto* word = word_of(c, value)) return of_word(c, *word);
    if ((c.takes & Command::number) != 0)
        if (auto chosen = of_number(c, value)) return std::move(*chosen);
    if ((c.takes & Command::text) != 0)
        if (auto chosen = of_text(c, value)) return std::move(*chosen);
    return "the value of " + in_quotes(entity.id) + " is " + allowed(c);
}

} // namespace caredian::devices::commands
