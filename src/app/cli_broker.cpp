// caredian broker init: Mosquitto's configuration, certificates and accounts as files. What the
// gateway alone has (keys, accounts) comes from it, or from the database when none runs.
#include "app/cli_enrol.h"
#include "base/json.h"
#include "devices/enrol/broker_conf.h"
#include "devices/enrol/broker_files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <grp.h>
#include <ostream>
#include <sys/stat.h>
#include <unistd.h>

namespace caredian::app {

namespace enrol = devices::enrol;
namespace fs = std::filesystem;

namespace {

struct BrokerCommand {
    std::vector<std::string> hosts;
    std::string directory, state, group = "mosquitto";
    enrol::BrokerOptions options;
    std::uint64_t outage = 3600, autosave = 60;
    bool force = false;
};

int complain(const CommandLine& with, const std::string& what, const error_code& why) {
    with.err << "caredian: " << what << ": " << why.message() << "\n";
    return 1;
}

// Debian has it under the machine's own name.
std::string find_plugin(const std::string& otherwise) {
    std::error_code ec;
    for (const auto& folder : fs::directory_iterator("/usr/lib", ec)) {
        auto file = folder.path() / "mosquitto_dynamic_security.so";
        if (fs::exists(file, ec)) return file.string();
    }
    return otherwise;
}

// Made when absent: of the gateway's user, so that it renews what is in it, and of the broker's
// group.
result<void> make_folder(const std::string& path, const std::string& group, mode_t mode,
                         const std::string& data_dir) {
    std::error_code ec;
    fs::create_directories(fs::path(path).parent_path(), ec);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
        return error_code(errno, boost::system::system_category());
    struct stat owner{};
    const bool root = ::geteuid() == 0 && ::stat(data_dir.c_str(), &owner) == 0;
    const auto* entry = group.empty() ? nullptr : ::getgrnam(group.c_str());
    const auto keep = static_cast<uid_t>(-1);
    if (::chown(path.c_str(), root ? owner.st_uid : keep, entry ? entry->gr_gid : keep) != 0 &&
        errno != EPERM)
        return error_code(errno, boost::system::system_category());
    if (::chmod(path.c_str(), mode) != 0)
        return error_code(errno, boost::system::system_category());
    return {};
}

std::string text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* string = value ? value->if_string() : nullptr;
    return string ? std::string(string->data(), string->size()) : std::string();
}

int write_files(const BrokerCommand& c, const json::object& made, const Settings& settings,
                const CommandLine& with) {
    const auto& o = c.options;
    constexpr mode_t shared_folder = 02750, state_folder = 02770, secret = 0640, open = 0644;
    if (auto r = make_folder(o.directory, c.group, shared_folder, settings.data_dir); !r)
        return complain(with, o.directory, r.error());
    if (o.state != o.directory && !fs::exists(o.state))
        if (auto r = make_folder(o.state, c.group, state_folder, settings.data_dir); !r)
            return complain(with, o.state, r.error());
    const std::string below = o.directory + "/";
    struct File {
        std::string path, content;
        mode_t mode;
    };
    std::vector<File> files{
        {below + std::string(enrol::broker_file::ca), text(made, "ca"), open},
        {below + std::string(enrol::broker_file::list), text(made, "list"), open},
        {below + std::string(enrol::broker_file::key), text(made, "key"), secret},
        {below + std::string(enrol::broker_file::certificate), text(made, "certificate"), secret},
        {below + std::string(enrol::broker_file::conf), enrol::mosquitto_conf(o), open}};
    // The broker writes this one itself; a gateway that runs brings it up to date.
    const auto accounts = o.state + "/" + std::string(enrol::broker_file::accounts);
    if (c.force || !fs::exists(accounts)) files.push_back({accounts, text(made, "accounts"), 0660});
    for (const auto& file : files) {
        if (auto r = enrol::write_file(file.path, file.content, file.mode); !r)
            return complain(with, file.path, r.error());
        with.out << file.path << "\n";
    }
    return 0;
}

int init(BrokerCommand& c, const Settings& settings, const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text);
    std::error_code ec;
    auto& o = c.options;
    o.directory = fs::absolute(c.directory, ec).lexically_normal().string();
    while (o.directory.size() > 1 && o.directory.ends_with('/')) o.directory.pop_back();
    o.state = c.state.empty() ? o.directory + "/state"
                              : fs::absolute(c.state, ec).lexically_normal().string();
    while (o.state.size() > 1 && o.state.ends_with('/')) o.state.pop_back();
    if (o.plugin.empty()) o.plugin = find_plugin(enrol::BrokerOptions().plugin);
    o.outage = std::chrono::seconds(c.outage);
    o.autosave = std::chrono::seconds(c.autosave);
    for (const auto& path : {o.directory, o.state, o.plugin, o.pid_file, o.log, o.user, o.bind})
        if (path.find_first_of("\r\n") != std::string::npos)
            return complain(with, "a path", enrol::Errc::bad_host);
    std::string hosts;
    for (const auto& host : c.hosts) hosts.append(hosts.empty() ? "" : ",").append(host);
    if (hosts.empty()) hosts = "localhost,127.0.0.1";
    auto answer = call_people(settings, "broker.init", {{"hosts", hosts}});
    if (!answer) return complain(with, settings.data_dir, answer.error());
    auto parsed = answer->ok ? parse_json(answer->result) : result<json::value>(json::value());
    if (!answer->ok || !parsed || !parsed->is_object()) {
        with.err << "caredian: " << answer->error << "\n";
        return 1;
    }
    if (int failed = write_files(c, parsed->get_object(), settings, with)) return failed;
    with.err << "Start it: mosquitto -c " << o.directory << "/" << enrol::broker_file::conf << "\n"
             << "Settings of the gateway:\n"
             << "  mqtt: {url: \"mqtts://" << hosts.substr(0, hosts.find(',')) << ":" << o.port
             << "\"}\n  broker: {directory: " << o.directory
             << (o.pid_file.empty() ? "" : ", pid_file: " + o.pid_file) << "}\n";
    return 0;
}

void add_options(CLI::App& command, BrokerCommand& c) {
    auto& o = c.options;
    o.plugin.clear();
    command.add_option("--directory", c.directory, "Where to; Mosquitto reads it")->required();
    command.add_option("--host", c.hosts, "A name or address of the broker, as devices know it");
    command.add_option("--state", c.state, "Where Mosquitto writes (DIRECTORY/state)");
    command.add_option("--group", c.group, "Mosquitto's group, which reads the files (mosquitto)");
    command.add_option("--user", o.user, "Whom Mosquitto runs as, when it is started by root");
    command.add_option("--bind", o.bind, "Address of the listeners (all)");
    command.add_option("--port", o.port, "Of TLS 1.3 with certificates (8883)");
    command.add_option("--password-listener", o.password_port,
                       "Also a port with TLS, user names and passwords");
    command.add_option("--lan-listener", o.lan_port,
                       "Also a port without TLS, user names and passwords: only inside a home");
    command.add_option("--rate", o.rate, "Messages a second to keep for (50)");
    command.add_option("--outage", c.outage, "Seconds that a subscriber may be away (3600)");
    command.add_option("--message-bytes", o.message_bytes, "Of a message with its topic (512)");
    command.add_option("--autosave", c.autosave, "Seconds between two saves, at most 60 (60)")
        ->check(CLI::Range(1, 60));
    command.add_option("--plugin", o.plugin, "mosquitto_dynamic_security.so");
    command.add_option("--pid-file", o.pid_file, "Where Mosquitto writes its process id");
    command.add_option("--log", o.log, "stderr (the default), syslog or \"file /path\"");
    command.add_flag("--force", c.force, "Also write the accounts anew");
}

} // namespace

void define_broker(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto* broker = app.add_subcommand("broker", "The broker that this gateway keeps");
    broker->require_subcommand(1);
    auto* command = broker->add_subcommand(
        "init", "Write Mosquitto's configuration, certificates and accounts; also beside a running "
                "gateway");
    add_config_option(*command, typed);
    auto given = std::make_shared<BrokerCommand>();
    add_options(*command, *given);
    command->callback([&typed, &with, given] {
        typed.action = [&typed, &with, given] {
            return with_settings(typed, with, [&](const Settings& settings) {
                return init(*given, settings, with);
            });
        };
    });
}

} // namespace caredian::app
