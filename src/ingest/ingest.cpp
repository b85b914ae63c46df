#include "base/log.h"
#include "ingest/decode/describe.h"
#include "ingest/ingest_impl.h"

#include <algorithm>
#include <future>
#include <pthread.h>

namespace caredian::ingest {

const char* room_name(Errc) {
    return "ingest";
}

std::string_view describe(Errc e) {
    switch (e) {
    case Errc::ok:
        return "ok";
    case Errc::not_running:
        return "ingest does not run";
    case Errc::full:
        return "the journal is full";
    case Errc::failing:
        return "the journal cannot be written";
    case Errc::timeout:
        return "the message is not on disk yet";
    case Errc::too_large:
        return "the topic or the payload is too large";
    case Errc::key_reused:
        return "something else was sent under this key";
    }
    return "unknown";
}

namespace {

readings::Row highest_cursor(const std::vector<readings::Consumer*>& consumers,
                             const std::vector<readings::Sink*>& sinks) {
    readings::Row highest = 0;
    for (auto* s : sinks) highest = std::max(highest, s->cursor());
    for (auto* c : consumers)
        if (c->keeps()) highest = std::max(highest, c->cursor());
    return highest;
}

WriterOptions writer_options(const IngestOptions& o, const Several& several,
                             readings::Row highest_cursor) {
    WriterOptions w;
    w.path = o.data_dir + "/journal.db";
    w.journal = o.journal;
    w.ignore = o.ignore;
    w.at_least = highest_cursor;
    w.digits.gateway = several.gateway;
    if (o.describe_again)
        w.again = [decode = o.decode](std::string_view topic) { return describes(topic, decode); };
    return w;
}

PipelineOptions pipeline_options(const IngestOptions& o, const Several& several) {
    return {o.data_dir + "/journal.db",
            o.data_dir + "/ingest.db",
            o.decode,
            o.dead_letters,
            o.recent,
            several.types};
}

} // namespace

Ingest::Impl::Impl(IngestOptions o, const Clock& clock_, Random& random_, Metrics& metrics,
                   HealthRegister& health, const std::vector<readings::Consumer*>& consumers,
                   const std::vector<readings::Sink*>& sinks, Several how)
    : options(std::move(o)), several(std::move(how)), clock(clock_), random(random_),
      handoff(options.max_handoff_bytes),
      pipeline(pipeline_options(options, several), clock, handoff, stats, consumers,
               [this](readings::Row upto) { asio::post(context, [this, upto] { cut(upto); }); }),
      writer(writer_options(options, several, highest_cursor(consumers, sinks)), clock, random,
             handoff, stats, health, *this),
      timer(context), line(context, clock_) {
    add_followers(sinks);
    expose(metrics, stats);
    attending = several.attend;
    if (options.mqtt)
        source.emplace(writer, stats, health, line, [this] { arm(); }, several.shared);
}

void Ingest::Impl::add_followers(const std::vector<readings::Sink*>& sinks) {
    std::vector<Follower*> all;
    for (auto* sink : sinks) {
        auto& counted = stats.consumers.emplace_back();
        counted.name = sink->name();
        auto files = pipeline_options(options, several);
        all.push_back(&followers.emplace_back(
            *sink,
            FollowerOptions{files.journal_path, files.store_path,
                            [this] { return pipeline.decode_options(); }, several.types},
            counted));
    }
    pipeline.follow(std::move(all));
}

void Ingest::Impl::start_followers() {
    for (auto& follower : followers)
        follower_threads.emplace_back([&follower] {
            pthread_setname_np(pthread_self(), "follower");
            follower.run();
        });
}

void Ingest::Impl::stop_followers() {
    for (auto& follower : followers) follower.stop();
    for (auto& thread : follower_threads) thread.join();
    follower_threads.clear();
}

void Ingest::Impl::run() {
    pthread_setname_np(pthread_self(), "ingest");
    for (;;) {
        try {
            context.run();
            return;
        } catch (const std::exception& e) {
            log::error("ingest", "unexpected", {{"what", e.what()}});
        }
    }
}

// The first of all posted functions: what is submitted after start() finds the journal open.
void Ingest::Impl::begin() {
    line.begin();
    writer.poll();
    arm();
}

// Wakes the writer at its deadline. With sync_interval 0 and a healthy disk there is none.
void Ingest::Impl::arm() {
    if (!client && source && attending && writer.ready() && !stopping) connect();
    auto due = writer.deadline();
    if (due == armed) return;
    armed = due;
    if (!due) {
        timer.cancel();
        return;
    }
    timer.expires_after(std::max(*due - clock.mono(), MonoTime::duration(0)));
    timer.async_wait([this](const boost::system::error_code& e) {
        if (e) return;
        armed.reset();
        writer.poll();
        arm();
    });
}

// Only now: without a journal nothing could be acknowledged.
void Ingest::Impl::connect() {
    auto mqtt = *options.mqtt;
    mqtt.remembered = MqttSource::decode(writer.remembered());
    leaving.reset();
    if (options.describe_again) { // also in a session that has these filters already
        for (auto& s : mqtt.subscriptions) s.retain_handling = 0;
        for (auto& s : mqtt.remembered) s.retain_handling = 1; // another one: subscribed again
    }
    if (options.watch_broker)
        mqtt.subscriptions.push_back({std::string(MqttSource::dropped_topic), 0});
    source->wanted(mqtt.subscriptions, mqtt.receive_maximum);
    client = std::make_unique<net::mqtt::Client>(context, std::move(mqtt), *source, clock, random);
    source->use(client.get());
    line.use(client.get());
    client->start();
}

void Ingest::Impl::on_committed(std::span<const Ack> acks,
                                std::span<const std::uint16_t> completes) {
    if (!client) return;
    for (const auto& a : acks) client->acknowledge(a.packet_id, a.qos);
    for (auto id : completes) client->complete(id);
    client->flush();
}

// A few megabytes at a time: messages come in between.
void Ingest::Impl::cut(readings::Row upto) {
    if (writer.cut(upto)) asio::post(context, [this, upto] { cut(upto); });
    arm();
}

void Ingest::Impl::attend(bool on) {
    if (std::exchange(attending, on) == on) return;
    if (on) return arm();
    if (!client) return;
    source->on_disconnected("not listening to the broker");
    source->use(nullptr);
    line.use(static_cast<net::mqtt::Client*>(nullptr));
    client->stop();
    // Destroying it closes at once: it is kept until its goodbye is out, or another one begins.
    leaving = std::move(client);
}

void Ingest::Impl::shut() {
    stopping = true;
    writer.stop_taking();
    line.end();
    if (client) client->stop();
    handoff.close();
}

Ingest::Ingest(IngestOptions options, const Clock& clock, Random& random, Metrics& metrics,
               HealthRegister& health, const std::vector<readings::Consumer*>& consumers,
               const std::vector<readings::Sink*>& sinks, Several several)
    : impl_(std::make_unique<Impl>(std::move(options), clock, random, metrics, health, consumers,
                                   sinks, std::move(several))) {}

Ingest::~Ingest() {
    stop();
}

void Ingest::start() {
    if (impl_->running.exchange(true)) return;
    impl_->work.emplace(impl_->context.get_executor());
    asio::post(impl_->context, [this] { impl_->begin(); });
    impl_->ingest_thread = std::thread([this] { impl_->run(); });
    impl_->pipeline_thread = std::thread([this] {
        pthread_setname_np(pthread_self(), "pipeline");
        impl_->pipeline.run();
    });
    impl_->start_followers();
}

void Ingest::stop(std::chrono::milliseconds drain) {
    if (!impl_->running.exchange(false)) return;
    asio::post(impl_->context, [this] { impl_->shut(); });
    // The pipeline reaches the end by itself, or is told to leave the rest to the next start.
    auto ended = std::async(std::launch::async, [this] { impl_->pipeline_thread.join(); });
    if (ended.wait_for(drain) != std::future_status::ready) impl_->pipeline.hurry();
    ended.wait();
    impl_->stop_followers();
    // After the last save, what consumers have is cut before the tables are written.
    asio::post(impl_->context, [this] {
        impl_->timer.cancel();
        impl_->writer.stop();
        impl_->work.reset();
    });
    impl_->ingest_thread.join();
    impl_->leaving.reset();
    impl_->client.reset();
    impl_->source.reset();
}

} // namespace caredian::ingest
