// The shell around Session: does what its actions say.
#include "net/mqtt/client.h"

#include "net/mqtt/link.h"
#include "net/mqtt/session.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace caredian::net::mqtt {

struct Client::Impl final : Link::Owner, std::enable_shared_from_this<Client::Impl> {
    Impl(boost::asio::io_context& io, ClientOptions options, ClientHandler& handler, const Clock& c,
         Random& random)
        : context(io), clock(c), session(std::move(options), handler, random), timer(io) {}

    boost::asio::io_context& context;
    const Clock& clock;
    Session session;
    boost::asio::steady_timer timer;
    std::optional<MonoTime> armed; // when the timer goes off
    std::shared_ptr<Link> link;
    std::uint64_t link_attempt = 0; // the attempt that `link` belongs to
    bool reading = true;
    bool gone = false;

    MonoTime now() const { return clock.mono(); }

    // After every event: transport, output and timer as the session wants them.
    void pump() {
        if (gone) return;
        if (session.attempt() != link_attempt) {
            link_attempt = session.attempt();
            if (auto old = std::exchange(link, nullptr)) old->finish(session.output());
            session.output().clear();
            if (link_attempt != 0) {
                link = std::make_shared<Link>(context, session.options(), *this);
                if (!reading) link->pause();
                link->open();
            }
        } else if (link && !session.output().empty()) {
            link->send(session.output());
        }
        arm();
    }

    // The timer may go off early (Session::timer allows it): it is set again only for an earlier
    // time, so that traffic, which moves the deadline away, costs nothing.
    void arm() {
        auto at = session.deadline();
        if (!at) {
            timer.cancel();
            armed.reset();
            return;
        }
        if (armed && *armed <= *at) return;
        armed = at;
        timer.expires_after(std::max(*at - now(), MonoTime::duration::zero()));
        timer.async_wait([self = shared_from_this()](error_code ec) {
            if (ec || self->gone) return;
            self->armed.reset();
            self->session.timer(self->now());
            self->pump();
        });
    }

    void link_opened() override {
        session.opened(now());
        pump();
    }
    std::size_t link_data(std::string_view bytes) override {
        auto used = session.received(bytes, now());
        pump();
        return used;
    }
    void link_closed(const std::string& reason) override {
        link.reset();
        session.closed(now(), reason);
        pump();
    }
    void set_reading(bool on) {
        if (reading == on) return;
        reading = on;
        session.reading(on, now());
        if (link) on ? link->resume() : link->pause();
        pump();
    }
};

Client::Client(boost::asio::io_context& context, ClientOptions options, ClientHandler& handler,
               const Clock& clock, Random& random)
    : impl_(std::make_shared<Impl>(context, std::move(options), handler, clock, random)) {}

Client::~Client() {
    impl_->gone = true;
    impl_->timer.cancel();
    if (auto link = std::exchange(impl_->link, nullptr)) link->close();
}

void Client::start() {
    impl_->session.start(impl_->now());
    impl_->pump();
}

void Client::stop() {
    impl_->session.stop();
    impl_->pump();
}

void Client::acknowledge(std::uint16_t packet_id, std::uint8_t qos) {
    impl_->session.acknowledge(packet_id, qos);
}

void Client::complete(std::uint16_t packet_id) {
    impl_->session.complete(packet_id);
}

void Client::flush() {
    impl_->pump();
}

void Client::pause_reading() {
    impl_->set_reading(false);
}

void Client::resume_reading() {
    impl_->set_reading(true);
}

bool Client::publish(std::string_view topic, std::string_view payload, std::uint8_t qos,
                     bool retain, std::function<void(std::uint8_t)> done) {
    return publish(topic, payload, qos, retain, {}, std::move(done));
}

bool Client::publish(std::string_view topic, std::string_view payload, std::uint8_t qos,
                     bool retain, Hasty hasty, std::function<void(std::uint8_t)> done) {
    bool taken = impl_->session.publish(topic, payload, qos, retain, std::move(done), hasty);
    impl_->pump();
    return taken;
}

bool Client::connected() const {
    return impl_->session.connected();
}

} // namespace caredian::net::mqtt
