#include "net/http/listen.h"

#include "net/address.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace caredian::net::http {

namespace {

struct Endpoint {
    Address address;
    bool v6_form = false;
    std::uint16_t port = 0;
};

error_code last_error() {
    return {errno, boost::system::system_category()};
}

result<Endpoint> parse(std::string_view text) {
    auto invalid = make_error_code(boost::system::errc::invalid_argument);
    auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return invalid;
    auto host = text.substr(0, colon), port = text.substr(colon + 1);
    Endpoint made;
    auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), made.port);
    if (error != std::errc() || end != port.data() + port.size()) return invalid;
    made.v6_form = host.starts_with('[') && host.ends_with(']');
    if (made.v6_form) host = host.substr(1, host.size() - 2);
    auto address = host == "localhost" ? parse_address("127.0.0.1") : parse_address(host);
    if (!address || made.v6_form == address->is_v4()) return invalid;
    made.address = *address;
    return made;
}

void set_flag(int fd, int level, int name, int value = 1) {
    ::setsockopt(fd, level, name, &value, sizeof(value));
}

// A listening or (probe) only bound socket. Accepted sockets inherit TCP_NODELAY.
result<int> open_socket(const Endpoint& at, bool v6_only, bool probe) {
    int fd =
        ::socket(at.v6_form ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return last_error();
    set_flag(fd, SOL_SOCKET, SO_REUSEADDR);
    if (!probe) set_flag(fd, SOL_SOCKET, SO_REUSEPORT);
    set_flag(fd, IPPROTO_TCP, TCP_NODELAY);
    set_flag(fd, SOL_SOCKET, SO_KEEPALIVE);
    int bound = 0;
    if (at.v6_form) {
        set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, v6_only);
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(at.port);
        std::memcpy(&to.sin6_addr, at.address.bytes.data(), 16);
        bound = ::bind(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to));
    } else {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(at.port);
        std::memcpy(&to.sin_addr, at.address.bytes.data() + 12, 4);
        bound = ::bind(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to));
    }
    if (bound == 0 && (probe || ::listen(fd, 4096) == 0)) return fd;
    auto error = last_error();
    ::close(fd);
    return error;
}

std::uint16_t port_of(int fd) {
    sockaddr_storage at{};
    socklen_t size = sizeof(at);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size);
    sockaddr_in in; // the port lies at the same place in both forms
    std::memcpy(&in, &at, sizeof(in));
    return ntohs(in.sin_port);
}

result<ListenGroup> open_group(Endpoint at, bool v6_only, std::size_t workers) {
    ListenGroup group;
    // SO_REUSEPORT alone would let a second gateway of the same user share the port unnoticed.
    auto probe = open_socket(at, v6_only, true);
    if (!probe) return probe.error();
    ::close(*probe);
    for (std::size_t i = 0; i < workers; ++i) {
        auto fd = open_socket(at, v6_only, false);
        if (!fd) {
            for (int open : group.sockets) ::close(open);
            return fd.error();
        }
        group.sockets.push_back(*fd);
        group.port = at.port = port_of(*fd);
    }
    return group;
}

} // namespace

result<std::vector<ListenGroup>> listen_on(const std::vector<std::string>& addresses,
                                           std::size_t workers) {
    std::vector<Endpoint> endpoints;
    for (const auto& text : addresses) {
        auto endpoint = parse(text);
        if (!endpoint) return endpoint.error();
        endpoints.push_back(*endpoint);
    }
    std::vector<ListenGroup> groups;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        bool v6_only = false;
        for (const auto& other : endpoints)
            v6_only = v6_only || (!other.v6_form && other.port == endpoints[i].port);
        auto group = open_group(endpoints[i], v6_only, workers);
        if (!group) {
            for (const auto& open : groups)
                for (int fd : open.sockets) ::close(fd);
            return group.error();
        }
        group->address = addresses[i];
        groups.push_back(std::move(*group));
    }
    return groups;
}

} // namespace caredian::net::http
