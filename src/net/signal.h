// A coroutine waits, somebody else on the same thread says "go on".
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <tuple>
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
        constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
        auto outcome =
            co_await boost::asio::async_initiate<decltype(token), void(boost::system::error_code)>(
                start, token);
        co_return !std::get<0>(outcome);
    }
    bool waiting() const { return waiter_ && !waiter_->done; }
    void notify() {
        auto waiter = std::move(waiter_); // it may wait again, or destroy us, while it runs
        if (waiter) waiter->finish({});
    }

private:
    struct Waiter {
        virtual ~Waiter() = default;
        virtual void complete(boost::system::error_code error) = 0;
        void finish(boost::system::error_code error) {
            if (std::exchange(done, true)) return;
            complete(error);
        }
        bool done = false;
    };
    template <class Handler>
    struct Held final : Waiter {
        explicit Held(Handler&& h) : handler(std::move(h)) {}
        void complete(boost::system::error_code error) override {
            auto executor = boost::asio::get_associated_executor(handler);
            boost::asio::dispatch(
                executor, [h = std::move(handler), error]() mutable { std::move(h)(error); });
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
            if (auto held = weak.lock()) held->finish(boost::asio::error::operation_aborted);
        });
    }

    std::shared_ptr<Waiter> waiter_;
};

} // namespace caredian::net
