// Who speaks to devices over the connection that ingest reads from: the other direction.
#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace caredian::ingest {

// What is handed to a Talker. Ingest thread only.
class Line {
public:
    virtual ~Line() = default;
    virtual bool connected() const = 0;
    // Goes now or not at all: false, and nothing is kept, when the broker is away. `done` gets the
    // broker's reason code, or net::mqtt::unanswered when the connection ended before one came. On
    // 5.0 the broker forgets it after `expiry`.
    virtual bool publish(std::string_view topic, std::string_view payload, std::uint8_t qos,
                         bool retain, std::chrono::seconds expiry,
                         std::function<void(std::uint8_t reason_code)> done) = 0;
};

// Called on the ingest thread alone; must not throw or block.
class Talker {
public:
    virtual ~Talker() = default;
    virtual void begin(Line& line) = 0; // before all others; `line` lives until end()
    virtual void end() = 0;
    virtual void connection(bool stands) = 0;
    // Every message, before it is on disk. Retained and redelivered ones are old.
    virtual void heard(std::string_view topic, std::string_view payload, bool old) = 0;
    virtual void timer() = 0; // at `deadline`, or somewhat later
    virtual std::optional<MonoTime> deadline() const = 0;
};

} // namespace caredian::ingest
