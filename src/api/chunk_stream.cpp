#include "api/chunk_stream.h"

#include "net/offload.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <utility>

namespace caredian::api {
namespace {

namespace asio = boost::asio;
using net::http::awaitable;
using net::http::Response;

constexpr std::chrono::milliseconds kPoolWait{50};
constexpr int kPoolTries = 100; // 5 s: then the stream is cut

// A source while it runs: asked by pool threads, one at a time, and sent by the worker in between.
class Running {
public:
    Running(std::unique_ptr<ChunkSource> source, std::shared_ptr<void> place)
        : place_(std::move(place)), source_(std::move(source)) {}

    // The next chunk; blocks. Afterwards chunk() has it and ended() says whether it was the last.
    result<void> produce() {
        chunk_.clear();
        auto more = source_->produce(chunk_);
        if (!more) return more.error();
        ended_ = !*more;
        return {};
    }
    std::string& chunk() { return chunk_; }
    bool ended() const { return ended_; }
    void cancel() { source_->cancel(); }

private:
    std::shared_ptr<void> place_;
    std::unique_ptr<ChunkSource> source_;
    std::string chunk_;
    bool ended_ = false;
};

// nullopt: the pool stayed full.
awaitable<std::optional<result<void>>> produce_on(Pool& pool, std::shared_ptr<Running> running) {
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
class ChunkBody final : public net::http::BodySource {
public:
    ChunkBody(Pool& pool, std::shared_ptr<Running> running)
        : pool_(pool), running_(std::move(running)) {}
    ChunkBody(const ChunkBody&) = delete;
    ChunkBody& operator=(const ChunkBody&) = delete;
    ~ChunkBody() override { running_->cancel(); } // the client may have left

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
    std::shared_ptr<Running> running_;
    bool first_ = true; // the first chunk was made before the answer
};

Response busy() {
    Response response = Response::problem(503, "Too many queries are running; try again soon.");
    response.set("Retry-After", "2");
    return response;
}

Response answer(Pool& pool, std::shared_ptr<Running> running, const StreamOptions& options) {
    Response response;
    response.set("Content-Type", options.content_type);
    response.set("Cache-Control", "no-store");
    if (!options.file_name.empty())
        response.set("Content-Disposition", "attachment; filename=\"" + options.file_name + "\"");
    if (running->ended())
        response.body = std::move(running->chunk());
    else
        response.body = std::make_unique<ChunkBody>(pool, std::move(running));
    return response;
}

} // namespace

std::shared_ptr<void> StreamPlaces::take() {
    if (taken_->fetch_add(1) >= most_) {
        taken_->fetch_sub(1);
        return nullptr;
    }
    return {taken_.get(), [taken = taken_](void*) { taken->fetch_sub(1); }};
}

awaitable<Response> stream_chunks(OpenSource open, Pool& pool, StreamPlaces& places,
                                  StreamOptions options) {
    auto place = places.take();
    if (!place) co_return busy();
    auto begin = [open = std::move(open),
                  place = std::move(place)]() -> result<std::shared_ptr<Running>> {
        auto source = open();
        if (!source) return source.error();
        auto running = std::make_shared<Running>(std::move(*source), place);
        if (auto made = running->produce(); !made) return made.error();
        return running;
    };
    auto begun = co_await net::offload(pool, std::move(begin));
    if (!begun) co_return busy();
    if (!*begun) co_return Response::problem(500, "The history cannot be read.");
    co_return answer(pool, std::move(**begun), options);
}

} // namespace caredian::api
