// What Ingest is made of: the connection and the writer on one thread, the pipeline and the
// followers on theirs. Inside this room only.
#pragma once

#include "ingest/follower.h"
#include "ingest/ingest.h"
#include "ingest/mqtt_source.h"
#include "ingest/pipeline.h"
#include "ingest/talk_line.h"
#include "ingest/writer.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace caredian::ingest {

namespace asio = boost::asio;

struct Ingest::Impl final : WriterEvents {
    Impl(IngestOptions o, const Clock& clock_, Random& random_, Metrics& metrics,
         HealthRegister& health, const std::vector<readings::Consumer*>& consumers,
         const std::vector<readings::Sink*>& sinks, Several how);

    void add_followers(const std::vector<readings::Sink*>& sinks);
    void start_followers();
    void stop_followers();

    // ---- ingest thread
    void run();
    void begin();
    void connect();
    void arm();
    void cut(readings::Row upto);
    void attend(bool on);
    void shut();
    void on_committed(std::span<const Ack> acks, std::span<const std::uint16_t> completes) override;
    void on_blocked() override {
        if (client) client->pause_reading();
    }
    void on_unblocked() override {
        if (client) client->resume_reading();
    }

    IngestOptions options;
    Several several;
    const Clock& clock;
    Random& random;
    IngestStats stats;
    asio::io_context context{1};
    Handoff handoff;
    std::deque<Follower> followers;
    Pipeline pipeline;
    Writer writer;
    asio::steady_timer timer;
    std::optional<MonoTime> armed;
    TalkLine line;
    std::optional<MqttSource> source;
    std::unique_ptr<net::mqtt::Client> client, leaving;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
    std::thread ingest_thread, pipeline_thread;
    std::vector<std::thread> follower_threads;
    std::atomic<bool> running{false};
    bool stopping = false, attending = true; // ingest thread
};

} // namespace caredian::ingest
