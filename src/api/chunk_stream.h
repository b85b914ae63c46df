// A long answer whose body is made piece by piece on a pool, and sent in between.
#pragma once

#include "base/pool.h"
#include "net/http/message.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace caredian::api {

// How many may run at once, over all routes that share it.
class StreamPlaces {
public:
    explicit StreamPlaces(std::size_t most) : most_(most) {}
    // Held while the stream lives; nullptr: all are taken.
    std::shared_ptr<void> take();

private:
    const std::size_t most_;
    std::shared_ptr<std::atomic<std::size_t>> taken_ =
        std::make_shared<std::atomic<std::size_t>>(0);
};

// Where the pieces come from. One thread at a time, always of the pool; it may block.
class ChunkSource {
public:
    virtual ~ChunkSource() = default;
    // Appends about a chunk to `out`. False: that was all.
    virtual result<bool> produce(std::string& out) = 0;
    // Makes a running or later produce() end soon. Any thread.
    virtual void cancel() = 0;
};

struct StreamOptions {
    std::string content_type;
    std::string file_name; // not empty: a browser saves it under this name
};

// The whole answer: 200, 500 when the history cannot be read, 503 with Retry-After when too much
// runs. `open` is called on the pool. A client that leaves cancels the source.
using OpenSource = std::function<result<std::unique_ptr<ChunkSource>>()>;
net::http::awaitable<net::http::Response>
stream_chunks(OpenSource open, Pool& pool, StreamPlaces& places, StreamOptions options);

} // namespace caredian::api
