#include "guard/denials.h"

namespace caredian::guard {

bool DenialTable::has_many_paths(const std::string& who) const {
    std::size_t paths = 0;
    for (auto at = entries_.lower_bound(Key{who, {}});
         at != entries_.end() && at->first.first == who && paths < most_paths; ++at)
        ++paths;
    return paths == most_paths;
}

bool DenialTable::take(const Denial& denial, MonoTime now, std::vector<Denial>& written) {
    Key key{denial.who.name, denial.path};
    auto found = entries_.find(key);
    if (found == entries_.end() && denial.path != all_others && has_many_paths(denial.who.name)) {
        Denial rest = denial;
        rest.path = all_others;
        return take(rest, now, written);
    }
    if (found != entries_.end() && now - found->second.since < interval) {
        auto more = found->second.last.more + 1;
        found->second.last = denial;
        found->second.last.more = more;
        return false;
    }
    if (found != entries_.end()) {
        if (found->second.last.more > 0) written.push_back(found->second.last);
        order_.erase(found->second.order);
        entries_.erase(found);
    } else if (entries_.size() >= most_) {
        auto oldest = entries_.find(order_.back());
        if (oldest->second.last.more > 0) written.push_back(oldest->second.last);
        entries_.erase(oldest);
        order_.pop_back();
    }
    order_.push_front(key);
    Denial kept = denial;
    kept.more = 0;
    entries_.emplace(std::move(key), Entry{std::move(kept), now, order_.begin()});
    return true;
}

std::vector<Denial> DenialTable::due(MonoTime now, bool all) {
    std::vector<Denial> out;
    while (!order_.empty()) {
        auto oldest = entries_.find(order_.back());
        if (!all && now - oldest->second.since < interval) break;
        if (oldest->second.last.more > 0) out.push_back(std::move(oldest->second.last));
        entries_.erase(oldest);
        order_.pop_back();
    }
    return out;
}

void Denials::denied(const Denial& denial) {
    std::vector<Denial> written;
    {
        std::lock_guard lock(mutex_);
        if (table_.take(denial, clock_.mono(), written)) {
            written.push_back(denial);
            written.back().more = 0;
        }
    }
    write(std::move(written));
}

void Denials::flush(bool all) {
    std::vector<Denial> written;
    {
        std::lock_guard lock(mutex_);
        written = table_.due(clock_.mono(), all);
    }
    write(std::move(written));
}

void Denials::write(std::vector<Denial> denials) {
    if (denials.empty()) return;
    // A full pool loses the row, not the refusal.
    (void)submit_([this, all = std::move(denials)] {
        for (const auto& one : all) {
            auto detail = one.why;
            if (one.more > 0) detail += " (" + std::to_string(one.more) + " times more)";
            audit_.write(AuditEvent::access_denied, one.who, one.path, detail);
        }
    });
}

} // namespace caredian::guard
