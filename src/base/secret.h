// Secrets: kept apart from strings so that they cannot be logged by accident.
#pragma once

#include <string>
#include <string_view>

namespace caredian {

// A text that must not be shown. Not streamable, not formattable; wiped when it goes.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    Secret(Secret&&) noexcept = default;
    Secret& operator=(Secret&&) noexcept = default;
    ~Secret();
    bool empty() const { return value_.empty(); }
    std::size_t size() const { return value_.size(); }
    const std::string& reveal() const { return value_; } // every call is a place to look at
    friend bool operator==(const Secret& a, const Secret& b);

private:
    std::string value_;
};

// Compares in time that depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

} // namespace caredian
