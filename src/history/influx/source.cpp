#include "history/influx/source.h"

#include "base/log.h"
#include "history/influx/cursor.h"

namespace caredian::history::influx {

result<Version> Source::version() {
    auto known = version_.load();
    if (known != Version::find) return known;
    auto pull = Pull::make(options_, Version::v3);
    if (!pull) return pull.error();
    auto found = (*pull)->find_version();
    if (!found) {
        log::warning("influxdb", "the server cannot be asked",
                     {{"sink", options_.name}, {"reason", found.error().message()}});
        return history::make_error_code(Errc::storage);
    }
    version_.store(*found);
    return *found;
}

result<std::unique_ptr<Cursor>> Source::query(const Query& query) {
    bool filtered = !query.measurement.empty() || !query.device.empty() || !query.field.empty() ||
                    query.everything;
    bool windows_fit =
        query.every.count() >= 0 && (query.every.count() == 0 || query.fn != Aggregate::none);
    bool width_fits = query.width == 0 || query.fn == Aggregate::none;
    if (!filtered || query.from >= query.to || !windows_fit || !width_fits)
        return history::make_error_code(Errc::bad_query);
    auto known = version();
    if (!known) return known.error();
    auto pull = Pull::make(options_, *known);
    if (!pull) return history::make_error_code(Errc::storage);
    auto cursor = std::make_unique<InfluxCursor>(options_, query, std::move(*pull));
    if (auto ready = cursor->prepare(); !ready) return ready.error();
    return std::unique_ptr<Cursor>(std::move(cursor));
}

} // namespace caredian::history::influx
