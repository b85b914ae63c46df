// caredian healthcheck: is the gateway of this machine alive? Blocking, five seconds at most a
// step.
#include "app/cli_commands.h"

#include <cstring>
#include <memory>
#include <netdb.h>
#include <openssl/ssl.h>
#include <ostream>
#include <sys/socket.h>
#include <unistd.h>

namespace caredian::app {

namespace {

constexpr std::string_view request =
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    "User-Agent: caredian-healthcheck\r\nConnection: close\r\n\r\n";

struct Socket {
    int fd = -1;
    ~Socket() {
        if (fd >= 0) ::close(fd);
    }
};

// Where a server that listens on `address` is reached from this machine.
std::pair<std::string, std::string> reach(const std::string& address) {
    auto colon = address.rfind(':');
    auto host = address.substr(0, colon);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "::") host = "::1";
    return {host, address.substr(colon + 1)};
}

bool connect_to(const std::string& host, const std::string& port, Socket& out) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return false;
    std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> guard(found, &::freeaddrinfo);
    out.fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (out.fd < 0) return false;
    timeval limit{5, 0};
    ::setsockopt(out.fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(out.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    return ::connect(out.fd, found->ai_addr, found->ai_addrlen) == 0;
}

std::string first_line_plain(int fd) {
    char buffer[256];
    if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
    auto n = ::recv(fd, buffer, sizeof buffer, 0);
    return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

// The certificate names a host, not this machine's loopback address, and nothing secret is sent: it
// is not checked.
std::string first_line_tls(int fd) {
    std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context(
        ::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free);
    if (!context) return {};
    std::unique_ptr<SSL, decltype(&::SSL_free)> ssl(::SSL_new(context.get()), &::SSL_free);
    char buffer[256];
    if (!ssl || ::SSL_set_fd(ssl.get(), fd) != 1 || ::SSL_connect(ssl.get()) != 1) return {};
    if (::SSL_write(ssl.get(), request.data(), static_cast<int>(request.size())) <= 0) return {};
    int n = ::SSL_read(ssl.get(), buffer, sizeof buffer);
    return n > 0 ? std::string(buffer, static_cast<std::size_t>(n)) : std::string();
}

} // namespace

int run_healthcheck(const Settings& settings, const CommandLine& with) {
    auto [host, port] = reach(settings.listen.front());
    Socket socket;
    std::string answer;
    if (connect_to(host, port, socket))
        answer = settings.tls.enabled() ? first_line_tls(socket.fd) : first_line_plain(socket.fd);
    if (answer.starts_with("HTTP/1.1 200")) return 0;
    with.err << "caredian: no healthy gateway at " << settings.listen.front() << "\n";
    return 1;
}

} // namespace caredian::app
