// caredian user …: through the control socket of a running gateway, else in the database itself.
#include "app/access_side.h"
#include "app/as_owner.h"
#include "app/broker_side.h"
#include "app/cli_commands.h"
#include "app/control_access.h"
#include "app/control_credentials.h"
#include "app/control_enrol.h"
#include "app/control_keys.h"
#include "app/control_lock.h"
#include "app/control_users.h"
#include "app/people_side.h"
#include "base/random.h"
#include "identity/accounts.h"
#include "identity/api_keys.h"
#include "identity/oidc/groups.h"
#include "identity/session_store.h"
#include "identity/token_grants.h"

#include <iomanip>
#include <istream>
#include <ostream>
#include <termios.h>
#include <thread>
#include <unistd.h>

namespace caredian::app {

namespace {

std::optional<std::string> read_password(const UserCommand& command, const CommandLine& with) {
    if (!command.password_stdin) {
        auto first = with.ask_password("Password for " + command.name + ": ");
        if (!first) {
            with.err << "There is no terminal to ask for a password: use --password-stdin.\n";
            return std::nullopt;
        }
        auto second = with.ask_password("Once more: ");
        if (second == first) return first;
        with.err << "The two are not the same.\n";
        return std::nullopt;
    }
    std::string line;
    std::getline(with.in, line);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) return line;
    with.err << "Standard input holds no password.\n";
    return std::nullopt;
}

// In the database, with the folder to ourselves. Sessions of who is removed or changed end here
// too.
result<ControlAnswer> call_alone(const Settings& settings, const std::string& command,
                                 const json::object& arguments) {
    AsOwner owner(settings.data_dir);
    auto lock = DataLock::take(settings.data_dir);
    if (!lock) return lock.error();
    auto database = open_database(settings);
    if (!database) return database.error();
    if (auto ready = identity::prepare(**database); !ready) return ready.error();
    SystemClock clock;
    SystemRandom random;
    identity::Accounts accounts(**database, clock, random);
    identity::SqlSessionStore in_database(**database);
    identity::SessionEnds ends(**database);
    std::optional<identity::RedisSessionStore> in_redis;
    if (settings.redis.enabled()) {
        in_redis.emplace(redis_options(settings), ends, clock, random);
        (void)in_redis->wait_until_up(std::chrono::seconds(2)); // else it is told later
    }
    accounts.on_sessions_must_end([&](const identity::Account& account) {
        (void)in_database.end_all(account.id);
        if (in_redis) (void)in_redis->end_all(account.id);
    });
    identity::ApiKeys keys(**database, accounts, clock, random);
    // What was issued on a key ends with it, here and at gateways elsewhere.
    keys.on_end([&](const std::string& session) {
        auto grants = identity::TokenGrants::end_of_key(**database, session);
        if (!in_redis) return;
        in_redis->announce(session);
        for (const auto& one : grants ? *grants : std::vector<std::string>())
            in_redis->announce(one);
    });
    const auto sealer = make_sealer(settings, random);
    identity::ResetLinks reset_links(**database, accounts, clock, random);
    identity::Invitations invitations(**database, accounts, clock, random);
    identity::SecondFactors factors(**database, accounts, sealer, clock, random);
    identity::Passkeys passkeys(**database, accounts, sealer, clock, random, settings.public_url);
    auto handlers = user_commands(accounts);
    handlers.merge(key_commands(accounts, keys));
    handlers.merge(
        credential_commands({accounts, reset_links, invitations,
                             [&](const identity::Account& account, const guard::Actor& by) {
                                 return identity::forget_factors(factors, passkeys, account, by);
                             }}));
    AccountDirectory directory(accounts, keys);
    identity::oidc::Groups groups(**database);
    access::Access access(
        **database, directory, [&] { return groups.accounts(); }, accounts.audit(), clock, random,
        access_settings(settings));
    if (command == "access.explain")
        if (auto read = access.reload(); !read) return read.error();
    handlers.merge(access_commands(explain_with(settings, access, accounts, keys, clock),
                                   accounts.audit(), settings.data_path("audit-head")));
    devices::enrol::Enrolment enrolment(**database, sealer, accounts.audit(), clock, random,
                                        enrolment_options(settings));
    auto files = broker_files(settings, enrolment, clock);
    if (command.starts_with("device.") || command.starts_with("broker.")) {
        if (auto ready = devices::enrol::Enrolment::prepare(**database); !ready)
            return ready.error();
        enrolment.on_change([&](const std::string&, bool list_changed) {
            if (list_changed) (void)files.keep_broker(true);
        });
    }
    // The broker hears of it when a gateway runs.
    handlers.merge(enrolment_commands(enrolment, random, [] { return false; }));
    return handlers.at(command)(arguments);
}

void print_list(const std::string& result, std::ostream& out) {
    auto parsed = parse_json(result);
    if (!parsed || !parsed->is_array()) return;
    for (const auto& entry : parsed->get_array()) {
        const auto& account = entry.as_object();
        out << std::left << std::setw(24) << account.at("name").as_string().c_str() << " "
            << std::setw(8) << account.at("role").as_string().c_str()
            << (account.at("disabled").as_bool() ? "disabled" : "") << "\n";
    }
}

// As people reach the gateway; without public_url from this machine alone.
std::string address_of(const Settings& settings) {
    std::string out = settings.public_url;
    while (out.ends_with('/')) out.pop_back();
    if (!out.empty() || settings.listen.empty()) return out;
    const auto& listen = settings.listen.front();
    return (settings.tls.enabled() ? "https://localhost" : "http://localhost") +
           listen.substr(listen.rfind(':'));
}

// The link alone on standard output, so that it can be piped.
void print_link(const std::string& result, const Settings& settings, const CommandLine& with) {
    auto parsed = parse_json(result);
    if (!parsed || !parsed->is_object()) return;
    const auto& made = parsed->get_object();
    with.err << "It is good once, until " << made.at("expires").as_string().c_str()
             << ", and is not shown again:\n";
    with.out << address_of(settings) << made.at("path").as_string().c_str() << "\n";
}

// Turns the terminal's echo off while it lives.
class NoEcho {
public:
    explicit NoEcho(int fd) : fd_(fd) {
        if (::tcgetattr(fd, &before_) != 0) return;
        auto quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        off_ = ::tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
    }
    ~NoEcho() {
        if (off_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    int fd_;
    bool off_ = false;
    termios before_{};
};

} // namespace

// A gateway that starts or stops holds the folder without listening yet: ask again for a while.
result<ControlAnswer> call_people(const Settings& settings, const std::string& command,
                                  const json::object& arguments) {
    result<ControlAnswer> answer = ControlErrc::not_running;
    for (int attempt = 0; attempt < 25; ++attempt) {
        answer = call_control(settings.data_path("control.sock"), command, arguments);
        if (answer || answer.error() != ControlErrc::not_running) return answer;
        answer = call_alone(settings, command, arguments);
        if (answer || answer.error() != ControlErrc::in_use) return answer;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return answer;
}

int run_user_command(const UserCommand& command, const Settings& settings,
                     const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text); // what is done is said by the exit code
    json::object arguments;
    if (!command.name.empty()) arguments["name"] = command.name;
    if (!command.role.empty()) arguments["role"] = command.role;
    if (!command.language.empty()) arguments["language"] = command.language;
    if (!command.full_name.empty()) arguments["full_name"] = command.full_name;
    if (!command.days.empty()) arguments["days"] = command.days;
    if (command.needs_password) {
        auto password = read_password(command, with);
        if (!password) return 2;
        arguments["password"] = *password;
    }
    auto answer = call_people(settings, command.command, arguments);
    if (!answer) {
        with.err << "caredian: " << settings.data_dir << ": " << answer.error().message() << "\n";
        return 1;
    }
    if (!answer->ok) {
        with.err << "caredian: " << answer->error << "\n";
        return 1;
    }
    if (command.command == "user.reset-link" || command.command == "user.invite")
        print_link(answer->result, settings, with);
    if (command.command != "user.list") return 0;
    if (command.as_json)
        with.out << answer->result << "\n";
    else
        print_list(answer->result, with.out);
    return 0;
}

std::optional<std::string> ask_on_terminal(const std::string& question) {
    if (!::isatty(STDIN_FILENO)) return std::nullopt;
    NoEcho quiet(STDIN_FILENO);
    auto say = [](const std::string& text) {
        return ::write(STDERR_FILENO, text.data(), text.size()) >= 0;
    };
    say(question);
    std::string line;
    for (char c = 0; line.size() < 4096 && ::read(STDIN_FILENO, &c, 1) == 1 && c != '\n';)
        line += c;
    say("\n");
    return line;
}

} // namespace caredian::app
