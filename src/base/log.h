// Structured logging: one line per event, JSON or text, to standard error. Any thread.
// Quote outside text as a field, never inside the message; never pass a secret.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace caredian::log {

enum class Level { trace, debug, info, warning, error, off };
enum class Format { text, json };

struct Field {
    std::string_view key;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
    Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
    Field(std::string_view k, bool v) : key(k), value(v) {}
    Field(std::string_view k, double v) : key(k), value(v) {}
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    Field(std::string_view k, T v) : key(k) {
        if constexpr (std::is_signed_v<T>)
            value = static_cast<std::int64_t>(v);
        else
            value = static_cast<std::uint64_t>(v);
    }
};

void configure(Level level, Format format);
bool enabled(Level level);
// `room` names who speaks ("mqtt", "journal", "http").
void write(Level level, std::string_view room, std::string_view message,
           std::initializer_list<Field> fields = {});

inline void debug(std::string_view room, std::string_view message,
                  std::initializer_list<Field> fields = {}) {
    if (enabled(Level::debug)) write(Level::debug, room, message, fields);
}
inline void info(std::string_view room, std::string_view message,
                 std::initializer_list<Field> fields = {}) {
    write(Level::info, room, message, fields);
}
inline void warning(std::string_view room, std::string_view message,
                    std::initializer_list<Field> fields = {}) {
    write(Level::warning, room, message, fields);
}
inline void error(std::string_view room, std::string_view message,
                  std::initializer_list<Field> fields = {}) {
    write(Level::error, room, message, fields);
}

// Tests read what was written: every line also goes to `capture` until it is set to nothing.
void set_capture(std::function<void(std::string_view line)> capture);

} // namespace caredian::log
