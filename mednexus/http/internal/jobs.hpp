#pragma once
/// Bounded threads for calls that block. Included by server.cpp only: it carries Boost.
#include <atomic>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "mednexus/core/result.hpp"

namespace mednexus::http::internal {

/// Threads: run is for coroutines of one I/O thread. Destruction waits for what runs.
class Jobs {
public:
    Jobs(std::uint32_t threads, std::uint32_t waiting_max)
        : jobs_max_(threads + waiting_max), pool_(threads) {}

    /// Runs `work` (returning a Result) on a thread of the pool and comes back with its result.
    /// `work` outlives the call.
    /// Errors   busy: running and waiting jobs are at their bound; those of `work`
    template <typename Work>
    boost::asio::awaitable<std::invoke_result_t<const Work&>> run(const Work& work) {
        if (jobs_.load() >= jobs_max_) {
            co_return fail(Kind::busy, "http: too many requests at work, try again");
        }
        const Slot slot(jobs_);
        auto task = call(work);
        auto result =
            co_await boost::asio::co_spawn(pool_, std::move(task), boost::asio::use_awaitable);
        co_return std::move(*result);
    }

private:
    class Slot {
    public:
        explicit Slot(std::atomic<std::uint32_t>& jobs) : jobs_(jobs) { ++jobs_; }

        ~Slot() { --jobs_; }

        Slot(const Slot&) = delete;
        Slot& operator=(const Slot&) = delete;
        Slot(Slot&&) = delete;
        Slot& operator=(Slot&&) = delete;

    private:
        std::atomic<std::uint32_t>& jobs_;
    };

    /// A pointer, since Asio wants a value that can be made empty.
    template <typename Work>
    static boost::asio::awaitable<std::unique_ptr<std::invoke_result_t<const Work&>>> call(
        const Work& work) {
        co_return std::make_unique<std::invoke_result_t<const Work&>>(work());
    }

    std::uint32_t jobs_max_;
    std::atomic<std::uint32_t> jobs_{0};
    boost::asio::thread_pool pool_;
};

}  // namespace mednexus::http::internal
