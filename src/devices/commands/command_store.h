// Commands as they are kept: what was asked, by whom, and what came of it. For whoever asks later,
// and so that a request that comes twice is done once.
#pragma once

#include "base/clock.h"
#include "devices/commands/flight.h"
#include "store/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caredian::devices::commands {

struct Record {
    std::string id, device, entity; // entity: "" when several attributes were set at once
    std::string request;            // JSON
    std::string account, by;        // whose it is; how they are called
    std::string client;             // their address; not kept
    WallTime sent{}, deadline{};
    std::optional<WallTime> answered;
    State state = State::pending;
    unsigned attempts = 0;
    bool confirmed = false;
    std::string answer, error; // answer: JSON or empty
};
std::string record_json(const Record& record); // as the API has it

// A name that a person gives to one request, so that it can be sent again.
struct Once {
    std::string key;  // empty: none
    std::string body; // what is asked; another one under the same key is refused
};

struct StoreLimits {
    std::int64_t most_rows = 20'000; // the oldest go
    std::chrono::hours keep{24 * 90};
    std::chrono::hours once{24}; // keys of requests
    // A pending one whose time is over by so much is nobody's: its gateway was killed.
    std::chrono::seconds abandoned{10};
};

// Any thread; blocks (SQL).
class CommandStore {
public:
    CommandStore(store::Database& database, const Clock& clock, StoreLimits limits = {})
        : database_(database), clock_(clock), limits_(limits) {}
    static result<void> prepare(store::Database& database);

    enum class Added { fresh, repeated, other_body };
    struct Outcome {
        Added added = Added::fresh;
        Record record; // of `repeated`: the first one
    };
    result<Outcome> add(const Record& record, const Once& once);
    // What the account asked under this key before; nullopt: nothing.
    result<std::optional<Outcome>> repeated(const std::string& account, const Once& once);
    result<void> finish(const Record& record);
    // As if it had never been asked: nothing was sent.
    result<void> take_back(const Record& record);
    result<std::optional<Record>> find(std::string_view id);
    result<std::vector<Record>> list(std::string_view device, std::size_t most); // newest first
    // Closes what a killed gateway left open; forgets what is too old or too much.
    result<void> maintain();

private:
    Record shown(Record record) const;
    store::Database& database_;
    const Clock& clock_;
    StoreLimits limits_;
};

} // namespace caredian::devices::commands
