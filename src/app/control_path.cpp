#include "app/control_path.h"

#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>
#include <utility>

namespace caredian::app {

result<ControlPath> ControlPath::of(const std::string& path) {
    ControlPath out;
    auto text = path;
    if (text.size() >= sizeof out.address_.sun_path) {
        std::filesystem::path whole(path);
        auto folder = whole.parent_path().string();
        out.folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (out.folder_ < 0) return errno == ENOENT ? ControlErrc::not_running : ControlErrc::io;
        text = "/proc/self/fd/" + std::to_string(out.folder_) + "/" + whole.filename().string();
        if (text.size() >= sizeof out.address_.sun_path) return ControlErrc::io;
    }
    out.address_.sun_family = AF_UNIX;
    std::memcpy(out.address_.sun_path, text.c_str(), text.size() + 1);
    return out;
}

ControlPath::ControlPath(ControlPath&& other) noexcept
    : address_(other.address_), folder_(std::exchange(other.folder_, -1)) {}

ControlPath::~ControlPath() {
    if (folder_ >= 0) ::close(folder_);
}

const sockaddr* ControlPath::address() const {
    return reinterpret_cast<const sockaddr*>(&address_);
}

} // namespace caredian::app
