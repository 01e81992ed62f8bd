#pragma once
#include "mednexus/core/clock.hpp"

namespace mednexus::testing {

/// Time that moves only when the test says so. Threads: not safe.
class ManualClock final : public Clock {
public:
    explicit ManualClock(UnixTime start = {1'700'000'000}) : now_(start) {}

    [[nodiscard]] UnixTime now() const override { return now_; }

    [[nodiscard]] std::int64_t monotonic_ns() const override { return monotonic_ns_; }

    /// Both clocks go on together.
    void advance_seconds(std::int64_t seconds) {
        now_.seconds += seconds;
        monotonic_ns_ += seconds * 1'000'000'000;
    }

    /// The wall clock alone is set, as an administrator would: also backwards.
    void set(UnixTime time) { now_ = time; }

private:
    UnixTime now_;
    std::int64_t monotonic_ns_ = 0;
};

}  // namespace mednexus::testing
