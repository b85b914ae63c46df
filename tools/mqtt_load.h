// mqtt-load: numbered messages at a rate, or as fast as the broker acknowledges them.
#pragma once

#include "net/mqtt/client.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace caredian::tools {

struct LoadOptions {
    net::mqtt::ClientOptions broker;
    std::uint64_t count = 10'000; // 0 = until `seconds`, or for ever
    std::uint64_t first = 1;      // number of the first message
    double seconds = 0;           // 0 = no limit
    double rate = 0;              // messages a second over all clients; 0 = as fast as acks allow
    unsigned qos = 1;
    unsigned clients = 1;
    unsigned topics = 1;      // over all clients: <prefix>/0 ... ; each is a device of its own
    std::size_t window = 500; // open messages per client
    std::string prefix = "load";
    std::string id = "mqtt-load";
    std::string report; // file: a line "number code" per answer; empty = none
    double drain = 10;  // seconds to wait for the last answers
};

struct LoadResult {
    std::uint64_t sent = 0, acknowledged = 0, refused = 0, unanswered = 0;
    double seconds = 0; // from the first message to the last answer
};

// Sends all, waits for the answers. A message is given to the broker only while connected: nothing
// piles up, and the rate is not caught up, while there is none.
class Load {
public:
    Load(boost::asio::io_context& context, LoadOptions options, const Clock& clock, Random& random);
    ~Load();
    LoadResult run(); // runs the context; ends early on SIGINT and SIGTERM

private:
    struct Publisher;
    void step();
    bool send_one();
    bool finished() const;
    void answered(Publisher& by, std::uint64_t number, std::uint8_t code);
    std::uint64_t due();

    boost::asio::io_context& context_;
    LoadOptions options_;
    const Clock& clock_;
    std::vector<std::unique_ptr<Publisher>> publishers_;
    std::vector<std::string> topics_;
    std::FILE* report_ = nullptr;
    LoadResult result_;
    std::uint64_t next_;
    std::size_t turn_ = 0;
    double allowed_ = 0; // messages that the rate allows now
    MonoTime started_{}, last_step_{}, last_answer_{}, sending_ended_{};
    bool stopping_ = false, stepping_ = false;
};

// {"n":123,"t":1767999300123,"a":21.37,"b":48}
std::string load_payload(std::uint64_t number, std::int64_t time_ms);

} // namespace caredian::tools
