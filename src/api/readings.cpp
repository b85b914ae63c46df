#include "api/readings.h"

#include "api/readings_format.h"
#include "api/readings_query.h"
#include "net/offload.h"

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>

namespace caredian::api {
namespace {

namespace asio = boost::asio;
using net::http::awaitable;
using net::http::Context;
using net::http::Response;

constexpr std::chrono::milliseconds kPoolWait{50};
constexpr int kPoolTries = 100; // 5 s: then the stream is cut

using Count = std::atomic<std::size_t>;

// One of the places for queries under way, given back when it goes.
class Place {
public:
    explicit Place(std::shared_ptr<Count> taken) : taken_(std::move(taken)) {}
    ~Place() { taken_->fetch_sub(1); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::shared_ptr<Count> taken_;
};

// A query while it runs: made by pool threads, one at a time, and sent by the worker in between.
class Export {
public:
    Export(std::unique_ptr<history::Cursor> cursor, bool csv, std::size_t chunk_bytes,
           std::shared_ptr<Place> place)
        : place_(std::move(place)), cursor_(std::move(cursor)), chunk_bytes_(chunk_bytes) {
        if (csv)
            writer_ = std::make_unique<CsvReadings>(cursor_->tag_names());
        else
            writer_ = std::make_unique<JsonReadings>();
    }

    // The next chunk; blocks. Afterwards chunk() has it and ended() says whether it was the last.
    result<void> produce() {
        chunk_.clear();
        if (!started_) writer_->head(chunk_);
        started_ = true;
        while (chunk_.size() < chunk_bytes_) {
            if (at_ == batch_.points.size()) {
                auto more = cursor_->next(batch_);
                if (!more) return more.error();
                at_ = 0;
                if (!*more) {
                    writer_->tail(chunk_);
                    ended_ = true;
                    return {};
                }
            }
            std::size_t end = std::min(batch_.points.size(), at_ + kStep);
            writer_->points(chunk_, batch_, at_, end);
            at_ = end;
        }
        return {};
    }
    std::string& chunk() { return chunk_; }
    bool ended() const { return ended_; }
    void cancel() { cursor_->cancel(); }

private:
    static constexpr std::size_t kStep = 256; // points written before the chunk's size is looked at
    std::shared_ptr<Place> place_;
    std::unique_ptr<history::Cursor> cursor_;
    std::unique_ptr<ReadingsWriter> writer_;
    std::size_t chunk_bytes_;
    history::Batch batch_;
    std::size_t at_ = 0;
    std::string chunk_;
    bool started_ = false;
    bool ended_ = false;
};

// nullopt: the pool stayed full.
awaitable<std::optional<result<void>>> produce_on(Pool& pool, std::shared_ptr<Export> running) {
    for (int attempt = 0; attempt < kPoolTries; ++attempt) {
        auto job = [running] { return running->produce(); };
        auto made = co_await net::offload(pool, std::move(job));
        if (made) co_return made;
        asio::steady_timer timer(co_await asio::this_coro::executor, kPoolWait);
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return std::nullopt;
}

// The body of a long answer: the next chunk is made when the one before was taken.
class ReadingsBody final : public net::http::BodySource {
public:
    ReadingsBody(Pool& pool, std::shared_ptr<Export> running)
        : pool_(pool), running_(std::move(running)) {}
    ReadingsBody(const ReadingsBody&) = delete;
    ReadingsBody& operator=(const ReadingsBody&) = delete;
    ~ReadingsBody() override { running_->cancel(); } // the client may have left

    awaitable<result<std::string_view>> next() override {
        auto running = running_;
        if (std::exchange(first_, false)) co_return std::string_view(running->chunk());
        if (running->ended()) co_return std::string_view();
        auto made = co_await produce_on(pool_, running);
        if (!made) co_return make_error_code(net::http::Errc::stopped);
        if (!*made) co_return made->error();
        co_return std::string_view(running->chunk());
    }

private:
    Pool& pool_;
    std::shared_ptr<Export> running_;
    bool first_ = true; // the handler has made the first chunk
};

class ReadingsRoute {
public:
    ReadingsRoute(history::QuerySource& history, Pool& pool, const Clock& clock,
                  ReadingsOptions options)
        : history_(history), pool_(pool), clock_(clock), options_(options) {}

    awaitable<Response> handle(Context& context) {
        auto parsed = parse_readings_query(context.request.query, clock_.wall());
        if (auto* wrong = std::get_if<std::string>(&parsed))
            co_return Response::problem(400, *wrong);
        bool full = taken_->fetch_add(1) >= options_.concurrent;
        auto place = std::make_shared<Place>(taken_);
        if (full) co_return busy();
        auto asked = std::make_shared<ReadingsQuery>(std::get<ReadingsQuery>(std::move(parsed)));
        auto begin = [this, asked, place] { return start(*asked, place); };
        auto begun = co_await net::offload(pool_, std::move(begin));
        if (!begun) co_return busy();
        if (!*begun) co_return Response::problem(500, "The history cannot be read.");
        co_return answer(std::move(**begun), asked->csv);
    }

private:
    static Response busy() {
        Response response = Response::problem(503, "Too many queries are running; try again soon.");
        response.set("Retry-After", "2");
        return response;
    }

    // On a pool thread.
    result<std::shared_ptr<Export>> start(const ReadingsQuery& asked,
                                          std::shared_ptr<Place> place) {
        auto cursor = history_.query(asked.query);
        if (!cursor) return cursor.error();
        auto running = std::make_shared<Export>(std::move(*cursor), asked.csv, options_.chunk_bytes,
                                                std::move(place));
        if (auto made = running->produce(); !made) return made.error();
        return running;
    }

    Response answer(std::shared_ptr<Export> running, bool csv) {
        Response response;
        response.set("Content-Type",
                     csv ? "text/csv; charset=utf-8; header=present" : "application/json");
        response.set("Cache-Control", "no-store");
        if (csv) response.set("Content-Disposition", "attachment; filename=\"readings.csv\"");
        if (running->ended())
            response.body = std::move(running->chunk());
        else
            response.body = std::make_unique<ReadingsBody>(pool_, std::move(running));
        return response;
    }

    history::QuerySource& history_;
    Pool& pool_;
    const Clock& clock_;
    const ReadingsOptions options_;
    std::shared_ptr<Count> taken_ = std::make_shared<Count>(0);
};

} // namespace

void add_readings_routes(net::http::Router& router, history::QuerySource& history, Pool& pool,
                         const Clock& clock, ReadingsOptions options) {
    auto handler = std::make_shared<ReadingsRoute>(history, pool, clock, options);
    net::http::Route route;
    route.path = "/api/v1/readings";
    route.methods = {net::http::Method::get};
    route.access = "signed-in";
    route.handler = [handler](Context& context) { return handler->handle(context); };
    route.body_limit = 0;
    route.summary = "Kept readings as JSON or CSV, or windows over them";
    router.add(std::move(route));
}

} // namespace caredian::api
