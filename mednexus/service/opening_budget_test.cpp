/// No case is opened more often than its consortium allows: not at once, not after a restart.
#include "mednexus/service/internal/opening_budget.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/seeded_random.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::ElementsAre;

class OpeningBudgetTest : public ::testing::Test {
protected:
    void SetUp() override {
        open();
        for (const std::uint8_t number : {std::uint8_t{1}, std::uint8_t{2}}) {
            CaseRow row;
            row.id = *CaseId::from(Bytes(32, number));
            row.root = *ObjectRoot::from(Bytes(32, number));
            ASSERT_TRUE(database_->insert_case(
                row, Secret<32>(), *Hash32::from(Bytes(32, number)), Hash32()));
            cases_.push_back(row.id);
        }
    }

    void open() {
        database_.reset();
        auto database = Database::open(folder_.path() + "/node.sqlite", Secret<32>(), random_);
        ASSERT_TRUE(database) << database.error().what;
        database_ = std::move(*database);
    }

    [[nodiscard]] std::vector<bool> reserve(const std::string& job,
                                            std::uint32_t openings_max = 3,
                                            const Hash32& consortium = {}) {
        const auto out = OpeningBudget(*database_).reserve(job, {consortium, openings_max}, cases_);
        EXPECT_TRUE(out) << out.error().what;
        return out.value_or(std::vector<bool>());
    }

    testing::TemporaryFolder folder_;
    testing::SeededRandom random_{1};
    std::unique_ptr<Database> database_;
    std::vector<CaseId> cases_;
};

TEST_F(OpeningBudgetTest, TheOneAfterTheLastIsRefusedAndAfterARestartToo) {
    for (const char* job : {"a", "b", "c"}) {
        EXPECT_THAT(reserve(job), ElementsAre(true, true));
    }
    EXPECT_THAT(reserve("d"), ElementsAre(false, false));
    open();
    EXPECT_THAT(reserve("d"), ElementsAre(false, false));
    EXPECT_THAT(reserve("a"), ElementsAre(true, true)) << "the same job takes nothing more";
    EXPECT_THAT(reserve("e", 3, crypto::sha256(bytes_of("next epoch"))), ElementsAre(true, true));
}

TEST_F(OpeningBudgetTest, CountsEachCaseByItself) {
    const std::vector<CaseId> both = cases_;
    cases_.pop_back();
    EXPECT_THAT(reserve("a", 1), ElementsAre(true));
    cases_ = both;
    EXPECT_THAT(reserve("b", 1), ElementsAre(false, true));
    cases_.push_back(*CaseId::from(Bytes(32, 9)));
    EXPECT_THAT(reserve("b", 1), ElementsAre(false, true, false)) << "a case that is gone";
    const auto use = OpeningBudget(*database_).use_of({{}, 1});
    ASSERT_TRUE(use);
    EXPECT_EQ(use->cases, 2U);
    EXPECT_EQ(use->most, 1U);
    EXPECT_EQ(use->used_up, 2U);
}

TEST_F(OpeningBudgetTest, ManyAtOnceTakeExactlyAsMuchAsThereIs) {
    constexpr int kThreads = 8;
    constexpr int kJobs = 4;
    std::atomic<int> taken = 0;
    std::atomic<int> failed = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&, i] {
                for (int j = 0; j < kJobs; ++j) {
                    const auto out = OpeningBudget(*database_)
                                         .reserve(std::to_string(i) + "/" + std::to_string(j),
                                                  {{}, 5},
                                                  std::span(cases_).first(1));
                    failed += out ? 0 : 1;
                    taken += out && out->front() ? 1 : 0;
                }
            });
        }
    }
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(taken, 5);
    EXPECT_EQ(OpeningBudget(*database_).use_of({{}, 5})->most, 5U);
}

TEST_F(OpeningBudgetTest, AnErasedCaseLeavesNoCount) {
    EXPECT_THAT(reserve("a"), ElementsAre(true, true));
    ASSERT_TRUE(database_->shred_case(cases_.front()));
    EXPECT_THAT(reserve("a"), ElementsAre(false, true));
    EXPECT_EQ(OpeningBudget(*database_).use_of({{}, 3})->cases, 1U);
}

}  // namespace
}  // namespace mednexus::service::internal
