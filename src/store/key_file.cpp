#include "store/key_file.h"

#include "base/encoding.h"
#include "base/log.h"
#include "store/sqlite.h" // Errc

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace caredian::store {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t min_key_text = 32;
constexpr std::size_t max_key_text = 4096;

class File {
public:
    explicit File(int fd) : fd_(fd) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

Errc from_errno(int e) {
    switch (e) {
    case ENOSPC:
    case EDQUOT:
        return Errc::full;
    case EROFS:
    case EACCES:
    case EPERM:
        return Errc::read_only;
    case ENOENT:
    case ENOTDIR:
        return Errc::open;
    default:
        return Errc::io;
    }
}

void sync_folder(const std::string& path) {
    auto slash = path.rfind('/');
    std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    File handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (handle) (void)::fsync(handle.get());
}

result<void> write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        auto n = ::write(fd, content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return from_errno(errno);
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(fd) != 0) return from_errno(errno);
    return {};
}

// A synced file beside `path` with the content; its name.
result<std::string> write_beside(const std::string& path, std::string_view content) {
    std::string name = path + ".XXXXXX";
    File file(::mkostemp(name.data(), O_CLOEXEC)); // mode 0600
    if (!file) return from_errno(errno);
    if (auto r = write_all(file.get(), content); !r) {
        ::unlink(name.c_str());
        return r.error();
    }
    return name;
}

// nullopt: there is no such file.
result<std::optional<Secret>> read_key(const std::string& path) {
    File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file) {
        if (errno == ENOENT) return std::optional<Secret>();
        return from_errno(errno);
    }
    struct ::stat info{};
    if (::fstat(file.get(), &info) == 0 && (info.st_mode & 077) != 0)
        log::warning("store", "others can read a key file: chmod 600", {{"file", path}});
    std::string text(max_key_text, '\0');
    auto n = ::read(file.get(), text.data(), text.size());
    if (n < 0) return from_errno(errno);
    text.resize(static_cast<std::size_t>(n));
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.pop_back();
    Secret key{std::string(trim(text))};
    if (key.size() < min_key_text) return Errc::corrupt;
    return std::optional<Secret>(std::move(key));
}

} // namespace

result<void> write_private_file(const std::string& path, std::string_view content) {
    auto beside = write_beside(path, content);
    if (!beside) return beside.error();
    if (::rename(beside->c_str(), path.c_str()) != 0) {
        int e = errno;
        ::unlink(beside->c_str());
        return from_errno(e);
    }
    sync_folder(path);
    return {};
}

result<Secret> load_or_make_key(const std::string& path, Random& random) {
    auto there = read_key(path);
    if (!there) return there.error();
    if (*there) return std::move(**there);
    auto beside = write_beside(path, random.token(key_bytes) + "\n");
    if (!beside) return beside.error();
    // link, not rename: when another process was quicker, its key stays.
    int code = ::link(beside->c_str(), path.c_str());
    int e = errno;
    ::unlink(beside->c_str());
    if (code != 0 && e != EEXIST) return from_errno(e);
    sync_folder(path);
    auto made = read_key(path);
    if (!made) return made.error();
    if (!*made) return Errc::io;
    return std::move(**made);
}

} // namespace caredian::store
