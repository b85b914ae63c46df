// One gateway, or one command line, at a time in a data folder: flock on data_dir/lock.
#pragma once

#include "base/result.h"

#include <string>

namespace caredian::app {

// Held while it lives; the kernel frees it when the process dies.
class DataLock {
public:
    // Makes the folder (mode 0700) when it is missing. Errors: ControlErrc::in_use, or the system's
    // (no such file, permission denied, read-only file system, no space).
    static result<DataLock> take(const std::string& data_dir);
    DataLock(DataLock&& other) noexcept;
    DataLock& operator=(DataLock&& other) noexcept;
    ~DataLock();

private:
    explicit DataLock(int fd) : fd_(fd) {}
    int fd_;
};

} // namespace caredian::app
