#include "api/readings.h"

#include "api/point_chunks.h"
#include "api/readings_format.h"
#include "api/readings_query.h"

#include <memory>

namespace caredian::api {
namespace {

using history::ExchangeFormat;
using net::http::awaitable;
using net::http::Context;
using net::http::Response;

class ReadingsRoutes {
public:
    ReadingsRoutes(ReadingsSources sources, Pool& pool, const Clock& clock, Seeing seeing,
                   ReadingsOptions options)
        : sources_(std::move(sources)), history_(*sources_.all.at("local")), pool_(pool),
          clock_(clock), seeing_(std::move(seeing)), options_(options),
          places_(options.concurrent) {}

    awaitable<Response> readings(Context& context) {
        auto parsed = parse_readings_query(context.request.query, clock_.wall());
        if (auto* wrong = std::get_if<std::string>(&parsed))
            co_return Response::problem(400, *wrong);
        auto asked = std::get<ReadingsQuery>(std::move(parsed));
        auto from = sources_.all.find(asked.source.empty() ? sources_.chosen : asked.source);
        if (from == sources_.all.end()) co_return Response::problem(400, unknown_source());
        asked.query.visible = Visible::of(seeing_, context).series();
        bool csv = asked.csv;
        bool chart = asked.query.width > 0;
        auto writer =
            [csv, chart](const history::Cursor& cursor) -> std::unique_ptr<history::PointWriter> {
            if (csv) return std::make_unique<CsvReadings>(cursor.tag_names(), chart);
            std::optional<nanoseconds> every;
            if (chart) every = cursor.every();
            return std::make_unique<JsonReadings>(every);
        };
        StreamOptions options;
        options.content_type = csv ? kCsv : "application/json";
        if (csv) options.file_name = "readings.csv";
        auto streamed = stream(*from->second, std::move(asked.query), writer, std::move(options));
        co_return co_await std::move(streamed);
    }

    awaitable<Response> exported(Context& context) {
        auto parsed = parse_export_query(context.request.query, clock_.wall());
        if (auto* wrong = std::get_if<std::string>(&parsed))
            co_return Response::problem(400, *wrong);
        auto asked = std::get<ExportQuery>(std::move(parsed));
        asked.query.visible = Visible::of(seeing_, context).series();
        auto writer = [format = asked.format](const history::Cursor& cursor) {
            return history::export_writer(format, cursor.tag_names());
        };
        bool csv = asked.format == ExchangeFormat::csv;
        StreamOptions options;
        options.content_type = csv ? kCsv : "text/plain; charset=utf-8";
        options.file_name = csv ? "history.csv" : "history.lp";
        auto streamed = stream(history_, std::move(asked.query), writer, std::move(options));
        co_return co_await std::move(streamed);
    }

private:
    std::string unknown_source() const {
        std::string names;
        for (const auto& [name, source] : sources_.all) names += (names.empty() ? "" : ", ") + name;
        return "The parameter source must be one of " + names + ".";
    }
    awaitable<Response> stream(history::QuerySource& source, history::Query query,
                               MakeWriter writer, StreamOptions options) {
        auto open = [this, &source, query = std::move(query), writer = std::move(writer)] {
            return open_points(source, query, writer, options_.chunk_bytes);
        };
        return stream_chunks(std::move(open), pool_, places_, std::move(options));
    }

    static constexpr const char* kCsv = "text/csv; charset=utf-8; header=present";

    const ReadingsSources sources_;
    history::QuerySource& history_;
    Pool& pool_;
    const Clock& clock_;
    const Seeing seeing_;
    const ReadingsOptions options_;
    StreamPlaces places_;
};

} // namespace

void add_readings_routes(net::http::Router& router, ReadingsSources sources, Pool& pool,
                         const Clock& clock, const Seeing& seeing, ReadingsOptions options) {
    auto routes =
        std::make_shared<ReadingsRoutes>(std::move(sources), pool, clock, seeing, options);
    auto add = [&](const char* path, const char* summary, auto handler) {
        net::http::Route route;
        route.path = path;
        route.methods = {net::http::Method::get};
        route.access = "signed-in";
        route.handler = [routes, handler](Context& context) {
            return (routes.get()->*handler)(context);
        };
        route.body_limit = 0;
        route.summary = summary;
        router.add(std::move(route));
    };
    add("/api/v1/readings", "Kept readings as JSON or CSV, windows over them, or a chart's points",
        &ReadingsRoutes::readings);
    add("/api/v1/export", "Kept readings for an import: CSV with types, or line protocol",
        &ReadingsRoutes::exported);
}

} // namespace caredian::api
