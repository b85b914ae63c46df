// caredian device …: through the control socket of a running gateway, else in the database itself.
#include "app/cli_enrol.h"
#include "base/json.h"
#include "devices/enrol/broker_files.h"

#include <fstream>
#include <iomanip>
#include <istream>
#include <iterator>
#include <ostream>
#include <sys/stat.h>

namespace caredian::app {

namespace {

struct DeviceCommand {
    KeyCommand asked;
    std::string directory, request_file;
    bool password = false, code = false, at_once = false;
};

std::string text(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* string = value ? value->if_string() : nullptr;
    return string ? std::string(string->data(), string->size()) : std::string();
}

void print_list(const json::array& all, std::ostream& out) {
    for (const auto& entry : all) {
        const auto* one = entry.if_object();
        if (!one) continue;
        const auto end = text(*one, "not_after");
        out << std::left << std::setw(24) << text(*one, "id") << " " << std::setw(12)
            << text(*one, "convention") << " " << std::setw(12) << text(*one, "by") << " "
            << std::setw(8) << text(*one, "state")
            << (end.empty() ? "" : " ends " + end.substr(0, 10)) << "  " << text(*one, "topic")
            << "\n";
    }
}

// The code alone on standard output, so that it can be piped.
void print_code(const json::object& made, const CommandLine& with) {
    with.err << "The device fetches its certificate with it, once, until " << text(made, "expires")
             << ":\n";
    with.out << text(made, "code") << "\n";
}

int write_identity(const json::object& given, const std::string& folder, const CommandLine& with) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        with.err << "caredian: " << folder << " cannot be made\n";
        return 1;
    }
    const auto id = text(given, "id");
    struct File {
        std::string name;
        std::string_view member;
        mode_t mode;
    };
    for (const auto& file :
         {File{"ca.crt", "ca", 0644}, File{id + ".crt", "certificate", 0644},
          File{id + ".key", "key", 0600}, File{id + ".password", "password", 0600}}) {
        const auto content = text(given, file.member);
        if (content.empty()) continue;
        const auto path = folder + "/" + file.name;
        if (auto r = devices::enrol::write_file(path, content, file.mode); !r) {
            with.err << "caredian: " << path << ": " << r.error().message() << "\n";
            return 1;
        }
        with.out << path << "\n";
    }
    return 0;
}

int print_identity(const json::object& given, const DeviceCommand& c, const CommandLine& with) {
    with.err << "Broker: " << text(given, "broker") << ", name: " << text(given, "id");
    if (const auto end = text(given, "not_after"); !end.empty())
        with.err << ", good until " << end.substr(0, 10);
    with.err << ". Shown this once.\n";
    if (!c.directory.empty()) return write_identity(given, c.directory, with);
    if (const auto password = text(given, "password"); !password.empty())
        with.out << password << "\n";
    else
        with.out << text(given, "certificate") << text(given, "key") << text(given, "ca");
    return 0;
}

bool read_request(DeviceCommand& c, const CommandLine& with) {
    if (c.request_file.empty()) return true;
    std::string pem;
    if (c.request_file == "-") {
        pem.assign(std::istreambuf_iterator<char>(with.in), {});
    } else {
        std::ifstream file(c.request_file, std::ios::binary);
        pem.assign(std::istreambuf_iterator<char>(file), {});
    }
    if (pem.empty()) with.err << "caredian: " << c.request_file << " cannot be read\n";
    c.asked.arguments["request"] = pem;
    return !pem.empty();
}

int run(DeviceCommand& c, const Settings& settings, const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text); // what is done is said by the exit code
    if (!read_request(c, with)) return 1;
    if (c.password) c.asked.arguments["password"] = "true";
    if (c.code) c.asked.arguments["code"] = "true";
    if (c.at_once) c.asked.arguments["at_once"] = "true";
    auto answer = ask_people(c.asked, settings, with);
    if (!answer) return 1;
    auto parsed = parse_json(answer->result);
    if (!parsed) return 1;
    if (const auto* all = parsed->if_array()) {
        if (c.asked.as_json)
            with.out << answer->result << "\n";
        else
            print_list(*all, with.out);
        return 0;
    }
    const auto* said = parsed->if_object();
    if (!said) return 1;
    if (said->contains("code")) return print_code(*said, with), 0;
    const auto* told = said->if_contains("told");
    if (settings.broker.enabled() && told && told->is_bool() && !told->get_bool())
        with.err << "The broker does not know it yet: it is told when gateway and broker are "
                    "connected.\n";
    return said->contains("id") ? print_identity(*said, c, with) : 0;
}

} // namespace

void define_devices(CLI::App& app, Typed& typed, const CommandLine& with) {
    auto* devices =
        app.add_subcommand("device", "Devices that sign in at the broker; also beside a "
                                     "running gateway");
    devices->require_subcommand(1);
    auto c = std::make_shared<DeviceCommand>();
    auto define = [&](const std::string& name, const std::string& help) {
        auto* command = devices->add_subcommand(name, help);
        add_config_option(*command, typed);
        if (name != "list")
            command->add_option("id", c->asked.arguments["id"], "a-z, 0-9, _ and -")->required();
        command->callback([&typed, &with, c, name] {
            c->asked.command = "device." + name;
            typed.action = [&typed, &with, c] {
                return with_settings(typed, with,
                                     [&](const Settings& s) { return run(*c, s, with); });
            };
        });
        return command;
    };
    auto* add = define("add", "Give a device a certificate (or a password)");
    auto* list = define("list", "Devices and when their certificates end");
    auto* rotate = define("rotate", "Give it the next certificate or password");
    define("code", "Make a code with which the device fetches its certificate itself");
    define("revoke", "Take everything from it, at once");
    define("remove", "The same, and forget it");
    add->add_option("--convention", c->asked.arguments["convention"],
                    "Of its firmware: generic (the default), tasmota, esphome, shelly, "
                    "zigbee2mqtt, homie");
    add->add_option("--topic", c->asked.arguments["topic"], "Its name on topics (its id)");
    add->add_flag("--password", c->password, "A user name and a password instead");
    add->add_flag("--code", c->code, "A code with which it fetches its certificate itself");
    rotate->add_flag("--at-once", c->at_once, "End what it had before now");
    for (auto* command : {add, rotate}) {
        command->add_option("--directory", c->directory,
                            "Write files there (else PEM, to standard "
                            "output)");
        command->add_option("--request", c->request_file,
                            "A signing request (PEM; - is standard input): the key stays there");
    }
    list->add_flag("--json", c->asked.as_json, "Print JSON");
}

} // namespace caredian::app
