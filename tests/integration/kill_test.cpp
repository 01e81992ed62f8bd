/// Kill -9 of any program at many points of every act: after a restart and asking again, the logs,
/// the chain, the cases and the bundles are those of a run that nobody killed.
///
/// The journal's own steps and every RPC call are stopped one by one in node_crash_test and
/// node_chain_faults_test, in one process; here the programs are real, and so is the kill.
#include <functional>

#include <gtest/gtest.h>

#include "tests/integration/kill_run.hpp"

namespace mednexus::integration {
namespace {

class Kill : public testing::Test {
protected:
    static void SetUpTestSuite() {
        if (Stage::has_anvil()) {
            stage_ = std::make_unique<Stage>("kill_test");
            query_ = stage_->deposit(kNorth, 1).front();
            stage_->consent(kSouth, stage_->deposit(kSouth, 3));
        }
    }

    static void TearDownTestSuite() { stage_.reset(); }

    void SetUp() override {
        if (!Stage::has_anvil()) {
            GTEST_SKIP() << "Kill: no anvil; npm ci --prefix contracts";
        }
        ASSERT_TRUE(stage_->is_whole());
    }

    static void expect_the_same(const Act& act, const std::vector<Victim>& victims) {
        KillRun(*stage_, act).expect_the_same(victims);
    }

    static std::unique_ptr<Stage> stage_;
    static std::string query_;
};

std::unique_ptr<Stage> Kill::stage_;
std::string Kill::query_;

const std::vector<Victim> kOwn{Victim::owner, Victim::anvil, Victim::cli};
const std::vector<Victim> kAll{Victim::owner, Victim::peer, Victim::anvil, Victim::cli};

std::string consent_of(const Stage& stage, const std::string& case_id) {
    const auto list = stage.ask(kNorth, "case.list");
    for (const json::Value& one : list ? items_in(*list, "cases") : json::Array{}) {
        if (text_in(one, "case") == case_id) {
            return text_in(one, "consent");
        }
    }
    return "";
}

TEST_F(Kill, DuringCaseAdd) {
    std::vector<std::string> files;
    for (std::size_t i = 0; i < KillRun::runs_max(); ++i) {
        files.push_back(stage_->fresh_case(kNorth));
    }
    expect_the_same({.name = "case add",
                     .words =
                         [&](std::size_t n) {
                             return std::vector<std::string>{"case", "add", files.at(n)};
                         }},
                    kOwn);
}

TEST_F(Kill, DuringConsentGrant) {
    const auto cases = stage_->deposit(kNorth, KillRun::runs_max());
    expect_the_same(
        {.name = "consent grant",
         .words =
             [&](std::size_t n) {
                 auto words = Stage::grant_words(kNorth);
                 words.insert(words.end(), {"--wait", "0", cases.at(n)});
                 return words;
             },
         .is_done = [&](std::size_t n) { return consent_of(*stage_, cases.at(n)) == "granted"; }},
        kOwn);
}

TEST_F(Kill, DuringConsentRevoke) {
    const auto cases = stage_->deposit(kNorth, KillRun::runs_max());
    stage_->consent(kNorth, cases);
    expect_the_same({.name = "consent revoke",
                     .words =
                         [&](std::size_t n) {
                             return std::vector<std::string>{"consent", "revoke", cases.at(n)};
                         }},
                    kOwn);
}

TEST_F(Kill, DuringCaseErase) {
    const auto cases = stage_->deposit(kNorth, KillRun::runs_max());
    stage_->consent(kNorth, cases);
    expect_the_same({.name = "case erase",
                     .words =
                         [&](std::size_t n) {
                             return std::vector<std::string>{"case", "erase", cases.at(n)};
                         }},
                    kOwn);
}

TEST_F(Kill, DuringCaseShare) {
    const auto cases = stage_->deposit(kNorth, KillRun::runs_max());
    stage_->consent(kNorth, cases);
    expect_the_same(
        {.name = "case share",
         .words =
             [&](std::size_t n) {
                 return std::vector<std::string>{
                     "case", "share", cases.at(n), "--to", name_of(kSouth), "--purpose", kPurpose};
             }},
        kAll);
}

TEST_F(Kill, DuringLogAnchor) {
    expect_the_same(
        {.name = "log anchor",
         .words =
             [](std::size_t) {
                 return std::vector<std::string>{"log", "anchor", "--wait", "0"};
             },
         .prepare = [](std::size_t) { ASSERT_EQ(stage_->deposit(kNorth, 1).size(), 1U); }},
        kOwn);
}

TEST_F(Kill, DuringMatch) {
    stage_->found_consortium();
    std::int64_t bundles = 0;
    const auto count_bundles = [] { return stage_->census()[std::string(kNorth) + " bundles"]; };
    expect_the_same(
        {.name = "match",
         .words =
             [&](std::size_t) {
                 return std::vector<std::string>{"match", query_, "--purpose", kPurpose};
             },
         .is_done =
             [&](std::size_t) {
                 const auto open = stage_->ask(kNorth, "workflow.list");
                 return open && items_in(*open, "unfinished").empty() && count_bundles() > bundles;
             },
         .prepare = [&](std::size_t) { bundles = count_bundles(); }},
        kAll);
}

}  // namespace
}  // namespace mednexus::integration
