#include "history/query.h"

#include <array>
#include <utility>

namespace caredian::history {

const char* room_name(Errc) {
    return "history";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::storage:
        return "the history cannot be read";
    case Errc::corrupt_block:
        return "the history is damaged";
    case Errc::cancelled:
        return "the query was cancelled";
    case Errc::bad_query:
        return "the query has no filter or an empty range";
    case Errc::too_many:
        return "too many fields in one window";
    case Errc::format:
        return "the history was written by a newer version";
    }
    return "unknown";
}

std::optional<Aggregate> parse_aggregate(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Aggregate>, 7> kNames = {{
        {"mean", Aggregate::mean},
        {"min", Aggregate::min},
        {"max", Aggregate::max},
        {"first", Aggregate::first},
        {"last", Aggregate::last},
        {"sum", Aggregate::sum},
        {"count", Aggregate::count},
    }};
    for (const auto& [known, aggregate] : kNames)
        if (known == name) return aggregate;
    return std::nullopt;
}

} // namespace caredian::history
