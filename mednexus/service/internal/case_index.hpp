#pragma once
/// The vectors of all own cases of the present profile, in memory, prepared for the scorer.
/// Threads: safe; a snapshot is immutable and stays valid as long as someone holds it.
#include <memory>
#include <mutex>
#include <vector>

#include "mednexus/compute/plain_scorer.hpp"
#include "mednexus/service/database.hpp"

namespace mednexus::service::internal {

struct CaseSnapshot {
    std::vector<CaseId> ids;
    std::unique_ptr<const compute::Index> index;  ///< null when there is no case
};

class CaseIndex {
public:
    explicit CaseIndex(std::shared_ptr<const compute::Scorer> scorer, const Hash32& profile)
        : scorer_(std::move(scorer)), profile_(profile) {}

    /// A case of another profile is counted, not indexed: its scores would mean nothing.
    [[nodiscard]] Result<void> add(const CaseId& id,
                                   const Hash32& profile,
                                   std::vector<std::int8_t> vector);

    /// Snapshots that are handed out keep the case until their holder lets go.
    void remove(const CaseId& id);

    [[nodiscard]] Result<std::shared_ptr<const CaseSnapshot>> snapshot();

    [[nodiscard]] std::size_t other_profile_count() const;

    [[nodiscard]] const Hash32& profile() const noexcept { return profile_; }

    [[nodiscard]] const compute::Scorer& scorer() const noexcept { return *scorer_; }

private:
    std::shared_ptr<const compute::Scorer> scorer_;
    const Hash32 profile_;
    mutable std::mutex mutex_;  ///< guards all below
    std::vector<CaseId> ids_;
    std::vector<compute::Vector> vectors_;
    std::shared_ptr<const CaseSnapshot> snapshot_;  ///< null when a case came or went since
    std::uint64_t change_ = 0;                      ///< counts cases that came or went
    std::size_t other_profile_count_ = 0;
};

}  // namespace mednexus::service::internal
