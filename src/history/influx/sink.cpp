#include "history/influx/sink.h"

#include "base/log.h"
#include "history/influx/sender.h"
#include "net/http/fetch.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <pthread.h>
#include <thread>

namespace caredian::history::influx {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds farewell{3'000};

void expose(Metrics& metrics, const std::string& sink, const SinkStats& stats) {
    const MetricLabels labels{{"sink", sink}};
    auto add = [&](MetricKind kind, const char* name, const char* help, auto& number) {
        metrics.add(kind, name, help, labels,
                    [&number] { return static_cast<double>(number.value()); });
    };
    constexpr auto counter = MetricKind::counter, gauge = MetricKind::gauge;
    add(counter, "sink_lines_total", "Lines that the server stored.", stats.written);
    add(counter, "sink_bytes_total", "Bytes of these lines.", stats.bytes);
    add(counter, "sink_writes_total", "Requests that stored something.", stats.writes);
    add(counter, "sink_failures_total", "Requests that did not.", stats.failures);
    add(counter, "sink_set_aside_total", "Lines that the server refused.", stats.set_aside);
    add(gauge, "sink_buffered_bytes", "Lines in memory.", stats.buffered);
    add(gauge, "sink_left_out_values", "Values that have no place at the server.", stats.left_out);
    add(gauge, "sink_last_write_timestamp_seconds", "When something was stored last; 0: never.",
        stats.last_write_s);
}

OutboxOptions outbox_options(const Options& o) {
    return {o.batch_bytes, o.batch_lines, o.buffer_bytes};
}

} // namespace

struct Sink::Impl {
    Impl(Options o, SinkStore store, readings::Row kept, std::unique_ptr<ColumnTypes> known,
         std::unique_ptr<Areas> rooms, Known asked, std::string file, const Clock& clock,
         Random& random, Metrics& metrics, HealthRegister& health)
        : options(std::move(o)), types(std::move(known)), areas(std::move(rooms)),
          units(std::move(asked.unit_of)), history(asked.history), path(std::move(file)),
          encoder(make_encoder()), outbox(outbox_options(options), *encoder, [this] {
              asio::post(context, [this] { sender->wake(); });
          }) {
        state.kept = kept;
        expose(metrics, options.name, state.stats);
        auto server = Server::make(context.get_executor(), options);
        sender.emplace(context, options, std::move(*server), outbox, Learned{*types, areas.get()},
                       std::move(store), state, clock, random, health);
        asio::co_spawn(context, sender->run(), [this](const std::exception_ptr& error) {
            if (error) fail(error);
            context.stop(); // a kept connection would hold it
        });
        thread = std::thread([this] {
            pthread_setname_np(pthread_self(), "influxdb");
            context.run();
        });
    }
    std::unique_ptr<Encoder> make_encoder() const {
        return options.layout == Layout::home_assistant ? make_ha_encoder(units)
                                                        : make_plain_encoder(*types, areas.get());
    }
    // One at a time: what is let go meanwhile is seen at its end.
    void refill() {
        if (!history || refilling) return;
        refilling = true;
        auto points = [this](const Gap& gap) -> std::shared_ptr<Backfill> {
            Query query;
            query.everything = true;
            query.from = gap.from;
            query.to = gap.to;
            auto cursor = history->query(query);
            if (!cursor) return nullptr;
            return std::make_shared<Backfill>(std::move(*cursor), make_encoder());
        };
        asio::co_spawn(context, sender->refill(std::move(points)),
                       [this](const std::exception_ptr& error) {
                           refilling = false;
                           if (error) fail(error);
                       });
    }
    // The journal keeps what is not sent; a restart goes on.
    void fail(const std::exception_ptr& error) const {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& e) {
            log::error("influxdb", "unexpected: nothing more is sent until the next start",
                       {{"sink", options.name}, {"what", e.what()}});
        }
    }

    Options options;
    std::unique_ptr<ColumnTypes> types;
    std::unique_ptr<Areas> areas; // nullptr: no room is told
    UnitOf units;
    QuerySource* history;
    std::string path;       // of the store
    bool refilling = false; // the context's thread
    std::unique_ptr<Encoder> encoder;
    SinkState state;
    asio::io_context context{1};
    Outbox outbox;
    std::optional<Sender> sender;
    std::thread thread;
};

result<std::unique_ptr<Sink>> Sink::open(Options options, const std::string& path,
                                         const Clock& clock, Random& random, Metrics& metrics,
                                         HealthRegister& health, Known known) {
    if (auto url = net::http::parse_url(options.url); !url) return url.error();
    auto store = SinkStore::open(path);
    if (!store) return store.error();
    auto types = std::make_unique<ColumnTypes>();
    auto kept = store->load(*types);
    if (!kept) return kept.error();
    std::unique_ptr<Areas> rooms;
    if (known.areas && options.area_tag && options.layout == Layout::caredian) {
        rooms = std::make_unique<Areas>(*known.areas);
        if (auto read = store->load(*rooms); !read) return read.error();
    }
    health.declare(options.name, "history in InfluxDB");
    return std::unique_ptr<Sink>(new Sink(std::make_unique<Impl>(
        std::move(options), std::move(*store), *kept, std::move(types), std::move(rooms),
        std::move(known), path, clock, random, metrics, health)));
}

Sink::Sink(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
    asio::post(impl_->context, [this] { impl_->refill(); }); // what an earlier life let go
}

Sink::~Sink() {
    asio::post(impl_->context, [this] { impl_->sender->stop(farewell); });
    impl_->thread.join();
}

std::string_view Sink::name() const {
    return impl_->options.name;
}

readings::Row Sink::cursor() const {
    return impl_->state.kept.load();
}

bool Sink::offer(std::span<const readings::Reading> readings, readings::Row last_row) {
    return impl_->outbox.offer(readings, last_row);
}

void Sink::wait_for_room(std::chrono::milliseconds wait) {
    impl_->outbox.wait_for_room(wait);
}

void Sink::save() {
    asio::post(impl_->context, [this] { impl_->sender->save(); });
}

bool Sink::let_go(WallTime first, WallTime last) {
    // A little more on either side: sending a point again changes nothing.
    constexpr nanoseconds margin = std::chrono::seconds(1);
    if (!impl_->history) return false;
    auto done = add_gap(impl_->path, to_ns(first - margin), to_ns(last + margin));
    if (!done) {
        log::warning("influxdb", "what the sink must remember cannot be kept; it is tried again",
                     {{"sink", name()}, {"reason", done.error().message()}});
        return false;
    }
    asio::post(impl_->context, [this] { impl_->refill(); });
    return true;
}

std::shared_ptr<Backfill> Sink::backfill(std::unique_ptr<Cursor> points) {
    auto job = std::make_shared<Backfill>(std::move(points), impl_->make_encoder());
    asio::post(impl_->context, [this, job] {
        asio::co_spawn(impl_->context, impl_->sender->backfill(job),
                       [job](const std::exception_ptr& error) {
                           if (error) job->end("unexpected");
                       });
    });
    return job;
}

const Options& Sink::options() const {
    return impl_->options;
}

const SinkStats& Sink::stats() const {
    return impl_->state.stats;
}

} // namespace caredian::history::influx
