// One batch on its way: what to send next, and what an answer means for it. Lines that the server
// refuses are mended (a field of another type gets its side name) or set aside one by one with the
// server's reason, and all others get through. A step function without I/O.
//
// Sending a line again is harmless: the same series and time is the same point.
#pragma once

#include "history/influx/column_types.h"
#include "history/influx/lines.h"
#include "history/influx/verdict.h"

#include <optional>
#include <string>
#include <vector>

namespace caredian::history::influx {

struct SetAside {
    std::string line;
    std::string reason;
};

class Delivery {
public:
    // Both outlive it; lines are rewritten when the server wants another name.
    Delivery(Lines& lines, ColumnTypes& types);

    struct Piece {
        std::size_t begin = 0, end = 0; // lines
        std::size_t size() const { return end - begin; }
    };
    // Nothing: every line is stored or set aside.
    std::optional<Piece> next() const;

    enum class Then : std::uint8_t {
        go_on, // send next() at once
        wait,  // the same again after a pause
        stuck, // nothing of it gets through, for a reason that is not the lines': after a long
               // pause from the beginning
    };
    Then answered(const Verdict& verdict); // about next()

    std::vector<SetAside> take_aside() { return std::exchange(aside_, {}); }
    std::size_t stored() const { return stored_; } // lines

private:
    void split();
    void set_aside(Piece piece, const std::string& reason);
    Then refused(const Verdict& verdict);
    Then doubt(const Verdict& verdict);
    void take_named(const Verdict& verdict);
    std::size_t mend(Piece piece, TypeConflict conflict);
    std::optional<std::string> mended(std::string_view line, const TypeConflict& conflict);

    Lines& lines_;
    ColumnTypes& types_;
    std::vector<Piece> pieces_; // the last one is next
    std::vector<SetAside> aside_;
    std::size_t stored_ = 0;
    std::size_t requests_ = 0;
    std::size_t doubtful_ = 0; // refusals since the beginning whose reason is not one of lines
    std::size_t rounds_ = 0;   // from the beginning
};

} // namespace caredian::history::influx
