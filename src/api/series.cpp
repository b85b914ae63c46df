#include "api/series.h"

#include "api/chunk_stream.h"
#include "base/json.h"
#include "devices/units.h"
#include "history/catalog.h"

#include <memory>
#include <utility>

namespace caredian::api {
namespace {

using net::http::awaitable;
using net::http::Context;
using net::http::Response;

constexpr std::size_t kConcurrent = 2;
constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;

void append_entry(JsonWriter& json, const history::SeriesEntry& entry) {
    for (const auto& field : entry.fields) {
        json.begin_object().member("measurement", entry.key->measurement);
        json.key("tags").begin_object();
        for (const auto& [name, value] : entry.key->tags)
            json.member(name, std::string_view(value));
        json.end_object().member("field", field.name);
        json.member("type", readings::to_string(field.type));
        if (auto unit = devices::unit_of(field.name); !unit.empty()) json.member("unit", unit);
        json.member("first", from_ns(entry.first)).member("last", from_ns(entry.last));
        json.member("points", field.points).end_object();
    }
}

class SeriesChunks final : public ChunkSource {
public:
    explicit SeriesChunks(std::unique_ptr<history::Catalog> catalog)
        : catalog_(std::move(catalog)), json_(body_) {
        json_.begin_object().key("series").begin_array();
    }
    result<bool> produce(std::string& out) override {
        bool more = true;
        while (more && body_.size() < kChunkBytes) {
            auto found = catalog_->next(entry_);
            if (!found) return found;
            more = *found;
            if (more) append_entry(json_, entry_);
        }
        if (!more) json_.end_array().end_object();
        out += body_;
        body_.clear();
        return more;
    }
    void cancel() override { catalog_->cancel(); }

private:
    std::unique_ptr<history::Catalog> catalog_;
    history::SeriesEntry entry_;
    std::string body_;
    JsonWriter json_;
};

class SeriesRoute {
public:
    SeriesRoute(history::LocalHistory& history, Pool& pool, Seeing seeing)
        : history_(history), pool_(pool), seeing_(std::move(seeing)), places_(kConcurrent) {}

    awaitable<Response> handle(Context& context) {
        auto measurement = context.request.query_value("measurement").value_or("");
        auto device = context.request.query_value("device").value_or("");
        auto open =
            [this, measurement = std::move(measurement), device = std::move(device),
             visible =
                 Visible::of(seeing_, context).series()]() -> result<std::unique_ptr<ChunkSource>> {
            auto catalog = history::Catalog::open(history_, measurement, device, visible);
            if (!catalog) return catalog.error();
            return std::make_unique<SeriesChunks>(std::move(*catalog));
        };
        StreamOptions options;
        options.content_type = "application/json";
        auto streamed = stream_chunks(std::move(open), pool_, places_, std::move(options));
        co_return co_await std::move(streamed);
    }

private:
    history::LocalHistory& history_;
    Pool& pool_;
    const Seeing seeing_;
    StreamPlaces places_;
};

} // namespace

void add_series_routes(net::http::Router& router, history::LocalHistory& history, Pool& pool,
                       const Seeing& seeing) {
    auto handler = std::make_shared<SeriesRoute>(history, pool, seeing);
    net::http::Route route;
    route.path = "/api/v1/series";
    route.methods = {net::http::Method::get};
    route.access = "signed-in";
    route.handler = [handler](Context& context) { return handler->handle(context); };
    route.body_limit = 0;
    route.summary = "Which series are kept: fields, types, times, number of points";
    router.add(std::move(route));
}

} // namespace caredian::api
