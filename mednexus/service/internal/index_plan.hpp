#pragma once
/// Which cases go into which batches next. docs/formats/consortium.md section 4. Threads: free
/// functions over values.
#include <functional>

#include "mednexus/core/random.hpp"
#include "mednexus/service/internal/index_rows.hpp"

namespace mednexus::service::internal {

/// What is there, and what waits.
struct IndexState {
    std::vector<BatchRow> batches;  ///< live and dropped, by number
    std::vector<DataKeyRow> data_keys;
    std::vector<CaseId> without_slot;  ///< cases that sit in no live batch
};

/// Whether anything would change.
[[nodiscard]] bool is_dirty(const IndexState& state);

/// Every batch under a data key that is to be rewritten goes, and so does one that was planned and
/// never sealed; their cases (`cases_of`) and those that wait fill up the last batch that stays,
/// which is sealed anew, and then new ones, in an order that is drawn.
/// Shape    slots: N of the ring
/// Errors   those of cases_of
[[nodiscard]] Result<IndexPlan> plan_index(
    const IndexState& state,
    std::uint32_t slots,
    const std::function<Result<std::vector<SlotRow>>(const std::string& batch)>& cases_of,
    Random& random);

}  // namespace mednexus::service::internal
