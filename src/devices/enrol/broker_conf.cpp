#include "devices/enrol/broker_conf.h"

#include <algorithm>

namespace caredian::devices::enrol {

namespace {

constexpr std::chrono::seconds most_autosave{60};

class Lines {
public:
    Lines& say(std::string_view comment) {
        out_.append("\n# ").append(comment).append("\n");
        return *this;
    }
    Lines& set(std::string_view name, std::string_view value) {
        out_.append(name).append(" ").append(value).append("\n");
        return *this;
    }
    Lines& set(std::string_view name, std::uint64_t value) {
        return set(name, std::to_string(value));
    }
    std::string text() { return std::move(out_); }

private:
    std::string out_ = "# Made by `caredian broker init`; docs/broker.md explains each line.\n";
};

void listen(Lines& lines, const BrokerOptions& o, std::uint16_t port) {
    lines.set("listener", std::to_string(port) + (o.bind.empty() ? "" : " " + o.bind));
}

void server_certificate(Lines& lines, const BrokerOptions& o) {
    auto file = [&](std::string_view name) { return o.directory + "/" + std::string(name); };
    lines.set("certfile", file(broker_file::certificate)).set("keyfile", file(broker_file::key));
}

void general(Lines& lines, const BrokerOptions& o) {
    lines.say("Who may come in, and on which topics: nobody and none, but for the accounts below.")
        .set("per_listener_settings", "false")
        .set("allow_anonymous", "false")
        .set("plugin", o.plugin)
        .set("plugin_opt_config_file", o.state + "/" + std::string(broker_file::accounts));
    const auto limits = queue_limits(o);
    lines
        .say("What is kept for a subscriber that is away: " + std::to_string(o.rate) +
             " messages a second for " + std::to_string(o.outage.count()) + " seconds.")
        .set("max_queued_messages", limits.messages)
        .set("max_queued_bytes", limits.bytes)
        .set("upgrade_outgoing_qos", "true")
        .set("persistent_client_expiration", "14d");
    lines.say("On disk at least once a minute: a power cut loses what came since.")
        .set("persistence", "true")
        .set("persistence_location", o.state + "/")
        .set("autosave_interval",
             static_cast<std::uint64_t>(
                 std::clamp(o.autosave, std::chrono::seconds(1), most_autosave).count()));
    lines.say("Log and figures ($SYS); the gateway watches the counter of dropped messages.")
        .set("log_dest", o.log);
    for (auto type : {"error", "warning", "notice", "information"}) lines.set("log_type", type);
    lines.set("connection_messages", "true").set("sys_interval", std::uint64_t{10});
    if (!o.pid_file.empty()) lines.set("pid_file", o.pid_file);
    if (!o.user.empty()) lines.set("user", o.user);
}

} // namespace

QueueLimits queue_limits(const BrokerOptions& o) {
    const auto messages = std::max<std::uint64_t>(
        1000, std::uint64_t{o.rate} *
                  static_cast<std::uint64_t>(std::max<std::int64_t>(0, o.outage.count())));
    return {messages, messages * o.message_bytes};
}

std::string mosquitto_conf(const BrokerOptions& o) {
    Lines lines;
    general(lines, o);
    lines.say("TLS 1.3 and a certificate of our authority, whose name is user name and client id.");
    listen(lines, o, o.port);
    server_certificate(lines, o);
    lines.set("cafile", o.directory + "/" + std::string(broker_file::ca))
        .set("crlfile", o.directory + "/" + std::string(broker_file::list))
        .set("tls_version", "tlsv1.3")
        .set("require_certificate", "true")
        .set("use_identity_as_username", "true")
        .set("use_username_as_clientid", "true");
    if (o.password_port) {
        lines.say("TLS without certificates of clients: user name and password.");
        listen(lines, o, o.password_port);
        server_certificate(lines, o);
        lines.set("tls_version", "tlsv1.2").set("use_username_as_clientid", "true");
    }
    if (o.lan_port) {
        lines.say("Without TLS, for devices that cannot do it: passwords and readings can be read "
                  "on the way.");
        listen(lines, o, o.lan_port);
        lines.set("use_username_as_clientid", "true");
    }
    return lines.text();
}

} // namespace caredian::devices::enrol
