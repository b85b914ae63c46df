#include "gateways/home_state.h"

#include "base/encoding.h"
#include "base/log.h"

#include <sodium.h>

namespace caredian::gateways {

namespace {

constexpr std::size_t together = 200; // pieces of one transaction
constexpr std::size_t together_bytes = 1024 * 1024;
constexpr std::int64_t page = 500;

std::string id_of(std::string_view name) {
    unsigned char out[16];
    crypto_generichash(out, sizeof out, reinterpret_cast<const unsigned char*>(name.data()),
                       name.size(), nullptr, 0);
    return hex_encode({reinterpret_cast<const char*>(out), sizeof out});
}

} // namespace

void HomeState::put(char kind, std::string name, std::string data) {
    if (data.size() > longest) return;
    std::lock_guard lock(mutex_);
    auto [at, fresh] = waiting_.try_emplace({kind, std::move(name)});
    bytes_ += data.size();
    bytes_ -= at->second.size();
    if (fresh) bytes_ += at->first.second.size();
    at->second = std::move(data);
    if (bytes_ <= most_waiting) return;
    if (!std::exchange(warned_, true))
        log::warning("gateways", "the database lags behind: another gateway would begin with less",
                     {{"waiting_bytes", bytes_}});
    waiting_.clear();
    bytes_ = 0;
}

std::size_t HomeState::waiting() const {
    std::lock_guard lock(mutex_);
    return waiting_.size();
}

void HomeState::drop() {
    std::lock_guard lock(mutex_);
    waiting_.clear();
    bytes_ = 0;
}

result<void> HomeState::write(std::int64_t fence, const Pieces& some) {
    return lease_.fenced(fence, [&](store::Connection& c) -> result<void> {
        for (const auto& [name, data] : some) {
            const std::string kind(1, name.first), id = id_of(name.second);
            auto done =
                data.empty()
                    ? c.execute("DELETE FROM home_state WHERE home=? AND kind=? AND id=?",
                                {home_, kind, id})
                    : c.execute("REPLACE INTO home_state(home,kind,id,name,data) "
                                "VALUES(?,?,?,?,?)",
                                {home_, kind, id, store::Blob(name.second), store::Blob(data)});
            if (!done) return done.error();
        }
        return {};
    });
}

result<void> HomeState::flush(std::int64_t fence) {
    for (;;) {
        Pieces some;
        {
            std::lock_guard lock(mutex_);
            std::size_t size = 0;
            while (!waiting_.empty() && some.size() < together && size < together_bytes) {
                auto piece = waiting_.extract(waiting_.begin());
                size += piece.mapped().size();
                bytes_ -= piece.mapped().size() + piece.key().second.size();
                some.insert(std::move(piece));
            }
        }
        if (some.empty()) return {};
        auto done = write(fence, some);
        if (done) continue;
        if (done.error() == make_error_code(Errc::superseded)) {
            drop();
            return done;
        }
        std::lock_guard lock(mutex_); // it waits on, unless there is something newer
        for (auto& [name, data] : some) {
            auto size = data.size() + name.second.size();
            if (waiting_.emplace(name, std::move(data)).second) bytes_ += size;
        }
        return done;
    }
}

result<void> HomeState::load(const Each& each) {
    std::string kind, id;
    for (;;) {
        auto rows = database_.query("SELECT kind,id,name,data FROM home_state WHERE home=? AND "
                                    "(kind>? OR (kind=? AND id>?)) ORDER BY kind,id LIMIT ?",
                                    {home_, kind, kind, id, page});
        if (!rows) return rows.error();
        for (const auto& row : *rows) {
            kind = row.text(0);
            id = row.text(1);
            if (kind.size() == 1) each(kind[0], row.text(2), row.text(3));
        }
        if (rows->size() < static_cast<std::size_t>(page)) return {};
    }
}

} // namespace caredian::gateways
