#include "devices/enrol/broker_files.h"

#include "base/log.h"
#include "devices/enrol/broker_conf.h"
#include "devices/enrol/name.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace caredian::devices::enrol {

namespace {

error_code from_system() {
    return {errno, boost::system::system_category()};
}

// "" when it is not there.
std::string content_of(const std::string& path) {
    constexpr std::size_t most = std::size_t{1024} * 1024;
    std::ifstream file(path, std::ios::binary);
    std::string text(most, '\0');
    file.read(text.data(), most);
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        auto n = ::write(fd, content.data(), content.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        content.remove_prefix(static_cast<std::size_t>(n));
    }
    return ::fsync(fd) == 0;
}

std::string folder_of(const std::string& path) {
    auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

constexpr mode_t for_the_broker = 0640, for_everybody = 0644, for_us = 0600;

} // namespace

result<void> write_file(const std::string& path, std::string_view content, mode_t mode) {
    std::string beside = path + ".XXXXXX";
    int fd = ::mkostemp(beside.data(), O_CLOEXEC);
    if (fd < 0) return from_system();
    struct stat folder{};
    bool good = write_all(fd, content) && ::fchmod(fd, mode) == 0;
    if (good && ::stat(folder_of(path).c_str(), &folder) == 0) {
        const uid_t owner = ::geteuid() == 0 ? folder.st_uid : static_cast<uid_t>(-1);
        if (::fchown(fd, owner, folder.st_gid) != 0) // not one of our groups: it stays ours
            log::debug("enrolment", "a file keeps its group", {{"file", path}});
        good = ::fchmod(fd, mode) == 0;
    }
    good = good && ::rename(beside.c_str(), path.c_str()) == 0;
    auto failed = from_system();
    ::close(fd);
    if (good) return {};
    ::unlink(beside.c_str());
    return failed;
}

result<Pair> make_pair(Authority& authority, Holder holder, std::string_view name,
                       const std::vector<std::string>& hosts) {
    auto key = make_key();
    if (!key) return key.error();
    auto open = public_key(*key);
    if (!open) return open.error();
    auto issued = authority.issue(holder, name, *open, hosts);
    if (!issued) return issued.error();
    return Pair{std::move(issued->pem), std::move(*key)};
}

BrokerFiles::BrokerFiles(Enrolment& enrolment, const Clock& clock, std::string own,
                         std::string broker, std::string pid_file)
    : enrolment_(enrolment), clock_(clock), own_(std::move(own)), broker_(std::move(broker)),
      pid_file_(std::move(pid_file)) {}

std::string BrokerFiles::own_file(std::string_view name) const {
    return own_ + "/" + std::string(name);
}

std::string BrokerFiles::broker_file(std::string_view name) const {
    return broker_ + "/" + std::string(name);
}

bool BrokerFiles::is_good(const std::string& certificate, const std::string& root) const {
    const auto text = content_of(certificate);
    if (text.empty() || !is_signed_by(text, root)) return false;
    auto read = read_certificate(text);
    if (!read) return false;
    const auto now = clock_.wall();
    const auto all =
        read->validity.until - read->validity.from - enrolment_.options().authority.backdated;
    return now >= read->validity.from && read->validity.until - now > all / 3;
}

bool BrokerFiles::list_is_good(const std::string& root) const {
    auto until = list_end(content_of(broker_file(broker_file::list)), root);
    return until && *until - clock_.wall() > enrolment_.options().authority.list_lifetime / 2;
}

result<std::size_t> BrokerFiles::keep_pair(std::string_view name, const std::string& root) {
    const auto certificate = own_file(std::string(name) + ".crt"),
               key = own_file(std::string(name) + ".key");
    if (is_good(certificate, root) && ::access(key.c_str(), R_OK) == 0) return std::size_t{0};
    auto made = make_pair(enrolment_.authority(), Holder::gateway, name);
    if (!made) return made.error();
    // A connection made between the two finds a key of another certificate, fails and tries again.
    if (auto r = write_file(key, made->key.reveal(), for_us); !r) return r.error();
    if (auto r = write_file(certificate, made->certificate, for_us); !r) return r.error();
    log::info("enrolment", "the gateway has a new certificate", {{"name", name}});
    return std::size_t{1};
}

result<std::size_t> BrokerFiles::keep_own() {
    if (::mkdir(own_.c_str(), 0700) != 0 && errno != EEXIST) return from_system();
    auto root = enrolment_.authority().root();
    if (!root) return root.error();
    std::size_t changed = content_of(own_file(broker_file::ca)) != *root ? 1 : 0;
    if (changed)
        if (auto r = write_file(own_file(broker_file::ca), *root, for_us); !r) return r.error();
    for (auto name : {gateway_name, control_name}) {
        auto renewed = keep_pair(name, *root);
        if (!renewed) return renewed;
        changed += *renewed;
    }
    return changed;
}

result<std::size_t> BrokerFiles::keep_broker(bool list_changed) {
    if (broker_.empty()) return std::size_t{0};
    auto root = enrolment_.authority().root();
    if (!root) return root.error();
    std::size_t changed = 0;
    if (list_changed || !list_is_good(*root)) {
        auto list = enrolment_.authority().revocation_list();
        if (!list) return list.error();
        auto r = write_file(broker_file(broker_file::list), *list, for_everybody);
        if (!r) return r.error();
        ++changed;
    }
    const auto file = broker_file(broker_file::certificate);
    // One that another authority made is somebody's own: left alone.
    if (auto text = content_of(file); is_signed_by(text, *root) && !is_good(file, *root)) {
        auto made = make_pair(enrolment_.authority(), Holder::broker, "broker",
                              read_certificate(text)->hosts);
        if (!made) return made.error();
        for (const auto& [name, content] : {std::pair{broker_file::key, made->key.reveal()},
                                            std::pair{broker_file::certificate, made->certificate}})
            if (auto r = write_file(broker_file(name), content, for_the_broker); !r)
                return r.error();
        log::info("enrolment", "the broker has a new certificate");
        ++changed;
    }
    if (changed) tell_broker();
    return changed;
}

void BrokerFiles::tell_broker() const {
    if (pid_file_.empty()) return;
    const auto text = content_of(pid_file_);
    pid_t pid = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (error != std::errc() || pid <= 1 || ::kill(pid, SIGHUP) != 0)
        log::warning("enrolment", "the broker could not be told to read its files again",
                     {{"pid_file", pid_file_}});
}

} // namespace caredian::devices::enrol
