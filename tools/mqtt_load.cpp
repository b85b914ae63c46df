#include "mqtt_load.h"

#include "base/json.h"
#include "net/mqtt/url.h"

#include <CLI/CLI.hpp>
#include <exception>

namespace {

using namespace caredian;
using namespace caredian::tools;

int load(LoadOptions options) {
    boost::asio::io_context context(1);
    SystemClock clock;
    SystemRandom random;
    Load run(context, options, clock, random);
    LoadResult r = run.run();
    std::string out;
    JsonWriter json(out);
    json.begin_object();
    json.member("sent", r.sent).member("acknowledged", r.acknowledged);
    json.member("refused", r.refused).member("unanswered", r.unanswered);
    json.member("seconds", r.seconds);
    json.member("per_second",
                r.seconds > 0 ? static_cast<double>(r.acknowledged) / r.seconds : 0.0);
    json.end_object();
    std::puts(out.c_str());
    return r.sent > 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Publishes numbered messages {\"n\",\"t\",\"a\",\"b\"} and tells what the broker "
                 "acknowledged, as one line of JSON.",
                 "mqtt-load");
    LoadOptions o;
    std::string url = "mqtt://127.0.0.1:1883", version = "5";
    bool no_resend = false;
    app.add_option("--url", url, "mqtt:// or mqtts://user:password@host:port")
        ->capture_default_str();
    app.add_option("--count", o.count, "messages; 0 = until --seconds")->capture_default_str();
    app.add_option("--first", o.first, "number of the first message")->capture_default_str();
    app.add_option("--seconds", o.seconds, "end after that many; 0 = no limit");
    app.add_option("--rate", o.rate, "messages a second; 0 = as fast as they are acknowledged");
    app.add_option("--qos", o.qos)->check(CLI::Range(0, 2))->capture_default_str();
    app.add_option("--clients", o.clients)->check(CLI::Range(1, 10'000))->capture_default_str();
    app.add_option("--topics", o.topics, "<prefix>/0 ... over all clients")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--window", o.window, "open messages per client")->capture_default_str();
    app.add_option("--prefix", o.prefix, "of the topics")->capture_default_str();
    app.add_option("--id", o.id, "of the clients: <id>-0 ...")->capture_default_str();
    app.add_option("--report", o.report,
                   "file: a line \"number code\" per answer; 255 = none came");
    app.add_option("--drain", o.drain, "seconds to wait for the last answers")
        ->capture_default_str();
    app.add_option("--ca", o.broker.ca_file, "PEM file for mqtts");
    app.add_option("--certificate", o.broker.certificate_file, "PEM file of ours");
    app.add_option("--key", o.broker.key_file, "PEM file of ours");
    app.add_option("--mqtt-version", version)->check(CLI::IsMember({"5", "3.1.1"}));
    app.add_flag("--no-resend", no_resend, "never send again what has no answer");
    CLI11_PARSE(app, argc, argv);
    if (auto wrong = net::mqtt::apply_url(o.broker, url); !wrong.empty()) {
        std::fprintf(stderr, "mqtt-load: --url: %s\n", wrong.c_str());
        return 2;
    }
    o.broker.version = version == "5" ? net::mqtt::Version::v5 : net::mqtt::Version::v311;
    o.broker.resend = !no_resend;
    o.broker.session_expiry = std::chrono::seconds(no_resend ? 0 : 3600);
    o.broker.backoff_min = std::chrono::milliseconds(50);
    o.broker.backoff_max = std::chrono::milliseconds(1000);
    try {
        return load(o);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "mqtt-load: %s\n", e.what());
        return 1;
    }
}
