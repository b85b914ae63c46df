// Is this message the answer? Of one command; without I/O.
#pragma once

#include "devices/commands/plan.h"
#include "ingest/decode/json_fields.h"

#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::commands {

inline constexpr std::size_t longest_answer = 1024; // bytes that are kept

enum class Heard {
    nothing, // of no concern
    done,    // all that was asked for is shown, or the device says that it did it
    other,   // the device shows something else
    refused, // it says that it cannot
};

class Answer {
public:
    explicit Answer(const Plan& plan);

    Heard hear(std::string_view topic, std::string_view payload);
    // What was heard last, as JSON; empty: nothing. Of a refusal: its words.
    const std::string& text() const { return text_; }
    // Topics whose messages it wants, each once.
    const std::vector<std::string>& topics() const { return topics_; }

private:
    Heard reply(std::string_view payload);
    Heard refusal(std::string_view payload);
    bool is_of_another(std::string_view message) const;
    Heard shown(std::string_view topic, std::string_view payload);
    bool value_of(std::string_view payload, std::string_view field, std::string& out, bool& number);

    const Plan& plan_; // outlives it
    std::vector<std::string> topics_;
    std::vector<bool> satisfied_; // of plan_.shows
    std::string text_;
    ingest::JsonFields json_;
};

} // namespace caredian::devices::commands
