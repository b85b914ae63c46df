#include "history/influx/delivery.h"

#include "history/influx/line.h"

#include <algorithm>
#include <utility>

namespace caredian::history::influx {

namespace {

constexpr std::size_t most_requests = 2'000; // for the bad lines of one batch
constexpr std::size_t enough_doubt = 32;     // refusals and nothing stored: it is not the lines
constexpr std::size_t most_rounds = 10;      // then they are set aside all the same

} // namespace

Delivery::Delivery(Lines& lines, ColumnTypes& types) : lines_(lines), types_(types) {
    if (!lines.empty()) pieces_.push_back({0, lines.size()});
}

std::optional<Delivery::Piece> Delivery::next() const {
    if (pieces_.empty()) return std::nullopt;
    return pieces_.back();
}

Delivery::Then Delivery::answered(const Verdict& verdict) {
    ++requests_;
    switch (verdict.fate) {
    case Fate::stored:
        stored_ += pieces_.back().size();
        pieces_.pop_back();
        return Then::go_on;
    case Fate::too_large:
        if (pieces_.back().size() == 1)
            set_aside(pieces_.back(), verdict.reason);
        else
            split();
        return Then::go_on;
    case Fate::refused:
        return refused(verdict);
    case Fate::later:
    case Fate::closed:
    case Fate::missing:
        return Then::wait;
    }
    return Then::wait;
}

Delivery::Then Delivery::refused(const Verdict& verdict) {
    if (!verdict.lines.empty()) {
        take_named(verdict);
        return Then::go_on;
    }
    Piece piece = pieces_.back();
    if (verdict.conflict && mend(piece, *verdict.conflict) > 0) return Then::go_on;
    if (!verdict.of_lines) return doubt(verdict);
    bool all = verdict.dropped >= piece.size() && !verdict.conflict;
    if (piece.size() == 1 || all || requests_ > most_requests)
        set_aside(piece, verdict.reason);
    else
        split();
    return Then::go_on;
}

// The server, or something before it, does not say what is wrong. When some lines get through it is
// the others; when none does it may be anything, and nothing is thrown away for it at once.
Delivery::Then Delivery::doubt(const Verdict& verdict) {
    Piece piece = pieces_.back();
    ++doubtful_;
    bool hopeless = stored_ == 0 && rounds_ < most_rounds;
    if (hopeless && (doubtful_ >= enough_doubt || (piece.size() == 1 && lines_.size() == 1))) {
        pieces_.assign(1, {0, lines_.size()});
        doubtful_ = 0;
        ++rounds_;
        return Then::stuck;
    }
    if (piece.size() > 1 && requests_ <= most_requests)
        split();
    else if (hopeless)
        std::rotate(pieces_.begin(), pieces_.end() - 1, pieces_.end()); // the others first
    else
        set_aside(piece, verdict.reason);
    return Then::go_on;
}

void Delivery::split() {
    Piece piece = pieces_.back();
    pieces_.pop_back();
    std::size_t middle = piece.begin + piece.size() / 2;
    pieces_.push_back({middle, piece.end});
    pieces_.push_back({piece.begin, middle});
}

void Delivery::set_aside(Piece piece, const std::string& reason) {
    for (std::size_t i = piece.begin; i < piece.end; ++i)
        aside_.push_back({std::string(lines_.line(i)), reason});
    pieces_.pop_back();
}

// The server stored all lines but these.
void Delivery::take_named(const Verdict& verdict) {
    Piece piece = pieces_.back();
    pieces_.pop_back();
    stored_ += piece.size() - std::min(piece.size(), verdict.lines.size());
    for (const auto& bad : verdict.lines) {
        if (bad.number > piece.size()) continue;
        Piece line{piece.begin + bad.number - 1, piece.begin + bad.number};
        pieces_.push_back(line);
        bool again = bad.conflict && requests_ <= most_requests && mend(line, *bad.conflict) > 0;
        if (!again) set_aside(line, bad.reason);
    }
}

// Lines of the piece that hold the field in another type get its other name. The number of them.
std::size_t Delivery::mend(Piece piece, TypeConflict conflict) {
    if (conflict.measurement.empty() || piece.size() == 1)
        if (auto parts = take_apart(lines_.line(piece.begin)))
            conflict.measurement = parts->measurement;
    types_.set(conflict.measurement, conflict.field, conflict.there);
    Lines out;
    std::size_t changed = 0;
    out.last_row = lines_.last_row;
    out.text.reserve(lines_.text.size() + 1024);
    out.starts.reserve(lines_.size());
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        bool inside = i >= piece.begin && i < piece.end;
        auto better = inside ? mended(lines_.line(i), conflict) : std::nullopt;
        out.begin();
        if (better) {
            ++changed;
            out.text += *better;
            out.text += '\n';
        } else {
            out.text += lines_.view(i, i + 1);
        }
    }
    if (changed > 0) lines_ = std::move(out);
    return changed;
}

// Nothing: the conflict is none of this line's, or no other name is free.
std::optional<std::string> Delivery::mended(std::string_view line, const TypeConflict& conflict) {
    auto parts = take_apart(line);
    if (!parts || parts->measurement != conflict.measurement) return std::nullopt;
    auto field = std::ranges::find(parts->fields, conflict.field, &LineField::name);
    if (field == parts->fields.end() || column_of(field->type) == conflict.there)
        return std::nullopt;
    auto names = types_.of(parts->measurement);
    auto name = names.name(field->name, field->type);
    if (name.empty() || name == field->name) return std::nullopt;
    if (std::ranges::find(parts->fields, name, &LineField::name) != parts->fields.end())
        return std::nullopt;
    std::string out(line.substr(0, field->begin));
    append_name(out, name);
    out += line.substr(field->equals);
    return out;
}

} // namespace caredian::history::influx
