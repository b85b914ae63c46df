#include "app/as_owner.h"

#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace caredian::app {

AsOwner::AsOwner(const std::string& folder) {
    struct stat info{};
    if (::geteuid() != 0 || ::stat(folder.c_str(), &info) != 0 || info.st_uid == 0) return;
    changed_ = ::setegid(info.st_gid) == 0 && ::seteuid(info.st_uid) == 0;
}

AsOwner::~AsOwner() {
    if (changed_ && (::seteuid(0) != 0 || ::setegid(0) != 0)) std::abort();
}

} // namespace caredian::app
