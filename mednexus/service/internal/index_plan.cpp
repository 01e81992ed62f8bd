#include "mednexus/service/internal/index_plan.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "mednexus/codec/hex.hpp"
#include "mednexus/compute/encrypted_index.hpp"

namespace mednexus::service::internal {

namespace {

std::set<Hash32> keys_to_rewrite(const IndexState& state) {
    std::set<Hash32> out;
    for (const DataKeyRow& key : state.data_keys) {
        if (key.is_to_rewrite) {
            out.insert(key.name);
        }
    }
    return out;
}

bool must_go(const BatchRow& batch, const std::set<Hash32>& rewrite) {
    return batch.is_live && (rewrite.contains(batch.data_key) || !batch.sealed);
}

/// A number below `bound`, uniform.
std::uint64_t draw_below(Random& random, std::uint64_t bound) {
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    while (true) {
        const auto raw = random_id<Fixed<struct DrawTag, 8>>(random);
        std::uint64_t value = 0;
        for (const std::uint8_t byte : raw.view()) {
            value = value << 8U | byte;
        }
        if (value < limit) {
            return value % bound;
        }
    }
}

void shuffle(std::vector<CaseId>& cases, Random& random) {
    for (std::size_t i = cases.size(); i > 1; --i) {
        std::swap(cases[i - 1], cases[draw_below(random, i)]);
    }
}

/// Gives out data keys with room for one more batch, and makes new ones.
class KeyRing {
public:
    /// `first` is taken from as long as it has room.
    KeyRing(const std::vector<const BatchRow*>& kept,
            std::optional<Hash32> first,
            IndexPlan& plan,
            Random& random)
        : plan_(plan), random_(random), newest_(first) {
        for (const BatchRow* const batch : kept) {
            ++batches_of_[batch->data_key];
        }
    }

    [[nodiscard]] Hash32 take() {
        if (!newest_ || batches_of_[*newest_] >= kDataKeyBatchesMax) {
            IndexPlan::NewKey key;
            random_.fill(key.seed.mutable_reveal());
            key.name = compute::data_key_name(key.seed);
            newest_ = key.name;
            plan_.keys.push_back(std::move(key));
        }
        ++batches_of_[*newest_];
        return *newest_;
    }

private:
    IndexPlan& plan_;
    Random& random_;
    std::optional<Hash32> newest_;
    std::map<Hash32, std::size_t> batches_of_;
};

}  // namespace

bool is_dirty(const IndexState& state) {
    const std::set<Hash32> rewrite = keys_to_rewrite(state);
    return !rewrite.empty() || !state.without_slot.empty() ||
           std::any_of(state.batches.begin(), state.batches.end(), [&](const BatchRow& one) {
               return must_go(one, rewrite);
           });
}

Result<IndexPlan> plan_index(
    const IndexState& state,
    std::uint32_t slots,
    const std::function<Result<std::vector<SlotRow>>(const std::string& batch)>& cases_of,
    Random& random) {
    const std::set<Hash32> rewrite = keys_to_rewrite(state);
    IndexPlan plan;
    std::vector<CaseId> waiting = state.without_slot;
    std::vector<const BatchRow*> kept;
    const auto drop = [&](const BatchRow& batch) -> Result<void> {
        MN_TRY(const std::vector<SlotRow> rows, cases_of(batch.id));
        for (const SlotRow& row : rows) {
            waiting.push_back(row.case_id);
        }
        plan.dropped.push_back(batch.id);
        return {};
    };
    std::uint64_t number = 0;
    for (const BatchRow& batch : state.batches) {
        number = std::max(number, batch.number + 1);
        if (must_go(batch, rewrite)) {
            MN_DO(drop(batch));
        } else if (batch.is_live) {
            kept.push_back(&batch);
        }
    }
    const auto last_key =
        kept.empty() ? std::nullopt : std::optional<Hash32>(kept.back()->data_key);
    if (!waiting.empty() && !kept.empty() && kept.back()->cases < slots) {
        MN_DO(drop(*kept.back()));
        kept.pop_back();
    }
    shuffle(waiting, random);
    KeyRing keys(kept, last_key, plan, random);
    for (std::size_t from = 0; from < waiting.size(); from += slots) {
        const std::size_t until = std::min(waiting.size(), from + slots);
        plan.batches.push_back({.id = codec::to_hex(random_id<compute::BatchId>(random).view()),
                                .data_key = keys.take(),
                                .number = number++,
                                .cases = {waiting.begin() + static_cast<std::ptrdiff_t>(from),
                                          waiting.begin() + static_cast<std::ptrdiff_t>(until)}});
    }
    return plan;
}

}  // namespace mednexus::service::internal
