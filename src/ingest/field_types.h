// One type per (measurement, field): the first one seen stays.
//
// InfluxDB and every column store keep one type per field; a number that becomes text must neither
// be lost nor break the series. So a value of another type goes to the side field
// `<name>_<type>` (temperature_string), with a counter and one warning per field. Pipeline thread.
#pragma once

#include "readings/reading.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace caredian::ingest {

struct PinnedType {
    std::string measurement;
    std::string field;
    readings::FieldType type;
};

class FieldTypes {
public:
    explicit FieldTypes(std::size_t most) : most_(most) {}

    struct Changes {
        std::size_t conflicts = 0; // values that went to a side field
        std::size_t left_out = 0;  // values of names beyond the limit, or that found no free name
    };
    // Renames, and removes what cannot be kept: `reading.fields` may be empty then.
    Changes apply(readings::Reading& reading);

    // What was pinned since the last call: to be kept on disk before consumers see it.
    std::vector<PinnedType> take_fresh() { return std::exchange(fresh_, {}); }
    void restore(const PinnedType& pinned);
    std::size_t size() const { return size_; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const {
            return std::hash<std::string_view>()(s);
        }
    };
    struct Pin {
        std::string name;
        readings::FieldType type;
        bool warned = false;
    };
    // Fields of a measurement. Messages carry them in the order in which they were pinned, nearly
    // always: then no name is looked up.
    class Fields {
    public:
        Pin* find(std::string_view name);
        void add(std::string_view name, readings::FieldType type); // not there yet

    private:
        std::vector<Pin> pins_; // in the order of pinning
        std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> index_;
        std::size_t next_ = 0; // the one after that which was found last
    };
    enum class Fit { yes, no, no_room };
    Fields* fields_of(std::string_view measurement);
    Fit fit(std::string_view measurement, Fields*& fields, std::string_view name,
            readings::FieldValue& value);
    bool move_aside(readings::Reading& reading, Fields*& fields, readings::Field& field);
    void warn(const readings::Reading& reading, Pin& pin, const readings::Field& field);

    std::size_t most_;
    std::size_t size_ = 0;
    bool warned_full_ = false;
    std::unordered_map<std::string, Fields, Hash, std::equal_to<>> measurements_;
    std::string_view last_name_; // of the measurement looked up last: the next is often the same
    Fields* last_ = nullptr;
    std::vector<PinnedType> fresh_;
};

} // namespace caredian::ingest
