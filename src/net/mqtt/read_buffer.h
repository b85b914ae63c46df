// The bytes of a connection that were read and not yet used.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace caredian::net::mqtt {

// One block, reused. It grows by doubling while a packet larger than it arrives (so that memory
// follows what came, not what was announced), and shrinks again when it was used up.
class ReadBuffer {
public:
    ReadBuffer(std::size_t usual, std::size_t most) : usual_(usual), most_(std::max(usual, most)) {
        allocate(usual_);
    }

    // Room for the next read, never empty unless `most` bytes wait: then nothing will ever use
    // them.
    char* prepare() {
        if (begin_ == end_) reset();
        if (end_ == size_ && begin_ > 0) {
            std::memmove(data_.get(), data_.get() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ == size_ && size_ < most_) grow();
        return data_.get() + end_;
    }
    std::size_t room() const { return size_ - end_; }
    void commit(std::size_t n) { end_ += n; }
    void consume(std::size_t n) { begin_ += n; }
    std::string_view unused() const { return {data_.get() + begin_, end_ - begin_}; }
    std::size_t capacity() const { return size_; }

private:
    void reset() {
        begin_ = end_ = 0;
        if (size_ > usual_) allocate(usual_);
    }
    void allocate(std::size_t n) {
        data_ = std::make_unique_for_overwrite<char[]>(n); // untouched pages cost nothing
        size_ = n;
    }
    void grow() {
        auto old = std::move(data_);
        allocate(std::min(size_ * 2, most_));
        std::memcpy(data_.get(), old.get(), end_);
    }

    std::size_t usual_, most_, size_ = 0, begin_ = 0, end_ = 0;
    std::unique_ptr<char[]> data_;
};

} // namespace caredian::net::mqtt
