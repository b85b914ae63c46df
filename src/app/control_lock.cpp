#include "app/control_lock.h"

#include "app/control.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace caredian::app {

namespace {

error_code from_system() {
    return {errno, boost::system::system_category()};
}

} // namespace

result<DataLock> DataLock::take(const std::string& data_dir) {
    std::filesystem::path folder(data_dir);
    std::error_code ec;
    if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), ec);
    if (::mkdir(data_dir.c_str(), 0700) != 0 && errno != EEXIST) return from_system();
    int fd = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) return from_system();
    DataLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
    return errno == EWOULDBLOCK ? make_error_code(ControlErrc::in_use) : from_system();
}

DataLock::DataLock(DataLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DataLock& DataLock::operator=(DataLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

DataLock::~DataLock() {
    if (fd_ >= 0) ::close(fd_);
}

} // namespace caredian::app
