// Which refusals are worth a row of the audit: the first of a person at a path, and after ten
// minutes how many more there were. Else one broken dashboard would push everything else out. Who
// is refused at paths without end has the rest of them in one row.
#pragma once

#include "base/clock.h"
#include "guard/audit.h"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::guard {

struct Denial {
    Actor who;
    std::string path; // without its query
    std::string why;
    std::uint64_t more = 0; // 0: this one; else so many that were not written since
};

// Decides; the caller gives the time. Bounded: beyond `most` the one seen longest ago makes room.
class DenialTable {
public:
    explicit DenialTable(std::size_t most = 1'000) : most_(most) {}
    static constexpr nanoseconds interval = std::chrono::minutes(10);
    static constexpr std::size_t most_paths = 20; // of one person in one interval
    static constexpr const char* all_others = "*";

    // What is to be written now, if anything. `written` gets what makes room.
    bool take(const Denial& denial, MonoTime now, std::vector<Denial>& written);
    // Those whose ten minutes are over; `all`: the others too.
    std::vector<Denial> due(MonoTime now, bool all = false);
    std::size_t size() const { return entries_.size(); }

private:
    bool has_many_paths(const std::string& who) const;

    using Key = std::pair<std::string, std::string>; // who, path
    struct Entry {
        Denial last;
        MonoTime since{};
        std::list<Key>::iterator order;
    };
    std::size_t most_;
    std::map<Key, Entry> entries_;
    std::list<Key> order_; // the newest first
};

// Any thread; `submit` runs a job that may block (SQL).
class Denials {
public:
    using Submit = std::function<bool(std::function<void()> job)>;
    Denials(Audit& audit, const Clock& clock, Submit submit)
        : audit_(audit), clock_(clock), submit_(std::move(submit)) {}
    void denied(const Denial& denial);
    void flush(bool all = false); // once a minute, and before the end

private:
    void write(std::vector<Denial> denials);

    Audit& audit_;
    const Clock& clock_;
    Submit submit_;
    std::mutex mutex_;
    DenialTable table_;
};

} // namespace caredian::guard
