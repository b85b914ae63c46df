// caredian history export|import: through the control socket of a running gateway, else in the file
// itself.
#include "app/as_owner.h"
#include "app/cli_commands.h"
#include "app/control_history.h"
#include "app/control_lock.h"
#include "base/encoding.h"

#include <fstream>
#include <istream>
#include <ostream>
#include <thread>

namespace caredian::app {

namespace {

constexpr std::size_t piece_bytes = std::size_t{32} * 1024; // of an import; base64 makes it 43 kB

// Where commands go: decided once, so that all pieces of a transfer go to one place.
class Target {
public:
    explicit Target(const Settings& settings) : settings_(settings) {}

    result<ControlAnswer> call(const std::string& command, const json::object& arguments) {
        if (alone_) return handlers_.at(command)(arguments);
        return call_control(settings_.data_path("control.sock"), command, arguments);
    }
    // A gateway that starts or stops holds the folder without listening yet: asks for a while.
    result<ControlAnswer> begin(const std::string& command, const json::object& arguments) {
        result<ControlAnswer> answer = ControlErrc::not_running;
        for (int attempt = 0; attempt < 25; ++attempt) {
            answer = call(command, arguments);
            if (answer || answer.error() != ControlErrc::not_running) return answer;
            auto opened = open_alone();
            if (opened) return call(command, arguments);
            if (opened.error() != ControlErrc::in_use) return opened.error();
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        }
        return answer;
    }

private:
    result<void> open_alone() {
        owner_ = std::make_unique<AsOwner>(settings_.data_dir);
        auto lock = DataLock::take(settings_.data_dir);
        if (!lock) {
            owner_.reset();
            return lock.error();
        }
        lock_ = std::make_unique<DataLock>(std::move(*lock));
        history::LocalHistoryOptions options;
        options.path = settings_.data_path("history.db");
        auto history = history::LocalHistory::open(options, clock_);
        if (!history) return history.error();
        history_ = std::move(*history);
        handlers_ = history_commands(*history_, clock_);
        alone_ = true;
        return {};
    }

    const Settings& settings_;
    SystemClock clock_;
    std::unique_ptr<AsOwner> owner_; // outlives what is written in the folder
    std::unique_ptr<DataLock> lock_;
    std::unique_ptr<history::LocalHistory> history_;
    ControlHandlers handlers_;
    bool alone_ = false;
};

// The result of an answer; nullopt: it failed, and that was said.
std::optional<json::value> take(const result<ControlAnswer>& answer, const CommandLine& with) {
    if (!answer) {
        with.err << "caredian: " << answer.error().message() << "\n";
        return std::nullopt;
    }
    if (!answer->ok) {
        with.err << "caredian: " << answer->error << "\n";
        return std::nullopt;
    }
    auto parsed = parse_json(answer->result);
    if (!parsed) {
        with.err << "caredian: the gateway's answer cannot be read\n";
        return std::nullopt;
    }
    return std::move(*parsed);
}

std::string text_of(const json::value& value, std::string_view name) {
    const auto& text = value.at(name).as_string();
    return {text.data(), text.size()};
}

bool copy_out(Target& target, const std::string& id, std::ostream& out, const CommandLine& with) {
    for (bool end = false; !end;) {
        auto piece = take(target.call("history.more", {{"id", id}}), with);
        if (!piece) return false;
        auto bytes = base64url_decode(text_of(*piece, "data"));
        if (!bytes) return false;
        out << *bytes;
        end = piece->at("end").as_bool();
        if (out.good()) continue;
        with.err << "caredian: the file cannot be written\n";
        return false;
    }
    (void)target.call("history.end", {{"id", id}});
    out.flush();
    return out.good();
}

// The report; nullopt: it failed, and that was said.
std::optional<json::value> copy_in(Target& target, const std::string& id, std::istream& in,
                                   const CommandLine& with) {
    std::string piece(piece_bytes, '\0');
    for (bool more = true; more && in.good();) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        auto got = static_cast<std::size_t>(in.gcount());
        if (got == 0) break;
        auto data = base64url_encode(std::string_view(piece).substr(0, got));
        auto put = take(target.call("history.put", {{"id", id}, {"data", data}}), with);
        if (!put) return std::nullopt;
        more = put->at("more").as_bool();
    }
    return take(target.call("history.end", {{"id", id}}), with);
}

int tell(const json::value& report, const CommandLine& with) {
    auto number = [&](const char* name) { return report.at(name).to_number<std::uint64_t>(); };
    for (const auto& error : report.at("errors").as_array())
        with.err << "line " << error.at("line").to_number<std::uint64_t>() << ": "
                 << text_of(error, "reason") << "\n";
    if (number("rejected") > report.at("errors").as_array().size())
        with.err << "… and more: " << number("rejected") << " lines were refused in all\n";
    with.out << number("lines") - number("rejected") << " lines, " << number("values")
             << " values taken; " << number("rejected") << " refused";
    if (number("dropped") > 0) with.out << "; " << number("dropped") << " dropped: too many series";
    with.out << "\n";
    return number("rejected") > 0 || number("dropped") > 0 ? 1 : 0;
}

json::object arguments_of(const HistoryCommand& command) {
    json::object out;
    for (const auto& [name, value] : command.arguments)
        if (!value.empty()) out[name] = value;
    return out;
}

} // namespace

int run_history_export(const HistoryCommand& command, const Settings& settings,
                       const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text);
    std::ofstream file;
    bool to_file = !command.file.empty() && command.file != "-";
    if (to_file) file.open(command.file, std::ios::binary | std::ios::trunc);
    if (to_file && !file) {
        with.err << "caredian: " << command.file << " cannot be written\n";
        return 1;
    }
    Target target(settings);
    auto begun = take(target.begin("history.export", arguments_of(command)), with);
    if (!begun) return 1;
    return copy_out(target, text_of(*begun, "id"), to_file ? file : with.out, with) ? 0 : 1;
}

int run_history_import(const HistoryCommand& command, const Settings& settings,
                       const CommandLine& with) {
    log::configure(log::Level::warning, log::Format::text);
    std::ifstream file;
    bool from_file = command.file != "-";
    if (from_file) file.open(command.file, std::ios::binary);
    if (from_file && !file) {
        with.err << "caredian: " << command.file << " cannot be read\n";
        return 1;
    }
    Target target(settings);
    auto begun = take(target.begin("history.import", arguments_of(command)), with);
    if (!begun) return 1;
    auto report = copy_in(target, text_of(*begun, "id"), from_file ? file : with.in, with);
    return report ? tell(*report, with) : 1;
}

} // namespace caredian::app
