// co_await a blocking call on a Pool; the coroutine goes on where it was.
#pragma once

#include "base/pool.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <type_traits>

namespace caredian::net {

// nullopt: the pool's queue is full (answer 503). `work` runs on a pool thread; it must not touch
// what belongs to the worker. An exception of `work` is thrown here. The worker's io_context must
// outlive the call: stop the server, Pool::wait_idle(), then destroy the server.
template <class Work>
boost::asio::awaitable<std::optional<std::invoke_result_t<Work>>> offload(Pool& pool, Work work) {
    namespace asio = boost::asio;
    using Value = std::invoke_result_t<Work>;
    struct Outcome {
        std::optional<Value> value;
        std::exception_ptr error;
    };
    auto executor = co_await asio::this_coro::executor;
    auto start = [&pool, executor, &work](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto guard = asio::make_work_guard(executor);
        bool taken = pool.submit([shared, guard, executor, job = std::move(work)]() mutable {
            Outcome outcome;
            try {
                outcome.value = job();
            } catch (...) {
                outcome.error = std::current_exception();
            }
            // The coroutine and the guard go with the answer: nothing of the worker stays here.
            asio::post(executor,
                       [shared = std::move(shared), guard = std::move(guard),
                        outcome = std::move(outcome)]() mutable { (*shared)(std::move(outcome)); });
        });
        if (!taken) asio::post(executor, [shared]() mutable { (*shared)(Outcome{}); });
    };
    Outcome outcome = co_await asio::async_initiate<decltype(asio::use_awaitable), void(Outcome)>(
        start, asio::use_awaitable);
    if (outcome.error) std::rethrow_exception(outcome.error);
    co_return std::move(outcome.value);
}

} // namespace caredian::net
