// How the command line speaks to a running gateway: data_dir/control.sock, mode 0600.
//
// One request and one answer per connection, each one line of JSON, at most 64 kB:
//   → {"command":"user.add","arguments":{"name":"ann","role":"admin","password":"…"}}
//   ← {"ok":true,"result":…}   or   {"ok":false,"error":"there is a user of that name"}
// Only the gateway's own user and root are heard (SO_PEERCRED). Requests may hold passwords:
// nothing of them is logged but the command's name.
#pragma once

#include "base/json.h"
#include "base/pool.h"
#include "base/result.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace caredian::app {

enum class ControlErrc {
    ok,
    not_running, // no socket, or nobody behind it
    forbidden,   // the socket belongs to another user
    timeout,     // no answer in time
    bad_answer,  // not what this protocol says
    in_use,      // another gateway answers on this socket
    io,          // the socket cannot be made or used
};
const char* room_name(ControlErrc);
std::string_view describe(ControlErrc e);
inline error_code make_error_code(ControlErrc e) {
    return make_code(e);
}

// What a command gives back: a JSON text ("null" when there is nothing to say) or a sentence.
struct ControlAnswer {
    bool ok = true;
    std::string result = "null"; // JSON
    std::string error;           // when not ok
    static ControlAnswer failure(std::string sentence) {
        return {false, "null", std::move(sentence)};
    }
};

using ControlHandler = std::function<ControlAnswer(const json::object& arguments)>;
using ControlHandlers = std::map<std::string, ControlHandler, std::less<>>;

// One line in, one line out; without I/O. Never throws: a handler that does answers "internal
// error".
std::string answer_control_line(const ControlHandlers& handlers, std::string_view line);

// Handlers run on `pool` (they may block: SQL, argon2id). At most 8 connections, 10 s each.
class ControlServer {
public:
    // Makes the socket. A left-over one of a dead gateway is replaced; one that answers: in_use.
    static result<std::unique_ptr<ControlServer>> listen(boost::asio::io_context& context,
                                                         std::string path, ControlHandlers handlers,
                                                         Pool& pool);
    ~ControlServer(); // removes the socket. On the context's thread, or after it stopped
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

private:
    struct Impl;
    explicit ControlServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<Impl> impl_;
};

// Blocking; for the command line.
result<ControlAnswer> call_control(const std::string& path, std::string_view command,
                                   const json::object& arguments,
                                   std::chrono::milliseconds timeout = std::chrono::seconds(30));

} // namespace caredian::app

template <>
struct boost::system::is_error_code_enum<caredian::app::ControlErrc> : std::true_type {};
