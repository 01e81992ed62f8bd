/// Kill -9 of any program at many points of every act: after a restart and asking again, the logs,
/// the chain, the cases and the bundles are those of a run that nobody killed.
///
/// The journal's own steps and every RPC call are stopped one by one in node_crash_test and
/// node_chain_faults_test, in one process; here the programs are real, and so is the kill.
#include <functional>
#include <iostream>

#include <gtest/gtest.h>

#include "tests/integration/stage.hpp"

namespace mednexus::integration {
namespace {

using std::chrono::microseconds;
using Clock = std::chrono::steady_clock;

/// Where in an act the kill comes, in percent of its time; what goes beyond 100 meets the turn with
/// the chain that follows.
const std::vector<int>& points() {
    static const std::vector<int> all{5, 30, 55, 80, 130};
    return all;
}

enum class Victim : std::uint8_t { owner, peer, anvil, cli };

const char* name_of_victim(Victim victim) {
    switch (victim) {
        case Victim::owner:
            return "owner's mednexusd";
        case Victim::peer:
            return "peer's mednexusd";
        case Victim::anvil:
            return "anvil";
        case Victim::cli:
            return "mednexus";
    }
    return "";
}

/// One act of north.example, and how to know that it is done.
struct Act {
    const char* name;
    /// Its words; a number for each time it is done. Made before the count that it is held against.
    std::function<std::vector<std::string>(std::size_t)> words;
    /// True: asking again would be another act.
    std::function<bool(std::size_t)> is_done = [](std::size_t) { return false; };
    /// What has to be there before, outside the count.
    std::function<void(std::size_t)> prepare = [](std::size_t) {};
};

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

    static std::size_t runs_max() { return 2 + points().size() * 4; }

    /// What was prepared is in the state file, and in the copy that serves when a kill cuts it.
    static void keep_chain() {
        ASSERT_TRUE(stage_->settle());
        stage_->stop_chain();
        stage_->start_chain();
        ASSERT_TRUE(stage_->settle());
    }

    /// The act, and then at once one turn with the chain, which sends what it left.
    demo::ChildResult act_once(const Act& act,
                               std::size_t n,
                               const std::function<std::jthread(pid_t)>& beside) {
        std::vector<std::string> words = stage_->words_at(kNorth, act.words(n));
        words.insert(words.begin(), stage_->program());
        Process process(words, stage_->path("act"));
        const std::jthread killer = beside(process.pid());
        demo::ChildResult result = process.wait();
        [[maybe_unused]] const auto turned = stage_->ask(kNorth, "chain.status");
        return result;
    }

    /// As its operator would: until it is done, and not once more.
    void ask_until_done(const Act& act, std::size_t n) {
        const auto deadline = Clock::now() + std::chrono::seconds(20);
        demo::ChildResult last;
        while (Clock::now() < deadline) {
            if (act.is_done(n)) {
                return;
            }
            last = stage_->run_at(kNorth, act.words(n));
            if (last.exit_code == 0) {
                return;
            }
            const bool is_typed = last.exit_code == exit_code_of(Kind::unavailable) ||
                                  last.exit_code == exit_code_of(Kind::busy);
            ASSERT_TRUE(is_typed) << last.exit_code << ": " << last.err;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        FAIL() << "not done in 20 s: " << last.err;
    }

    static pid_t pid_of(Victim victim, pid_t cli) {
        switch (victim) {
            case Victim::owner:
                return stage_->pid_of(kNorth);
            case Victim::peer:
                return stage_->pid_of(kSouth);
            case Victim::anvil:
                return stage_->pid_of_chain();
            case Victim::cli:
                return cli;
        }
        return cli;
    }

    static void restart(Victim victim, const Act& act, std::size_t n) {
        switch (victim) {
            case Victim::owner:
            case Victim::peer: {
                const std::string home = victim == Victim::owner ? kNorth : kSouth;
                stage_->kill_and_reap(home);
                stage_->start(home);
                break;
            }
            case Victim::anvil:
                stage_->await_end_of_chain();
                stage_->start_chain();
                break;
            case Victim::cli: {
                // The daemon goes on with what it was asked; its operator looks before asking
                // again.
                const auto deadline = Clock::now() + std::chrono::milliseconds(400);
                while (Clock::now() < deadline && !act.is_done(n)) {
                    std::this_thread::sleep_for(std::chrono::milliseconds(20));
                }
                break;
            }
        }
    }

    /// No event on chain without its leaf, and no leaf whose event does not come.
    static void expect_leaves(const Census& now) {
        const auto sum = [&](const std::string& kind) {
            std::int64_t out = 0;
            for (const std::string home : {kNorth, kSouth}) {
                const auto found = now.find(home + " log " + kind);
                out += found == now.end() ? 0 : found->second;
            }
            return out;
        };
        const auto on_chain = [&](const std::string& event) {
            const auto found = now.find("chain " + event);
            return found == now.end() ? 0 : found->second;
        };
        EXPECT_EQ(on_chain("CaseRegistered"), sum("case.deposited"));
        EXPECT_EQ(on_chain("CaseTombstoned"), sum("case.erased"));
        EXPECT_EQ(on_chain("ConsentGranted"), sum("consent.recorded"));
    }

    Census run_killed(const Act& act, std::size_t n, Victim victim, microseconds delay) {
        act.prepare(n);
        EXPECT_TRUE(stage_->settle());
        const Census before = stage_->census();
        const auto first =
            act_once(act, n, [&](pid_t cli) { return kill_later(pid_of(victim, cli), delay); });
        restart(victim, act, n);
        if (first.exit_code != 0) {
            ++struck_;
            ask_until_done(act, n);
        }
        EXPECT_TRUE(stage_->settle());
        const Census after = stage_->census();
        expect_leaves(after);
        return growth(before, after);
    }

    void expect_the_same(const Act& act, const std::vector<Victim>& victims) {
        keep_chain();
        // Twice: the first warms what is read once; the second is the reference.
        microseconds time{};
        Census reference;
        std::size_t n = 0;
        for (; n < 2; ++n) {
            act.prepare(n);
            ASSERT_TRUE(stage_->settle());
            const Census before = stage_->census();
            const auto start = Clock::now();
            const auto result = act_once(act, n, [&](pid_t) { return std::jthread(); });
            time = std::chrono::duration_cast<microseconds>(Clock::now() - start);
            ASSERT_EQ(result.exit_code, 0) << result.err;
            ASSERT_TRUE(stage_->settle());
            const Census grown = growth(before, stage_->census());
            ASSERT_TRUE(n == 0 || grown == reference) << testing::PrintToString(grown);
            reference = grown;
        }
        ASSERT_FALSE(reference.empty());
        for (const Victim victim : victims) {
            for (const int point : points()) {
                SCOPED_TRACE(std::string(act.name) + ": " + name_of_victim(victim) + " killed at " +
                             std::to_string(point) + " % of " + std::to_string(time.count()) +
                             " us");
                EXPECT_EQ(run_killed(act, n++, victim, time * point / 100), reference);
                if (HasFatalFailure()) {
                    return;
                }
            }
        }
        EXPECT_GT(struck_, 0) << "no kill came before its act had ended";
        std::cout << act.name << ": " << struck_ << " of " << victims.size() * points().size()
                  << " kills came before it had ended (" << time.count() / 1000 << " ms)\n";
        stage_->audit(kNorth);
        stage_->audit(kSouth);
    }

    int struck_ = 0;
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
    for (std::size_t i = 0; i < runs_max(); ++i) {
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
    const auto cases = stage_->deposit(kNorth, runs_max());
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
    const auto cases = stage_->deposit(kNorth, runs_max());
    stage_->consent(kNorth, cases);
    expect_the_same({.name = "consent revoke",
                     .words =
                         [&](std::size_t n) {
                             return std::vector<std::string>{"consent", "revoke", cases.at(n)};
                         }},
                    kOwn);
}

TEST_F(Kill, DuringCaseErase) {
    const auto cases = stage_->deposit(kNorth, runs_max());
    stage_->consent(kNorth, cases);
    expect_the_same({.name = "case erase",
                     .words =
                         [&](std::size_t n) {
                             return std::vector<std::string>{"case", "erase", cases.at(n)};
                         }},
                    kOwn);
}

TEST_F(Kill, DuringCaseShare) {
    const auto cases = stage_->deposit(kNorth, runs_max());
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

TEST_F(Kill, DuringMatch) {
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
