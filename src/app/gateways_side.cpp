#include "app/gateways_side.h"

#include "app/cli.h"
#include "app/people_side.h"
#include "base/log.h"

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

namespace caredian::app {

namespace {

// The number is a digit of the time of every point that was written, so it outlives the database.
std::optional<int> kept_number(const std::string& path) {
    std::ifstream file(path);
    int number = -1;
    if (!(file >> number) || number < 0 || number >= gateways::most_gateways) return std::nullopt;
    return number;
}

void keep_number(const std::string& path, int number) {
    const auto fresh = path + ".new";
    std::ofstream file(fresh);
    file << number << '\n';
    file.close();
    std::error_code failed;
    if (file) std::filesystem::rename(fresh, path, failed);
    if (!file || failed)
        throw std::runtime_error("the number of this gateway cannot be kept in " + path);
}

gateways::MemberOptions member_options(const Settings& settings) {
    gateways::MemberOptions o;
    o.name = gateway_name(settings);
    o.version = version();
    o.address = settings.gateways.address;
    o.term = settings.gateways.lease;
    o.queue = settings.gateways.broker_queue;
    return o;
}

} // namespace

std::string gateway_name(const Settings& settings) {
    if (!settings.gateways.name.empty()) return settings.gateways.name;
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) return "gateway";
    std::string name;
    for (char c : std::string_view(host.data()).substr(0, 64)) {
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '_' || c == '-';
        name += word ? c : '-';
    }
    return name.empty() ? "gateway" : name;
}

GatewaysSide::GatewaysSide(const Settings& settings, const Clock& clock, Random& random,
                           HealthRegister& health) {
    if (!settings.gateways.enabled()) return;
    auto database = open_database(settings);
    if (!database)
        throw std::runtime_error("the database " + settings.database_place() +
                                 " cannot be opened: " + database.error().message());
    database_ = std::move(*database);
    member_ = std::make_unique<gateways::Member>(member_options(settings), *database_, clock,
                                                 random, health);
    const auto path = settings.data_path("gateway-number");
    number_ = kept_number(path);
    auto joined = member_->join(number_);
    if (joined) {
        if (number_ != *joined) keep_number(path, *joined);
        number_ = *joined;
    } else if (joined.error() != store::DatabaseErrc::away || !number_) {
        throw std::runtime_error("this gateway (" + gateway_name(settings) +
                                 ") cannot join the others in the database " +
                                 settings.database_place() + ": " + joined.error().message());
    } else { // Messages are taken meanwhile, under the number that it has.
        log::warning("gateways", "the database is away: types of new fields wait for it",
                     {{"reason", joined.error().message()}});
    }
}

ingest::Several GatewaysSide::ingest() const {
    if (!member_) return {};
    ingest::Several several;
    several.gateway = number_;
    several.types = [&pins = member_->pins()](std::string_view measurement, std::string_view device,
                                              std::string_view field, readings::FieldType seen) {
        return pins.pin(measurement, device, field, seen);
    };
    return several;
}

ingest::IngestOptions shared_ingest(ingest::IngestOptions o, const Settings& settings) {
    if (!o.mqtt) return o;
    o.mqtt->client_id = "caredian-" + gateway_name(settings);
    for (auto& s : o.mqtt->subscriptions) {
        s.filter = "$share/" + settings.gateways.group + "/" + s.filter;
        s.retain_handling = 2; // Mosquitto sends them to every member, against the standard
    }
    return o;
}

ingest::IngestOptions home_ingest(ingest::IngestOptions o, const Settings& settings) {
    o.data_dir = settings.data_path("home");
    std::error_code failed;
    std::filesystem::create_directories(o.data_dir, failed);
    if (failed)
        throw std::runtime_error("the folder " + o.data_dir +
                                 " cannot be made: " + failed.message());
    std::filesystem::permissions(o.data_dir, std::filesystem::perms::owner_all, failed);
    o.watch_broker = false; // the other one does
    if (!o.mqtt) return o;
    o.mqtt->client_id = "caredian-" + gateway_name(settings) + "-home";
    o.mqtt->session_expiry = std::chrono::seconds(0);
    return o;
}

} // namespace caredian::app
