// An array of states on its way through, piece by piece: only what the caller may read goes on.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace caredian::home {

// A step function over bytes. Holds one element at a time; one that is larger than `most`, or not
// understood, is left out. What is no array is an error.
class StatesFilter {
public:
    using May = std::function<bool(std::string_view entity_id)>;
    explicit StatesFilter(May may, std::size_t most = std::size_t{1024} * 1024)
        : may_(std::move(may)), most_(most) {}

    // Appends what goes on. False: this is no array of states; nothing more may be sent.
    bool take(std::string_view piece, std::string& out);
    bool whole() const { return state_ == State::after; } // the array has ended

private:
    enum class State { before, between, element, after };
    bool step(char c, std::string& out);
    void in_element(char c, std::string& out);
    void end_element(std::string& out);

    May may_;
    std::size_t most_;
    State state_ = State::before;
    std::string element_;
    bool too_large_ = false;
    bool any_ = false;  // something was let through
    bool comma_ = true; // an element may begin
    int depth_ = 0;
    bool text_ = false, escaped_ = false;
};

} // namespace caredian::home
