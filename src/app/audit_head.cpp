#include "app/audit_head.h"

#include "base/encoding.h"

#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace caredian::app {

namespace {

constexpr std::size_t most_lines = 1'000;
constexpr std::size_t hash_size = 64;

std::vector<std::string> lines_of(const std::string& file) {
    std::vector<std::string> out;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line) && out.size() < 10 * most_lines;)
        out.push_back(line);
    return out;
}

struct Line {
    WallTime time{};
    guard::AuditHead head;
};

std::optional<Line> parse(std::string_view text) {
    auto time = parse_rfc3339(next_token(text, ' '));
    auto id = next_token(text, ' ');
    Line out;
    auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), out.head.id);
    if (!time || error != std::errc() || end != id.data() + id.size() || text.size() != hash_size)
        return std::nullopt;
    out.time = *time;
    out.head.hash = text;
    return out;
}

error_code last_error() {
    return {errno, boost::system::system_category()};
}

} // namespace

bool head_is_due(const std::string& file, WallTime now) {
    auto lines = lines_of(file);
    if (lines.empty()) return true;
    auto last = parse(lines.back());
    return !last || now - last->time >= std::chrono::hours(24) || now < last->time;
}

result<void> append_head(const std::string& file, WallTime now, const guard::AuditHead& head) {
    auto lines = lines_of(file);
    lines.push_back(format_rfc3339(now) + " " + std::to_string(head.id) + " " + head.hash);
    std::string text;
    for (std::size_t i = lines.size() > most_lines ? lines.size() - most_lines : 0;
         i < lines.size(); ++i)
        text += lines[i] + "\n";
    const std::string fresh = file + ".new";
    int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) return last_error();
    auto written = ::write(fd, text.data(), text.size());
    const bool whole = written == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
    auto failure = whole ? error_code() : last_error();
    ::close(fd);
    if (!whole) return failure;
    if (::rename(fresh.c_str(), file.c_str()) != 0) return last_error();
    return {};
}

std::vector<guard::AuditHead> read_heads(const std::string& file) {
    std::vector<guard::AuditHead> out;
    for (const auto& line : lines_of(file))
        if (auto parsed = parse(line)) out.push_back(parsed->head);
    return out;
}

} // namespace caredian::app
