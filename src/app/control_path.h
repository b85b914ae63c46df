// Unix socket addresses for paths of any length.
#pragma once

#include "app/control.h"

#include <string>
#include <sys/socket.h>
#include <sys/un.h>

namespace caredian::app {

// An address holds 107 bytes of path. A longer one is reached through its folder's descriptor
// (/proc/self/fd/N/name), which this keeps open; so the address is good while this lives.
class ControlPath {
public:
    static result<ControlPath> of(const std::string& path);
    ControlPath(ControlPath&& other) noexcept;
    ControlPath& operator=(ControlPath&&) = delete;
    ~ControlPath();
    const sockaddr* address() const;
    socklen_t size() const { return sizeof address_; }

private:
    ControlPath() = default;
    sockaddr_un address_{};
    int folder_ = -1;
};

} // namespace caredian::app
