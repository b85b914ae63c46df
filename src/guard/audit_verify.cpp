// A look at the whole chain of the audit.
#include "guard/audit_chain.h"

#include <algorithm>
#include <vector>

namespace caredian::guard {

namespace {

constexpr std::int64_t batch = 500;
constexpr int attempts = 3; // while rows fall off under our hands

class Walk {
public:
    Walk(store::Database& database, std::span<const AuditHead> exported)
        : database_(database), exported_(exported.begin(), exported.end()) {}

    result<AuditCheck> run() {
        auto anchor = read_head(database_, "anchor");
        if (!anchor) return anchor.error();
        anchor_ = *anchor;
        last_ = anchor_;
        compare();
        for (;;) {
            auto rows = database_.query("SELECT " + std::string(audit_columns) +
                                            " FROM audit WHERE id > ? ORDER BY id LIMIT ?",
                                        {last_.id, batch});
            if (!rows) return rows.error();
            if (rows->empty()) break;
            for (const auto& row : *rows)
                if (!take(audit_row(row))) return check_;
        }
        return end();
    }
    const AuditHead& anchor() const { return anchor_; }

private:
    bool take(const AuditRow& row) {
        if (check_.rows++ == 0) check_.first = row.id;
        if (row.id != last_.id + 1) {
            check_.problem = "rows are missing after " + std::to_string(last_.id);
            return false;
        }
        if (row.hash != chain_hash(last_.hash, row)) {
            check_.problem = "row " + std::to_string(row.id) + " was changed, or one before it";
            return false;
        }
        last_ = {row.id, row.hash};
        compare();
        return check_.problem.empty();
    }

    // What was said once about the row we are at.
    void compare() {
        for (const auto& head : exported_) {
            if (head.id != last_.id) continue;
            ++check_.exported;
            if (head.hash != last_.hash)
                check_.problem = "row " + std::to_string(head.id) +
                                 " is not the one whose hash was exported: the rows before it "
                                 "were written anew";
        }
    }

    result<AuditCheck> end() {
        auto head = read_head(database_, "head");
        if (!head) return head.error();
        check_.head = last_;
        auto beyond = std::any_of(exported_.begin(), exported_.end(),
                                  [&](const AuditHead& one) { return one.id > head->id; });
        if (check_.problem.empty() && head->id < last_.id)
            check_.problem = "the end of the chain is noted wrongly";
        else if (check_.problem.empty() && (*head != last_ || beyond))
            check_.problem = "rows are missing after " + std::to_string(last_.id);
        check_.whole = check_.problem.empty();
        return check_;
    }

    store::Database& database_;
    std::vector<AuditHead> exported_;
    AuditHead anchor_, last_;
    AuditCheck check_;
};

} // namespace

result<AuditCheck> Audit::verify(std::span<const AuditHead> exported) {
    result<AuditCheck> found = AuditCheck{};
    for (int i = 0; i < attempts; ++i) {
        Walk walk(database_, exported);
        found = walk.run();
        if (!found || found->whole) return found;
        // Rows that were cut, or added between two reads, are no break.
        auto anchor = read_head(database_, "anchor");
        auto last = head();
        if (!anchor || !last) return found;
        if (*anchor == walk.anchor() && *last == found->head) return found;
    }
    return found;
}

} // namespace caredian::guard
