#include "api/point_chunks.h"

#include <algorithm>
#include <utility>

namespace caredian::api {
namespace {

class PointChunks final : public ChunkSource {
public:
    PointChunks(std::unique_ptr<history::Cursor> cursor,
                std::unique_ptr<history::PointWriter> writer, std::size_t chunk_bytes)
        : cursor_(std::move(cursor)), writer_(std::move(writer)), chunk_bytes_(chunk_bytes) {}

    result<bool> produce(std::string& out) override {
        if (!std::exchange(started_, true)) writer_->head(out);
        while (out.size() < chunk_bytes_) {
            if (at_ == batch_.points.size()) {
                auto more = cursor_->next(batch_);
                if (!more) return more;
                at_ = 0;
                if (!*more) {
                    writer_->tail(out);
                    return false;
                }
            }
            std::size_t end = std::min(batch_.points.size(), at_ + kStep);
            writer_->points(out, batch_, at_, end);
            at_ = end;
        }
        return true;
    }
    void cancel() override { cursor_->cancel(); }

private:
    static constexpr std::size_t kStep = 256; // points written before the chunk's size is looked at
    std::unique_ptr<history::Cursor> cursor_;
    std::unique_ptr<history::PointWriter> writer_;
    const std::size_t chunk_bytes_;
    history::Batch batch_;
    std::size_t at_ = 0;
    bool started_ = false;
};

} // namespace

result<std::unique_ptr<ChunkSource>> open_points(history::QuerySource& history,
                                                 const history::Query& query,
                                                 const MakeWriter& writer,
                                                 std::size_t chunk_bytes) {
    auto cursor = history.query(query);
    if (!cursor) return cursor.error();
    auto made = writer(**cursor);
    return std::make_unique<PointChunks>(std::move(*cursor), std::move(made), chunk_bytes);
}

} // namespace caredian::api
