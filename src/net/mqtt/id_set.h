// Packet ids that are in use: a bit each.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace caredian::net::mqtt {

class IdSet {
public:
    bool contains(std::uint16_t id) const { return bits_[id]; }
    bool insert(std::uint16_t id) { // false: was there
        if (bits_[id]) return false;
        bits_[id] = true;
        ++size_;
        return true;
    }
    bool erase(std::uint16_t id) { // false: was not there
        if (!bits_[id]) return false;
        bits_[id] = false;
        --size_;
        return true;
    }
    void clear() {
        if (size_ > 0) bits_.reset();
        size_ = 0;
    }
    std::size_t size() const { return size_; }

private:
    std::bitset<65'536> bits_;
    std::size_t size_ = 0;
};

} // namespace caredian::net::mqtt
