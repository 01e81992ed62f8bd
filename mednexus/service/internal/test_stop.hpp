#pragma once
/// For crash tests: an observer of the journal that ends the world at a point of its choice.
#include <string>
#include <string_view>

#include "mednexus/service/journal.hpp"

namespace mednexus::service::internal {

/// Stops at the n-th point of acts whose kind begins so, and at every one after it, as a dead
/// process would. Threads: one.
class StopAt final : public StepObserver {
public:
    explicit StopAt(int point, std::string kinds = "") : left_(point), kinds_(std::move(kinds)) {}

    [[nodiscard]] Result<void> at(Point /*point*/,
                                  std::string_view kind,
                                  std::string_view /*step*/) override {
        if (!kind.starts_with(kinds_)) {
            return {};
        }
        if (left_ <= 0) {
            has_stopped_ = true;
            return fail(Kind::internal, "stopped here");
        }
        --left_;
        return {};
    }

    [[nodiscard]] bool has_stopped() const noexcept { return has_stopped_; }

private:
    int left_;
    std::string kinds_;
    bool has_stopped_ = false;
};

}  // namespace mednexus::service::internal
