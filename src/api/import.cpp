#include "api/import.h"

#include "api/chunk_stream.h"
#include "api/import_job.h"
#include "net/offload.h"

#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace caredian::api {
namespace {

using history::ImportOptions;
using net::http::awaitable;
using net::http::Context;
using net::http::Response;

constexpr std::size_t kPiece = std::size_t{256} * 1024; // gathered before a pool thread reads it
constexpr std::size_t kLargest = std::size_t{64} * 1024 * 1024 * 1024; // bytes of a body

Response say(const ImportJob& job) {
    if (auto wrong = job.failure(); !wrong.empty()) return Response::problem(503, wrong);
    if (job.unusable()) return Response::problem(400, job.first_error());
    return Response::json(200, job.report_json());
}

Response busy() {
    Response response = Response::problem(503, "Another import runs, or too many queries do.");
    response.set("Retry-After", "5");
    return response;
}

class ImportRoute {
public:
    ImportRoute(history::LocalHistory& history, Pool& pool, const Clock& clock)
        : history_(history), pool_(pool), clock_(clock) {}

    awaitable<Response> handle(Context& context) {
        auto parameter = [&](const char* name) {
            return context.request.query_value(name).value_or("");
        };
        auto options = read_import_options(parameter("format"), parameter("precision"),
                                           parameter("device_tag"), clock_.wall());
        if (auto* wrong = std::get_if<std::string>(&options))
            co_return Response::problem(400, *wrong);
        if (context.request.header("Content-Encoding"))
            co_return Response::problem(415, "Send the import as it is, without Content-Encoding.");
        auto place = places_.take();
        if (!place) co_return busy();
        auto open = [this, o = std::get<ImportOptions>(options)]() -> std::shared_ptr<ImportJob> {
            auto job = ImportJob::open(history_, o);
            return job ? std::shared_ptr<ImportJob>(std::move(*job)) : nullptr;
        };
        auto opened = co_await net::offload(pool_, std::move(open));
        if (!opened) co_return busy();
        if (!*opened) co_return Response::problem(503, "The history cannot be written.");
        auto worked = work(context, *opened);
        co_return co_await std::move(worked);
    }

private:
    awaitable<Response> work(Context& context, std::shared_ptr<ImportJob> running) {
        std::string piece;
        for (bool end = false; !end;) {
            piece.clear();
            while (piece.size() < kPiece && !end) {
                auto read = co_await context.request.body->read_some();
                if (!read) co_return refused(read.error());
                end = read->empty();
                piece += *read;
            }
            auto job = [running, piece, end]() -> bool {
                if (!running->add(piece)) return false;
                if (end) running->finish();
                return true;
            };
            auto more = co_await net::offload(pool_, std::move(job));
            if (!more) co_return busy();
            if (!*more) break;
        }
        Response response = say(*running);
        response.close = true; // the rest of the body may be unread
        co_return response;
    }

    static Response refused(const error_code& why) {
        unsigned status = why == make_error_code(net::http::Errc::body_too_large) ? 413
                          : why == make_error_code(net::http::Errc::timeout)      ? 408
                                                                                  : 400;
        Response response =
            Response::problem(status, "The body broke off. What came before is kept; the same "
                                      "import may be sent again.");
        response.close = true;
        return response;
    }

    history::LocalHistory& history_;
    Pool& pool_;
    const Clock& clock_;
    StreamPlaces places_{1};
};

} // namespace

void add_import_routes(net::http::Router& router, history::LocalHistory& history, Pool& pool,
                       const Clock& clock) {
    auto handler = std::make_shared<ImportRoute>(history, pool, clock);
    net::http::Route route;
    route.path = "/api/v1/import";
    route.methods = {net::http::Method::post};
    route.access = "admin";
    route.handler = [handler](Context& context) { return handler->handle(context); };
    route.body_limit = kLargest;
    route.stream_body = true;
    route.summary = "Takes history from elsewhere: CSV of an export, or line protocol";
    router.add(std::move(route));
}

} // namespace caredian::api
