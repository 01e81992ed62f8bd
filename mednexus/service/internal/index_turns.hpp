#pragma once
/// When the index is brought up to date by itself. Threads: safe.
#include <cstdint>
#include <mutex>

#include "mednexus/core/clock.hpp"

namespace mednexus::service::internal {

class IndexTurns {
public:
    /// Whether a turn may be made now; after one that failed, not before kPauseSeconds.
    [[nodiscard]] bool may_begin(UnixTime now) const {
        const std::scoped_lock lock(mutex_);
        return now >= next_;
    }

    void failed(UnixTime now) {
        constexpr std::int64_t kPauseSeconds = 30;
        const std::scoped_lock lock(mutex_);
        next_ = {now.seconds + kPauseSeconds};
    }

private:
    mutable std::mutex mutex_;
    UnixTime next_{};  ///< guarded by mutex_
};

}  // namespace mednexus::service::internal
