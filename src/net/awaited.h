// co_await something that another thread answers by calling a function once.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace caredian::net {

// `start` is called at once with a function that takes the answer: called exactly once, by any
// thread; further calls do nothing. The worker's io_context must outlive the call.
template <class Value, class Start>
boost::asio::awaitable<Value> awaited(Start start) {
    namespace asio = boost::asio;
    auto executor = co_await asio::this_coro::executor;
    auto initiate = [executor, &start](auto handler) {
        using Handler = decltype(handler);
        using Guard = asio::executor_work_guard<asio::any_io_executor>;
        struct Waits {
            Handler handler;
            Guard guard;
        };
        auto waits = std::make_shared<std::unique_ptr<Waits>>(
            std::make_unique<Waits>(Waits{std::move(handler), Guard(executor)}));
        std::function<void(Value)> answer = [waits, executor](Value value) {
            auto own = std::move(*waits);
            if (!own) return;
            // The coroutine and the guard go with the answer: nothing of the worker stays here.
            asio::post(executor, [own = std::move(own), value = std::move(value)]() mutable {
                auto last = std::move(own->handler);
                own.reset();
                std::move(last)(std::move(value));
            });
        };
        start(std::move(answer));
    };
    Value out = co_await asio::async_initiate<decltype(asio::use_awaitable), void(Value)>(
        initiate, asio::use_awaitable);
    co_return out;
}

} // namespace caredian::net
