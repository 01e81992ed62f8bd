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
    return {};
}

Result<std::shared_ptr<const CaseSnapshot>> CaseIndex::snapshot() {
    auto made = std::make_shared<CaseSnapshot>();
    std::vector<compute::Vector> vectors;
    {
        const std::scoped_lock lock(mutex_);
        if (snapshot_) {
            return snapshot_;
        }
        made->ids = ids_;
        vectors = vectors_;
    }
    if (!vectors.empty()) {
        MN_TRY(made->index, scorer_->make_index(vectors));
    }
    const std::scoped_lock lock(mutex_);
    if (made->ids.size() == ids_.size()) {
        snapshot_ = made;
    }
    return std::shared_ptr<const CaseSnapshot>(std::move(made));
}

std::size_t CaseIndex::other_profile_count() const {
    const std::scoped_lock lock(mutex_);
    return other_profile_count_;
}

}  // namespace mednexus::service::internal
