// One connection to a broker: name, TCP, TLS, bytes in and out. Knows nothing of MQTT.
#pragma once

#include "net/mqtt/read_buffer.h"
#include "net/mqtt/types.h"
#include "net/tls.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace caredian::net::mqtt {

class Link : public std::enable_shared_from_this<Link> {
public:
    class Owner {
    public:
        virtual void link_opened() = 0;
        // One read brought this, after what was not used before. Returns how much was used.
        virtual std::size_t link_data(std::string_view bytes) = 0;
        virtual void link_closed(const std::string& reason) = 0; // once
    protected:
        ~Owner() = default;
    };

    Link(boost::asio::io_context& context, const ClientOptions& options, Owner& owner);

    void open();
    void send(std::string& bytes); // takes them
    void pause();
    void resume();
    // Sends what is left and `bytes`, then closes, within a second. The owner is called no more.
    void finish(std::string& bytes);
    void close(); // at once; the owner is called no more

private:
    using tcp = boost::asio::ip::tcp;
    void resolved(const tcp::resolver::results_type& endpoints);
    void connected();
    void opened();
    void failed(const std::string& reason);
    void read();
    void on_read(error_code ec, std::size_t n);
    void take_decrypted();
    void deliver();
    void write();
    void on_written(error_code ec);
    void drain();

    ClientOptions options_;
    Owner* owner_;
    tcp::socket socket_;
    tcp::resolver resolver_;
    boost::asio::steady_timer timer_; // of finish()
    TlsContext tls_context_;
    std::optional<boost::asio::ssl::stream<tcp::socket&>> tls_;
    ReadBuffer buffer_;
    std::string waiting_, writing_;
    bool open_ = false, reading_ = false, paused_ = false, finishing_ = false, writes_ = false;
    bool delivering_ = false; // the owner looks at the buffer: leave it alone
};

} // namespace caredian::net::mqtt
