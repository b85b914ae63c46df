// The history that a server of InfluxDB has, asked as the local one is, with the same result.
//
// Fields are named as they are there: what another device's type made `state_string` is found under
// that name. Windows are made by the server where it makes them as we do (select.h), else here of
// its points.
#pragma once

#include "history/influx/options.h"
#include "history/query.h"

#include <atomic>
#include <memory>

namespace caredian::history::influx {

class Source final : public QuerySource {
public:
    // `options` outlives it; its layout is CareDian's own. With Version::find the server is asked
    // at the first question.
    explicit Source(const Options& options) : options_(options), version_(options.version) {}

    // Errors: bad_query; storage: the server cannot be asked, or says no (logged with its words).
    result<std::unique_ptr<Cursor>> query(const Query& query) override;

private:
    result<Version> version();
    const Options& options_;
    std::atomic<Version> version_;
};

} // namespace caredian::history::influx
