// What other threads ask of ingest.
#include "ingest/direct.h"
#include "ingest/ingest_impl.h"

#include <future>

namespace caredian::ingest {

result<readings::Row> Ingest::submit(std::string_view topic, std::string_view payload,
                                     std::chrono::milliseconds timeout) {
    if (!impl_->running.load()) return Errc::not_running;
    if (topic.empty() || topic.size() > 65'535 || payload.size() > 4 * 1024 * 1024)
        return Errc::too_large;
    auto promise = std::make_shared<std::promise<result<readings::Row>>>();
    auto answer = promise->get_future();
    asio::post(impl_->context, [this, promise, t = std::string(topic), p = std::string(payload)] {
        impl_->writer.submit(t, p, [promise](result<readings::Row> r) { promise->set_value(r); });
        impl_->writer.batch_end();
        impl_->arm();
    });
    if (answer.wait_for(timeout) != std::future_status::ready) return Errc::timeout;
    return answer.get();
}

bool Ingest::post(Posted posted, std::function<void(result<readings::Row>)> done) {
    if (!impl_->running.load()) return false;
    asio::post(impl_->context, [this, p = std::move(posted), done = std::move(done)]() mutable {
        std::string topic = direct_topic(p.device);
        Incoming in{topic, p.payload};
        in.direct = true;
        in.key = p.key;
        in.content = p.content;
        impl_->writer.submit(in, std::move(done));
        impl_->writer.batch_end();
        impl_->arm();
    });
    return true;
}

void Ingest::use(Talker& talker) {
    impl_->line.use(&talker);
}

bool Ingest::post(std::function<void()> work) {
    if (!impl_->running.load()) return false;
    asio::post(impl_->context, [this, work = std::move(work)] {
        work();
        impl_->line.arm();
    });
    return true;
}

void Ingest::attend(bool on) {
    asio::post(impl_->context, [this, on] { impl_->attend(on); });
}

DecodeOptions Ingest::decode_options() const {
    return impl_->pipeline.decode_options();
}

result<std::vector<DeadLetter>> Ingest::dead_letters(std::size_t most) const {
    return read_dead_letters(impl_->options.data_dir + "/ingest.db", most);
}

std::vector<RecentMessage> Ingest::recent(std::span<const std::string> topics,
                                          std::size_t most) const {
    return impl_->pipeline.recent().of(topics, most);
}

void Ingest::apply(const JournalOptions& journal, std::vector<std::string> ignore,
                   std::vector<MappingRule> mappings) {
    impl_->pipeline.apply(std::move(mappings));
    asio::post(impl_->context, [this, journal, ignore = std::move(ignore)]() mutable {
        impl_->writer.apply(journal, std::move(ignore));
        impl_->arm();
    });
}

bool Ingest::wait_taken(readings::Row row, std::chrono::milliseconds timeout) const {
    return impl_->pipeline.wait_taken(row, timeout);
}

const IngestStats& Ingest::stats() const {
    return impl_->stats;
}

} // namespace caredian::ingest
