// An answer of any length, pulled line by line by a thread that may block. What is not asked for is
// not read from the socket.
#pragma once

#include "history/influx/server.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

namespace caredian::history::influx {

class Pull {
public:
    // `options` outlives it. Error: the URL is none.
    static result<std::unique_ptr<Pull>> make(const Options& options, Version version);
    ~Pull();
    Pull(const Pull&) = delete;
    Pull& operator=(const Pull&) = delete;

    result<Version> find_version();   // asks /ping
    void begin(const Setup& request); // ends the one before
    // The next line, without its break. False: at the end. Errors: of the connection; timeout, when
    // nothing came for Options::timeout; bad_message, when a line is longer than 16 MB;
    // operation_aborted, when `cancelled` became true.
    result<bool> next(std::string& line, const std::atomic<bool>& cancelled);
    // Of an answer that is not 2xx, after next() said false.
    unsigned status() const { return status_; }
    const std::string& refusal() const { return refusal_; }

private:
    Pull(const Options& options, Version version);
    void start();

    const Options& options_;
    Version version_;
    Setup request_;
    std::unique_ptr<boost::asio::io_context> context_;
    std::unique_ptr<Server> server_;
    std::string buffer_;
    std::size_t read_ = 0; // of buffer_
    bool ended_ = true;
    error_code failed_;
    unsigned status_ = 0;
    std::string refusal_;
};

} // namespace caredian::history::influx
