#include "mednexus/service/internal/case_index.hpp"

#include <algorithm>

namespace mednexus::service::internal {

Result<void> CaseIndex::add(const CaseId& id,
                            const Hash32& profile,
                            std::vector<std::int8_t> vector) {
    const std::scoped_lock lock(mutex_);
    if (profile != profile_) {
        ++other_profile_count_;
        return {};
    }
    if (std::find(ids_.begin(), ids_.end(), id) != ids_.end()) {
        return {};
    }
    MN_TRY(compute::Vector made, compute::Vector::make(profile, std::move(vector)));
    ids_.push_back(id);
    vectors_.push_back(std::move(made));
    snapshot_.reset();
    ++change_;
    return {};
}

void CaseIndex::remove(const CaseId& id) {
    const std::scoped_lock lock(mutex_);
    const auto at = std::find(ids_.begin(), ids_.end(), id);
    if (at == ids_.end()) {
        return;
    }
    vectors_.erase(vectors_.begin() + (at - ids_.begin()));
    ids_.erase(at);
    snapshot_.reset();
    ++change_;
}

Result<std::shared_ptr<const CaseSnapshot>> CaseIndex::snapshot() {
    auto made = std::make_shared<CaseSnapshot>();
    std::vector<compute::Vector> vectors;
    std::uint64_t change = 0;
    {
        const std::scoped_lock lock(mutex_);
        if (snapshot_) {
            return snapshot_;
        }
        made->ids = ids_;
        change = change_;
        vectors = vectors_;
    }
    if (!vectors.empty()) {
        MN_TRY(made->index, scorer_->make_index(vectors));
    }
    const std::scoped_lock lock(mutex_);
    if (change == change_) {
        snapshot_ = made;
    }
    return std::shared_ptr<const CaseSnapshot>(std::move(made));
}

std::size_t CaseIndex::other_profile_count() const {
    const std::scoped_lock lock(mutex_);
    return other_profile_count_;
}

}  // namespace mednexus::service::internal
