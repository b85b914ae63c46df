// A coroutine waits, somebody else on the same thread says "go on".
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

namespace caredian::net {

// One waiter at a time. Notifying without a waiter is lost: look at the state before waiting.
// The waiter runs inside notify().
class Signal {
public:
    Signal() = default;
    Signal(const Signal&) = delete;

    // False: the coroutine was cancelled.
    boost::asio::awaitable<bool> wait() {
        auto start = [this](auto handler) { hold(std::move(handler)); };
        using Token = boost::asio::use_awaitable_t<>;
        return boost::asio::async_initiate<const Token, void(bool)>(start,
                                                                    boost::asio::use_awaitable);
    }
    bool waiting() const { return waiter_ && !waiter_->done; }
    void notify() {
        auto waiter = std::move(waiter_); // it may wait again, or destroy us, while it runs
        if (waiter) waiter->finish(true);
    }

private:
    struct Waiter {
        virtual ~Waiter() = default;
        virtual void complete(bool notified) = 0;
        void finish(bool notified) {
            if (!std::exchange(done, true)) complete(notified);
        }
        bool done = false;
    };
    template <class Handler>
    struct Held final : Waiter {
        explicit Held(Handler&& h) : handler(std::move(h)) {}
        // Called on the handler's own thread: no need to go through its executor.
        void complete(bool notified) override {
            auto going = std::move(handler);
            std::move(going)(notified);
        }
        Handler handler;
    };

    template <class Handler>
    void hold(Handler handler) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        auto waiter = std::make_shared<Held<Handler>>(std::move(handler));
        waiter_ = waiter;
        if (!slot.is_connected()) return;
        // The slot may outlive this object: it holds on to nothing.
        slot.assign([weak = std::weak_ptr<Waiter>(waiter)](boost::asio::cancellation_type) {
            if (auto held = weak.lock()) held->finish(false);
        });
    }

    std::shared_ptr<Waiter> waiter_;
};

} // namespace caredian::net
