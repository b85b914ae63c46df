#include "base/log.h"

#include "base/clock.h"
#include "base/json.h"

#include <atomic>
#include <mutex>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace caredian::log {

namespace {

// The one piece of state a process has of its log; everything else is an argument.
struct State {
    std::atomic<Level> level{Level::info};
    std::atomic<Format> format{Format::text};
    std::shared_ptr<spdlog::logger> logger = make_logger();
    std::mutex capture_mutex;
    std::function<void(std::string_view)> capture;

    static std::shared_ptr<spdlog::logger> make_logger() {
        auto made = std::make_shared<spdlog::logger>(
            "caredian", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->set_level(spdlog::level::trace);
        made->flush_on(spdlog::level::trace);
        return made;
    }
};

State& state() {
    static State s;
    return s;
}

std::string_view level_name(Level level) {
    switch (level) {
    case Level::trace:
        return "trace";
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warning:
        return "warning";
    case Level::error:
        return "error";
    case Level::off:
        break;
    }
    return "off";
}

void put(JsonWriter& out, const Field& field) {
    out.key(field.key);
    std::visit([&](auto v) { out.value(v); }, field.value);
}

std::string as_json(Level level, std::string_view room, std::string_view message,
                    std::initializer_list<Field> fields) {
    std::string line;
    JsonWriter out(line);
    out.begin_object().member("time", SystemClock().wall()).member("level", level_name(level));
    out.member("room", room).member("message", message);
    for (const auto& field : fields) put(out, field);
    out.end_object();
    return line;
}

// "2026-01-10T03:00:00.123Z info  mqtt: connected broker="127.0.0.1" port=1883"
std::string as_text(Level level, std::string_view room, std::string_view message,
                    std::initializer_list<Field> fields) {
    std::string line = format_rfc3339(SystemClock().wall());
    line.replace(line.size() - 7, 7, "Z");
    line += ' ';
    line += level_name(level);
    line += ' ';
    line += room;
    line += ": ";
    line += message;
    for (const auto& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        JsonWriter value(line);
        std::visit([&](auto v) { value.value(v); }, field.value);
    }
    return line;
}

} // namespace

void configure(Level level, Format format) {
    state().level = level;
    state().format = format;
}

bool enabled(Level level) {
    return level >= state().level.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view room, std::string_view message,
           std::initializer_list<Field> fields) {
    if (!enabled(level)) return;
    auto& s = state();
    auto line = s.format == Format::json ? as_json(level, room, message, fields)
                                         : as_text(level, room, message, fields);
    s.logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
    std::lock_guard lock(s.capture_mutex);
    if (s.capture) s.capture(line);
}

void set_capture(std::function<void(std::string_view line)> capture) {
    std::lock_guard lock(state().capture_mutex);
    state().capture = std::move(capture);
}

} // namespace caredian::log
