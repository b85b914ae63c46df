#include "history/influx/pull.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

namespace caredian::history::influx {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t longest_line = std::size_t{16} * 1024 * 1024;
constexpr milliseconds look_up{100}; // whether it was cancelled

result<bool> fail(const error_code& why) {
    return {boost::system::in_place_error, why};
}

} // namespace

Pull::Pull(const Options& options, Version version) : options_(options), version_(version) {}

Pull::~Pull() = default;

result<std::unique_ptr<Pull>> Pull::make(const Options& options, Version version) {
    std::unique_ptr<Pull> pull(new Pull(options, version));
    pull->context_ = std::make_unique<asio::io_context>(1);
    auto server = Server::make(pull->context_->get_executor(), options);
    if (!server) return server.error();
    pull->server_ = std::make_unique<Server>(std::move(*server));
    return pull;
}

result<Version> Pull::find_version() {
    const Setup ping{"GET", "/ping", {}, {}};
    result<Answer> answer = net::http::make_error_code(net::http::Errc::timeout);
    bool ended = false;
    asio::co_spawn(*context_, server_->call(ping, Version::v3),
                   [&](const std::exception_ptr&, result<Answer> got) {
                       answer = std::move(got);
                       ended = true;
                   });
    context_->restart();
    while (!ended && context_->run_one_for(options_.timeout * 2) > 0) continue;
    if (!answer) return answer.error();
    if (auto version = parse_version(answer->version)) return *version;
    return net::http::make_error_code(net::http::Errc::bad_message);
}

void Pull::begin(const Setup& request) {
    if (!ended_) { // its coroutine goes with its context
        server_.reset();
        context_ = std::make_unique<asio::io_context>(1);
        server_ = std::make_unique<Server>(*Server::make(context_->get_executor(), options_));
    }
    request_ = request;
    buffer_.clear();
    refusal_.clear();
    read_ = 0;
    status_ = 0;
    failed_ = {};
    ended_ = false;
    context_->restart();
    start();
}

void Pull::start() {
    auto on_piece = [this](std::string_view piece) {
        buffer_ += piece;
        return buffer_.size() - read_ <= longest_line;
    };
    asio::co_spawn(*context_, server_->stream(request_, version_, on_piece),
                   [this](const std::exception_ptr& error, result<Answer> answer) {
                       ended_ = true;
                       if (error)
                           failed_ = asio::error::fault;
                       else if (!answer)
                           failed_ = answer.error();
                       if (error || !answer) return;
                       status_ = answer->status;
                       refusal_ = std::move(answer->body);
                   });
}

result<bool> Pull::next(std::string& line, const std::atomic<bool>& cancelled) {
    auto quiet_until = std::chrono::steady_clock::now() + options_.timeout;
    for (;;) {
        auto end = buffer_.find('\n', read_);
        if (end != buffer_.npos) {
            line.assign(buffer_, read_, end - read_);
            read_ = end + 1;
            return true;
        }
        buffer_.erase(0, read_);
        read_ = 0;
        if (buffer_.size() > longest_line)
            return fail(net::http::make_error_code(net::http::Errc::bad_message));
        if (ended_) {
            if (failed_) return fail(failed_);
            if (buffer_.empty()) return false;
            line = std::exchange(buffer_, {}); // the last line may have no break
            return true;
        }
        auto had = buffer_.size();
        (void)context_->run_one_for(look_up);
        if (cancelled.load()) return fail(asio::error::operation_aborted);
        auto now = std::chrono::steady_clock::now();
        if (buffer_.size() != had) quiet_until = now + options_.timeout;
        if (now >= quiet_until) return fail(net::http::make_error_code(net::http::Errc::timeout));
    }
}

} // namespace caredian::history::influx
