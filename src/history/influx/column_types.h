// One type per field of a measurement: InfluxDB keeps no other. The type that came first keeps the
// name, values of another one are written as `<field>_<type>` (state_string).
//
// What the server itself says counts more (another program may have written there first): repair
// (repair.h) sets it. Types are on disk before a line with them is sent, so that a restart names
// fields as before. Any thread.
#pragma once

#include "readings/reading.h"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::history::influx {

// What a name holds at the server: one of our types, or something we cannot write there (a tag, an
// unsigned integer).
enum class Column : std::uint8_t { number = 0, integer = 1, boolean = 2, text = 3, foreign = 4 };
inline Column column_of(readings::FieldType type) {
    return static_cast<Column>(type);
}
// "float", "integer", "boolean", "string", as InfluxDB 1 and 2 say it; anything else: foreign.
Column parse_column(std::string_view name);

struct KnownColumn {
    std::string measurement, field;
    Column type = Column::number;
};

class ColumnTypes {
public:
    explicit ColumnTypes(std::size_t most = 50'000) : most_(most) {}

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const {
            return std::hash<std::string_view>()(s);
        }
    };
    template <class T>
    using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;
    struct Known {
        std::string field;
        Column type;
    };
    struct Fields {
        std::vector<Known> all;
        Map<std::size_t> index; // into `all`
        Known* find(std::string_view field);
        void add(std::string_view field, Column type);
    };

public:
    // The fields of one measurement, under one lock.
    class Of {
    public:
        // The name under which a value of that type is written; empty: there is none (both names
        // are taken, or the register is full). The view lives until the next call.
        std::string_view name(std::string_view field, readings::FieldType type);

    private:
        friend class ColumnTypes;
        Of(ColumnTypes& all, std::string_view measurement);
        ColumnTypes& all_;
        std::unique_lock<std::mutex> lock_;
        std::string_view measurement_;
        Fields* fields_;
        std::size_t next_ = 0; // fields come in the order in which they were first seen
        std::string side_;
        bool accept(std::string_view field, Column type);
    };
    Of of(std::string_view measurement) { return {*this, measurement}; }

    // The server says so: it replaces what was thought.
    void set(std::string_view measurement, std::string_view field, Column type);
    // A tag has that name: fields get another.
    void reserve(std::string_view measurement, std::string_view name);
    void restore(const KnownColumn& known); // from disk: as set(), but it is not fresh
    // New since the last call: to be put on disk.
    std::vector<KnownColumn> take_fresh();
    void forget(); // the server lost its database: begin anew

private:
    std::mutex mutex_;
    Map<Fields> measurements_;
    std::vector<KnownColumn> fresh_;
    std::size_t most_, size_ = 0;
};

} // namespace caredian::history::influx
