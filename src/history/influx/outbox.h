// Lines between who offers and who sends: bounded, and one batch grows while another is written.
#pragma once

#include "history/influx/encoder.h"
#include "history/influx/lines.h"
#include "readings/sink.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>

namespace caredian::history::influx {

struct OutboxOptions {
    std::size_t batch_bytes = 0; // of text; a batch that reached one of these grows no more
    std::size_t batch_lines = 0;
    std::size_t buffer_bytes = 0; // of text in all; then there is no room
};

class Outbox {
public:
    // `wake` is called (by the offering thread, outside the lock) when the sender waits and there
    // is something for it, and when a batch is full.
    Outbox(OutboxOptions options, Encoder& encoder, std::function<void()> wake);

    // --- who offers: see readings::Sink
    bool offer(std::span<const readings::Reading> readings, readings::Row last_row);
    void wait_for_room(std::chrono::milliseconds wait);

    // --- who sends
    // The oldest batch; `into` gives its memory back. False: nothing is there, and `wake` will say
    // when something is. A batch without lines moves the cursor alone.
    bool take(Lines& into);
    // A full batch waits: no reason to gather longer.
    bool has_full() const;
    // So many bytes of what was taken are stored (or set aside): there is room again.
    void done(std::size_t bytes);

    // --- any thread
    std::uint64_t bytes() const;
    std::uint64_t left_out() const; // values: see Encoder::append

private:
    bool full(const Lines& lines) const;

    const OutboxOptions options_;
    Encoder& encoder_;
    std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::condition_variable room_;
    std::deque<Lines> full_;
    Lines open_;
    bool open_used_ = false; // open_ holds lines, or a row that is to be told
    std::vector<Lines> spare_;
    std::size_t bytes_ = 0; // of all lines, those under way too
    std::uint64_t left_out_ = 0;
    bool sender_waits_ = true;
};

} // namespace caredian::history::influx
