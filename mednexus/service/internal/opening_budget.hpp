#pragma once
/// How often a case may still be opened: counted per case, consortium epoch and job, where openings
/// are authorised and before any share is made. What was counted stays counted. Source:
/// docs/formats/policy.md, "Budget". Threads: safe; one transaction decides for all.
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mednexus/service/database.hpp"

namespace mednexus::service::internal {

class OpeningBudget {
public:
    /// The database must outlive the budget.
    explicit OpeningBudget(Database& database) noexcept : database_(&database) {}

    struct Limit {
        Hash32 consortium;               ///< digest of the document of one epoch
        std::uint32_t openings_max = 1;  ///< of one case
    };

    /// Takes one opening of each case for the job, or finds it taken for this job before.
    /// Shape    one entry for each case, in their order: whether the job may open it; a case that
    /// is
    ///          gone may not
    /// Errors   busy, io: then nothing was taken
    [[nodiscard]] Result<std::vector<bool>> reserve(std::string_view job,
                                                    const Limit& limit,
                                                    std::span<const CaseId> cases) const;

    struct Use {
        std::uint64_t cases = 0;    ///< that were opened at least once
        std::uint64_t most = 0;     ///< openings of the case that was opened most often
        std::uint64_t used_up = 0;  ///< cases that may not be opened again in this epoch
    };

    [[nodiscard]] Result<Use> use_of(const Limit& limit) const;

private:
    Database* database_;
};

}  // namespace mednexus::service::internal
