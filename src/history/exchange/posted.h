// Readings that a client posts for one device, as JSON or line protocol: all of it, or nothing and
// the reason. Stricter than an import: who posts can mend it, so nothing is renamed, cut or left
// out.
//
//   {"readings":[{"measurement":"climate","tags":{"path":"roof"},"fields":{"temperature":21.5},
//                 "time":"2026-01-10T03:00:00Z"}]}      time also in ns, or absent
//   {"fields":{"temperature":21.5}}                     one reading; measurement "readings"
//   climate,path=roof temperature=21.5 1767999600000000000
//
// JSON's numbers are floats, whole ones too, as they are when they come over MQTT.
#pragma once

#include "readings/reading.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caredian::history {

struct PostedLimits {
    std::size_t readings = 5'000; // of a request
    std::size_t fields = 256;     // of a reading
    std::size_t tags = 16;        // of a reading, without the device
    std::size_t name = 128;       // bytes of a measurement, tag, tag's value or field's name
    std::size_t text = 16 * 1024; // bytes of a text
    std::chrono::hours oldest{24 * 365};
    std::chrono::minutes ahead{10};
};

struct PostedOptions {
    std::string device;       // the tag of all; a body that names another one is refused
    std::int64_t unit_ns = 1; // of line protocol's times
    WallTime now{};           // of readings without a time: this, and a nanosecond more for each
    PostedLimits limits = {};
};

struct PostedProblem {
    bool unreadable = false; // not JSON, or not of this shape; else a line or a reading is wrong
    std::uint64_t line = 0;  // from 1, of line protocol; 0: `reason` says where
    std::string reason;
};

// Why a device cannot have this name; empty: it can. Without + and #: it becomes part of a topic.
std::string wrong_device_name(std::string_view name, const PostedLimits& limits = {});

using Posted = std::variant<std::vector<readings::Reading>, PostedProblem>;
Posted read_posted_json(std::string_view body, const PostedOptions& options);
// As the original gateway took them: {"points":[{"measurement","tags","fields","time"}],
// "default_measurement"}, of one device, which is the tag `device` or else `device_id`; it is put
// into `options`.
Posted read_original_points(std::string_view body, PostedOptions& options);
Posted read_posted_lines(std::string_view body, const PostedOptions& options);

} // namespace caredian::history
