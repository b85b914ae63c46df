#include "ingest/topic_filter.h"

namespace caredian::ingest {

namespace {

struct Levels {
    std::string_view rest;
    bool more = true;
    std::string_view next() {
        auto cut = rest.find('/');
        std::string_view level = rest.substr(0, cut);
        more = cut != std::string_view::npos;
        rest = more ? rest.substr(cut + 1) : std::string_view();
        return level;
    }
};

} // namespace

bool topic_matches(std::string_view filter, std::string_view topic) {
    if (filter.empty() || topic.empty()) return false;
    if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#')) return false;
    Levels want{filter}, have{topic};
    while (want.more) {
        std::string_view level = want.next();
        if (level == "#") return true;
        if (!have.more) return false;
        std::string_view given = have.next();
        if (level != "+" && level != given) return false;
        if (!have.more && want.more) return want.rest == "#"; // "a/#" is also "a"
    }
    return !have.more;
}

bool is_valid_filter(std::string_view filter) {
    if (filter.empty() || filter.size() > 65'535) return false;
    if (filter.find('\0') != std::string_view::npos) return false;
    Levels levels{filter};
    while (levels.more) {
        std::string_view level = levels.next();
        if (level.size() > 1 && level.find_first_of("+#") != std::string_view::npos) return false;
        if (level == "#" && levels.more) return false;
    }
    return true;
}

} // namespace caredian::ingest
