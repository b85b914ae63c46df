#include "app/control.h"
#include "app/control_path.h"

#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace caredian::app {

namespace {

constexpr std::size_t max_answer = 8 * 1024 * 1024;
using Deadline = std::chrono::steady_clock::time_point;

struct Socket {
    int fd = -1;
    ~Socket() {
        if (fd >= 0) ::close(fd);
    }
};

ControlErrc from_errno(int error) {
    switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ECONNREFUSED:
        return ControlErrc::not_running;
    case EACCES:
    case EPERM:
        return ControlErrc::forbidden;
    default:
        return ControlErrc::io;
    }
}

result<void> wait_for(int fd, short events, Deadline deadline) {
    for (;;) {
        auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return ControlErrc::timeout;
        pollfd p{fd, events, 0};
        int n = ::poll(&p, 1, static_cast<int>(left.count()));
        if (n > 0) return {};
        if (n == 0) return ControlErrc::timeout;
        if (errno != EINTR) return ControlErrc::io;
    }
}

result<void> send_all(int fd, std::string_view text, Deadline deadline) {
    while (!text.empty()) {
        if (auto ready = wait_for(fd, POLLOUT, deadline); !ready) return ready;
        auto n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (n <= 0) return ControlErrc::bad_answer; // it hung up
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

result<std::string> read_line(int fd, Deadline deadline) {
    std::string line;
    char buffer[4096];
    while (line.size() < max_answer) {
        if (auto ready = wait_for(fd, POLLIN, deadline); !ready) return ready.error();
        auto n = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (n <= 0) return ControlErrc::bad_answer;
        line.append(buffer, static_cast<std::size_t>(n));
        if (line.back() == '\n') return line;
    }
    return ControlErrc::bad_answer;
}

result<ControlAnswer> read_answer(std::string_view line) {
    auto parsed = parse_json(line);
    if (!parsed || !parsed->is_object()) return ControlErrc::bad_answer;
    const auto& object = parsed->get_object();
    const auto* ok = object.if_contains("ok");
    if (!ok || !ok->is_bool()) return ControlErrc::bad_answer;
    if (!ok->get_bool()) {
        const auto* error = object.if_contains("error");
        if (!error || !error->is_string()) return ControlErrc::bad_answer;
        return ControlAnswer::failure(std::string(error->get_string().c_str()));
    }
    ControlAnswer answer;
    answer.result.clear();
    const auto* value = object.if_contains("result");
    append_json(answer.result, value ? *value : json::value(nullptr));
    return answer;
}

} // namespace

result<ControlAnswer> call_control(const std::string& path, std::string_view command,
                                   const json::object& arguments,
                                   std::chrono::milliseconds timeout) {
    auto deadline = std::chrono::steady_clock::now() + timeout;
    auto address = ControlPath::of(path);
    if (!address) return address.error();
    Socket socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (socket.fd < 0) return ControlErrc::io;
    if (::connect(socket.fd, address->address(), address->size()) != 0) return from_errno(errno);
    std::string line;
    JsonWriter json(line);
    json.begin_object().member("command", command).key("arguments");
    append_json(line, arguments);
    line += "}\n";
    auto sent = send_all(socket.fd, line, deadline);
    auto answer = sent ? read_line(socket.fd, deadline) : result<std::string>(sent.error());
    std::fill(line.begin(), line.end(), '\0'); // it may hold a password
    if (!answer) return answer.error();
    return read_answer(*answer);
}

} // namespace caredian::app
