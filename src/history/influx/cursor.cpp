#include "history/influx/cursor.h"

#include "base/log.h"
#include "history/chart.h"
#include "history/codec/block.h"
#include "history/influx/areas.h"
#include "history/influx/column_types.h"

#include <algorithm>
#include <limits>
#include <set>

namespace caredian::history::influx {

namespace {

using boost::system::in_place_error;

constexpr std::size_t most_measurements = 10'000;

std::optional<readings::FieldType> type_named(std::string_view name) {
    auto column = parse_column(name);
    if (column == Column::foreign) return std::nullopt;
    return static_cast<readings::FieldType>(column);
}

std::string text_of(const Cell& cell) {
    return cell.text;
}

} // namespace

InfluxCursor::InfluxCursor(const Options& options, Query query, std::unique_ptr<Pull> pull)
    : options_(options), query_(std::move(query)), pull_(std::move(pull)), windows_(query_) {}

// ---- what there is

result<std::vector<Table>> InfluxCursor::all_of(const std::string& statement) {
    std::vector<Table> all;
    pull_->begin(ask(options_, statement));
    for (;;) {
        auto more = pull_->next(line_, cancelled_);
        if (!more) return failed(more.error());
        if (!*more) break;
        if (line_.empty()) continue;
        auto chunk = parse_chunk(line_);
        if (!chunk) return failed(chunk.error());
        if (!chunk->error.empty()) {
            // A database that is not there yet holds nothing.
            if (chunk->error.find("database not found") != std::string::npos) return all;
            log::warning("influxdb", "the server cannot answer",
                         {{"sink", options_.name}, {"reason", chunk->error}});
            return make_error_code(Errc::storage);
        }
        for (auto& table : chunk->tables) all.push_back(std::move(table));
    }
    if (pull_->status() / 100 == 2) return all;
    log::warning("influxdb", "the server refuses a question",
                 {{"sink", options_.name},
                  {"status", pull_->status()},
                  {"reason", pull_->refusal().substr(0, 300)}});
    return make_error_code(Errc::storage);
}

result<void> InfluxCursor::prepare() {
    std::vector<std::string> names;
    if (!query_.measurement.empty()) {
        names.push_back(query_.measurement);
    } else {
        auto found = all_of(show_measurements(query_));
        if (!found) return found.error();
        for (const auto& table : *found)
            for (const auto& row : table.rows)
                if (!row.empty() && names.size() < most_measurements)
                    names.push_back(text_of(row.front()));
    }
    std::ranges::sort(names);
    for (const auto& name : names)
        if (auto added = add_measurement(name); !added) return added;
    if (query_.width > 0) return fit_to_width();
    return {};
}

result<void> InfluxCursor::add_measurement(const std::string& name) {
    auto found = all_of(show_fields(options_, name));
    if (!found) return found.error();
    std::vector<FieldColumn> fields;
    for (const auto& table : *found)
        for (const auto& row : table.rows)
            if (row.size() >= 2)
                if (auto type = type_named(row[1].text)) fields.push_back({row[0].text, *type});
    fields = fields_for(query_, std::move(fields));
    // A name that had two types in two shards is asked for once.
    auto twice = std::ranges::unique(fields, {}, &FieldColumn::name);
    fields.erase(twice.begin(), twice.end());
    if (fields.empty()) return {};
    bool windows = server_makes_windows(query_, fields);
    auto tags = tags_of(name);
    if (!tags) return tags.error();
    std::set<std::string> all(tag_names_.begin(), tag_names_.end());
    all.insert(tags->begin(), tags->end());
    all.erase("device");
    tag_names_.assign(all.begin(), all.end());
    selections_.push_back({name, std::move(fields), std::move(*tags), windows});
    return {};
}

result<std::vector<std::string>> InfluxCursor::tags_of(const std::string& measurement) {
    auto found = all_of(show_tags(options_, measurement));
    if (!found) return found.error();
    std::set<std::string> all;
    for (const auto& table : *found)
        for (const auto& row : table.rows)
            if (!row.empty()) all.insert(row[0].text);
    if (options_.area_tag) all.erase(std::string(area_tag));
    return std::vector<std::string>(all.begin(), all.end());
}

// As chart.h says for the local history: points when no series has more than two for each pixel.
result<void> InfluxCursor::fit_to_width() {
    std::int64_t most = 0, first = std::numeric_limits<std::int64_t>::max(), last = 0;
    for (const auto& selection : selections_) {
        auto counts = all_of(select_counts(options_, query_, selection));
        if (!counts) return counts.error();
        for (const auto& table : *counts)
            for (const auto& row : table.rows)
                for (std::size_t i = 1; i < row.size(); ++i) most = std::max(most, row[i].integer);
        for (bool end : {false, true}) {
            auto edge = all_of(select_edge(options_, query_, selection, end));
            if (!edge) return edge.error();
            for (const auto& table : *edge)
                for (const auto& row : table.rows) {
                    first = std::min(first, row.front().integer);
                    last = std::max(last, row.front().integer);
                }
        }
    }
    auto width = std::exchange(query_.width, 0);
    if (most <= std::int64_t{2} * width + std::int64_t{kBlockPoints}) return {};
    auto from = query_.from == std::numeric_limits<std::int64_t>::min() ? first : query_.from;
    auto to =
        query_.to == std::numeric_limits<std::int64_t>::max() ? std::max(last, from) : query_.to;
    query_.every =
        window_for(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from), width);
    query_.fn = Aggregate::mean;
    query_.approximate = true;
    query_.ranges = true;
    for (auto& selection : selections_) {
        selection.fields = fields_for(query_, std::move(selection.fields));
        selection.windows = server_makes_windows(query_, selection.fields);
    }
    std::erase_if(selections_, [](const Selection& s) { return s.fields.empty(); });
    return {};
}

error_code InfluxCursor::failed(const error_code& why) const {
    if (cancelled_.load()) return make_error_code(Errc::cancelled);
    log::warning("influxdb", "the server cannot be asked",
                 {{"sink", options_.name}, {"reason", why.message()}});
    return make_error_code(Errc::storage);
}

// ---- tables, one after the other

// Sets current_ to the next one that may be seen. False: at the end.
result<bool> InfluxCursor::next_table() {
    for (;;) {
        if (cancelled_.load()) return {in_place_error, make_error_code(Errc::cancelled)};
        while (table_ < chunk_.tables.size()) {
            current_ = &chunk_.tables[table_++];
            if (!query_.visible || query_.visible(current_->key)) return true;
        }
        current_ = nullptr;
        if (at_ == selections_.size()) return false;
        if (!std::exchange(asked_, true))
            pull_->begin(ask(options_, select(options_, query_, selections_[at_])));
        auto more = pull_->next(line_, cancelled_);
        if (!more) return {in_place_error, failed(more.error())};
        chunk_ = {};
        table_ = 0;
        if (!*more) {
            if (pull_->status() / 100 != 2)
                return {in_place_error, failed(make_error_code(Errc::storage))};
            ++at_;
            asked_ = false;
            continue;
        }
        if (line_.empty()) continue;
        auto chunk = parse_chunk(line_);
        if (!chunk) return {in_place_error, failed(chunk.error())};
        if (!chunk->error.empty()) {
            log::warning("influxdb", "the server cannot answer",
                         {{"sink", options_.name}, {"reason", chunk->error}});
            return {in_place_error, make_error_code(Errc::storage)};
        }
        chunk_ = std::move(*chunk);
    }
}

void InfluxCursor::tell_series(const readings::SeriesKey& key) {
    if (keys_.empty() || keys_.back() != key) keys_.push_back(key);
}

void InfluxCursor::clear(Batch& out) {
    out.series = nullptr;
    out.fields.clear();
    out.points.clear();
    out.texts.clear();
    out.ranges.clear();
}

result<bool> InfluxCursor::next(Batch& out) {
    for (;;) {
        clear(out);
        if (!window_open_ && !current_) {
            auto more = next_table();
            if (!more || !*more) return more;
        }
        bool local = query_.fn != Aggregate::none && !selections_[at_].windows;
        if (window_open_ || local) {
            auto made = make_windows(out);
            if (!made) return made;
        } else {
            give_points(out);
        }
        if (!out.points.empty()) return true;
    }
}

void InfluxCursor::give_points(Batch& out) {
    const auto& selection = selections_[at_];
    for (const auto& field : selection.fields) out.fields.push_back(field.name);
    std::optional<std::int64_t> at;
    if (query_.fn != Aggregate::none && query_.every.count() == 0) at = query_.from;
    to_points(*current_, query_, selection, at, out);
    tell_series(current_->key);
    out.series = &keys_.back();
    current_ = nullptr;
}

// The windows of one series, which may come in many tables.
result<bool> InfluxCursor::make_windows(Batch& out) {
    windows_.begin_batch();
    tell_series(current_->key);
    window_open_ = true;
    auto selection = at_;
    while (current_ && at_ == selection && current_->key == keys_.back()) {
        clear(points_);
        for (const auto& field : selections_[at_].fields) points_.fields.push_back(field.name);
        to_points(*current_, query_, selections_[at_], std::nullopt, points_);
        windows_.use_fields(points_.fields);
        for (const auto& point : points_.points)
            if (!windows_.add(points_, point, out))
                return {in_place_error, failed(make_error_code(Errc::too_many))};
        auto more = next_table();
        if (!more) return more;
    }
    windows_.close(out);
    windows_.forget_fields();
    window_open_ = false;
    out.series = &keys_.back();
    return true;
}

} // namespace caredian::history::influx
