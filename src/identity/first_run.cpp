#include "identity/first_run.h"

#include "base/log.h"
#include "store/key_file.h"

#include <cerrno>
#include <fstream>
#include <string_view>
#include <unistd.h>

namespace caredian::identity {

namespace {

constexpr unsigned max_wrong = 50;
constexpr std::size_t groups = 3; // of four characters of five bits each
// Crockford's base 32: nothing that is misread.
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string make_text(Random& random) {
    std::string out;
    for (std::size_t i = 0; i < groups * 4; ++i) {
        if (i > 0 && i % 4 == 0) out += '-';
        out += alphabet[random.next_u64() % alphabet.size()];
    }
    return out;
}

// As people type it: any case, O for 0, I and L for 1, blanks and dashes where they like.
std::string normal(std::string_view text) {
    std::string out;
    for (char c : text.substr(0, 100)) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (alphabet.find(c) != std::string_view::npos) out += c;
    }
    return out;
}

std::string read_code(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return normal(line).size() == groups * 4 ? line : std::string();
}

} // namespace

FirstRun::FirstRun(std::string file, Accounts& accounts, Random& random)
    : file_(std::move(file)), accounts_(accounts), random_(random) {
    accounts_.on_added([this](const Account& account) {
        if (account.role != Role::admin) return;
        needed_.store(false, std::memory_order_relaxed);
        remove_file();
    });
}

result<void> FirstRun::start() {
    if (auto r = refresh(); !r) return r;
    std::lock_guard lock(mutex_);
    if (!needed()) return {};
    code_ = read_code(file_);
    return code_.empty() ? make_code() : result<void>();
}

result<void> FirstRun::refresh() {
    auto there = accounts_.has_admin();
    if (!there) return there.error();
    if (!*there) return {};
    std::lock_guard lock(mutex_);
    done();
    return {};
}

void FirstRun::done() {
    needed_.store(false, std::memory_order_relaxed);
    code_.clear();
    remove_file();
}

void FirstRun::remove_file() const {
    if (::unlink(file_.c_str()) != 0 && errno != ENOENT)
        log::warning("identity", "the first-run code could not be removed", {{"file", file_}});
}

result<void> FirstRun::make_code() {
    std::string code = make_text(random_);
    if (auto r = store::write_private_file(file_, code + "\n"); !r) return r;
    code_ = std::move(code);
    wrong_ = 0;
    return {};
}

std::string FirstRun::code() const {
    std::lock_guard lock(mutex_);
    return needed() ? code_ : std::string();
}

result<Account> FirstRun::finish(std::string_view code, NewAccount account,
                                 const guard::Actor& by) {
    std::lock_guard lock(mutex_);
    auto there = accounts_.has_admin();
    if (!there) return there.error();
    if (*there) {
        done();
        return Errc::not_needed;
    }
    if (code_.empty() || !equal_constant_time(normal(code), normal(code_))) {
        if (++wrong_ >= max_wrong) {
            log::warning("identity", "too many wrong first-run codes: a new one was made",
                         {{"file", file_}});
            if (auto r = make_code(); !r) return r.error();
        }
        return Errc::wrong_code;
    }
    account.role = Role::admin;
    auto made = accounts_.add(account, by);
    if (!made) return made;
    accounts_.audit().write(guard::AuditEvent::first_run, by, made->username);
    done();
    return made;
}

} // namespace caredian::identity
