// A payload of discovery, looked at by the names that Home Assistant gives its members.
#pragma once

#include "base/json.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::ingest {

using Names = std::initializer_list<std::string_view>;

// A payload, what its components share with it, and the base topic that `~` stands for.
struct DiscoverySource {
    const json::object& own;
    const json::object* shared = nullptr;
    std::string base;

    const json::value* find(Names names) const;
    std::string topic(Names names) const; // "": none, or no topic
    std::optional<double> number(Names names) const;
    bool flag(Names names) const;
    // As the wire has it; `usual` when it is not there, "" when it is null.
    std::string word(Names names, std::string_view usual) const;
};

} // namespace caredian::ingest
