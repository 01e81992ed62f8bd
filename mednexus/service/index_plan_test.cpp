#include "mednexus/service/internal/index_plan.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::service::internal {
namespace {

constexpr std::uint32_t kSlots = 4;

CaseId case_numbered(std::uint64_t number) {
    testing::SeededRandom random(number);
    return random_id<CaseId>(random);
}

/// An index in memory: what the plans of before left.
class Model {
public:
    void add_cases(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            state_.without_slot.push_back(case_numbered(++cases_));
        }
    }

    /// The n-th case is erased: its slot is emptied and the data key marked.
    void erase(const CaseId& id) {
        for (BatchRow& batch : state_.batches) {
            auto& slots = slots_[batch.id];
            const auto at = std::find_if(
                slots.begin(), slots.end(), [&](const SlotRow& row) { return row.case_id == id; });
            if (at != slots.end()) {
                slots.erase(at);
                --batch.cases;
                mark(batch.data_key);
            }
        }
    }

    IndexPlan apply(bool seals = true) {
        auto plan = plan_index(
            state_,
            kSlots,
            [&](const std::string& batch) { return Result<std::vector<SlotRow>>(slots_[batch]); },
            random_);
        EXPECT_TRUE(plan);
        for (const std::string& gone : plan->dropped) {
            for (BatchRow& batch : state_.batches) {
                batch.is_live = batch.is_live && batch.id != gone;
            }
        }
        for (const IndexPlan::NewKey& key : plan->keys) {
            state_.data_keys.push_back({key.name, false});
        }
        for (const IndexPlan::NewBatch& batch : plan->batches) {
            add_batch(batch, seals);
        }
        state_.without_slot.clear();
        return std::move(*plan);
    }

    /// Retires keys that are marked and have no live batch.
    void retire() {
        std::erase_if(state_.data_keys, [](const DataKeyRow& key) { return key.is_to_rewrite; });
        std::erase_if(state_.batches, [](const BatchRow& batch) { return !batch.is_live; });
    }

    [[nodiscard]] std::vector<const BatchRow*> live() const {
        std::vector<const BatchRow*> out;
        for (const BatchRow& batch : state_.batches) {
            if (batch.is_live) {
                out.push_back(&batch);
            }
        }
        return out;
    }

    /// Every case in a live batch; a failed test when one sits there twice.
    [[nodiscard]] std::set<CaseId> placed() {
        std::set<CaseId> out;
        for (const BatchRow* const batch : live()) {
            for (const SlotRow& row : slots_[batch->id]) {
                EXPECT_TRUE(out.insert(row.case_id).second) << "in two slots";
            }
        }
        return out;
    }

    [[nodiscard]] bool dirty() const { return is_dirty(state_); }

    [[nodiscard]] const std::vector<SlotRow>& slots(const std::string& batch) {
        return slots_[batch];
    }

private:
    void mark(const Hash32& data_key) {
        for (DataKeyRow& key : state_.data_keys) {
            key.is_to_rewrite = key.is_to_rewrite || key.name == data_key;
        }
    }

    void add_batch(const IndexPlan::NewBatch& batch, bool seals) {
        EXPECT_LE(batch.cases.size(), kSlots);
        EXPECT_FALSE(batch.cases.empty());
        BatchRow row;
        row.id = batch.id;
        row.data_key = batch.data_key;
        row.number = batch.number;
        row.cases = batch.cases.size();
        if (seals) {
            row.sealed = PartHashes{};
        }
        for (std::uint32_t slot = 0; slot < batch.cases.size(); ++slot) {
            slots_[batch.id].push_back({slot, batch.cases[slot]});
        }
        state_.batches.push_back(row);
    }

    std::uint64_t cases_ = 0;
    IndexState state_;
    std::map<std::string, std::vector<SlotRow>> slots_;
    testing::SeededRandom random_{7};
};

TEST(IndexPlan, PlansNothingForNothing) {
    Model model;
    EXPECT_FALSE(model.dirty());
    const IndexPlan plan = model.apply();
    EXPECT_TRUE(plan.keys.empty() && plan.batches.empty() && plan.dropped.empty());
}

TEST(IndexPlan, FillsBatchesAndOnlyTheLastIsNotFull) {
    Model model;
    model.add_cases(10);
    EXPECT_TRUE(model.dirty());
    const IndexPlan plan = model.apply();
    EXPECT_EQ(plan.keys.size(), 1U);
    ASSERT_EQ(plan.batches.size(), 3U);
    EXPECT_EQ(plan.batches[2].cases.size(), 2U);
    EXPECT_EQ(model.placed().size(), 10U);
    EXPECT_FALSE(model.dirty());
}

TEST(IndexPlan, DrawsTheOrderOfSlots) {
    Model model;
    model.add_cases(4);
    const IndexPlan plan = model.apply();
    std::vector<CaseId> in_order;
    for (std::uint64_t i = 1; i <= 4; ++i) {
        in_order.push_back(case_numbered(i));
    }
    EXPECT_NE(plan.batches[0].cases, in_order) << "of this seed";
    EXPECT_THAT(plan.batches[0].cases, ::testing::UnorderedElementsAreArray(in_order));
}

TEST(IndexPlan, ANewCaseRewritesTheLastBatchUnderANewIdAndTheSameKey) {
    Model model;
    model.add_cases(6);
    const IndexPlan first = model.apply();
    model.add_cases(1);
    const IndexPlan second = model.apply();
    EXPECT_TRUE(second.keys.empty());
    EXPECT_THAT(second.dropped, ::testing::ElementsAre(first.batches[1].id));
    ASSERT_EQ(second.batches.size(), 1U);
    EXPECT_EQ(second.batches[0].data_key, first.batches[0].data_key);
    EXPECT_NE(second.batches[0].id, first.batches[1].id) << "an id never seals two contents";
    EXPECT_EQ(model.placed().size(), 7U);
}

TEST(IndexPlan, AnIndexOfOneBatchKeepsItsKeyToo) {
    Model model;
    model.add_cases(1);
    const IndexPlan first = model.apply();
    model.add_cases(1);
    const IndexPlan second = model.apply();
    EXPECT_TRUE(second.keys.empty());
    EXPECT_EQ(second.batches.at(0).data_key, first.keys.at(0).name);
}

TEST(IndexPlan, AFullLastBatchStays) {
    Model model;
    model.add_cases(4);
    model.apply();
    model.add_cases(1);
    EXPECT_TRUE(model.apply().dropped.empty());
    EXPECT_EQ(model.live().size(), 2U);
}

TEST(IndexPlan, ADataKeyCoversNoMoreThanItsBatches) {
    Model model;
    model.add_cases(kSlots * kDataKeyBatchesMax);
    const IndexPlan first = model.apply();
    EXPECT_EQ(first.keys.size(), 1U);
    model.add_cases(1);
    EXPECT_EQ(model.apply().keys.size(), 1U) << "a second one";
}

TEST(IndexPlan, AnErasureRewritesTheWholeGroupUnderANewKey) {
    Model model;
    model.add_cases(kSlots * kDataKeyBatchesMax + 2);
    const IndexPlan first = model.apply();
    ASSERT_EQ(first.keys.size(), 2U);
    const CaseId erased = first.batches[3].cases[1];
    model.erase(erased);
    EXPECT_TRUE(model.dirty());
    const IndexPlan second = model.apply();
    for (const IndexPlan::NewBatch& batch : second.batches) {
        EXPECT_NE(batch.data_key, first.keys[0].name) << "nothing is sealed under the old key";
    }
    for (const BatchRow* const batch : model.live()) {
        EXPECT_NE(batch->data_key, first.keys[0].name) << "and nothing stays under it";
    }
    const auto placed = model.placed();
    EXPECT_EQ(placed.size(), kSlots * kDataKeyBatchesMax + 1);
    EXPECT_EQ(placed.count(erased), 0U);
    model.retire();
    EXPECT_FALSE(model.dirty());
}

TEST(IndexPlan, WhatWasPlannedAndNeverSealedIsPlannedAnewUnderAnotherId) {
    Model model;
    model.add_cases(3);
    const IndexPlan first = model.apply(false);
    EXPECT_TRUE(model.dirty());
    const IndexPlan second = model.apply();
    EXPECT_THAT(second.dropped, ::testing::ElementsAre(first.batches[0].id));
    EXPECT_NE(second.batches[0].id, first.batches[0].id);
    EXPECT_EQ(model.placed().size(), 3U);
}

TEST(IndexPlan, ManyRoundsLoseNoCaseAndPlaceNoneTwice) {
    Model model;
    testing::SeededRandom random(3);
    std::set<CaseId> expected;
    std::uint64_t count = 0;
    for (int round = 0; round < 60; ++round) {
        for (std::uint64_t more = random.below(9); more > 0; --more) {
            model.add_cases(1);
            expected.insert(case_numbered(++count));
        }
        if (!expected.empty() && random.below(3) == 0) {
            const CaseId gone = *std::next(
                expected.begin(), static_cast<std::ptrdiff_t>(random.below(expected.size())));
            if (model.placed().count(gone) > 0) {
                model.erase(gone);
                expected.erase(gone);
            }
        }
        model.apply(random.below(4) != 0);
        ASSERT_EQ(model.placed(), expected) << "round " << round;
        if (random.below(2) == 0) {
            model.retire();
        }
    }
}

}  // namespace
}  // namespace mednexus::service::internal
