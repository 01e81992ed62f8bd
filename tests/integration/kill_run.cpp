#include "tests/integration/kill_run.hpp"

#include <iostream>

#include <gtest/gtest.h>

namespace mednexus::integration {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kDoneMax{20};
constexpr std::size_t kReferenceRuns = 2;
constexpr std::size_t kVictims = 4;

/// Where in an act the kill comes, in percent of its time, which ends with one turn with the chain.
const std::vector<int>& points() {
    static const std::vector<int> all{5, 35, 65, 110};
    return all;
}

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

std::int64_t count_of(const Census& census, const std::string& name) {
    const auto found = census.find(name);
    return found == census.end() ? 0 : found->second;
}

/// No event on chain without its leaf, and no leaf whose event does not come.
void expect_leaves(const Census& now) {
    const auto leaves = [&](const std::string& kind) {
        return count_of(now, std::string(kNorth) + " log " + kind) +
               count_of(now, std::string(kSouth) + " log " + kind);
    };
    EXPECT_EQ(count_of(now, "chain CaseRegistered"), leaves("case.deposited"));
    EXPECT_EQ(count_of(now, "chain CaseTombstoned"), leaves("case.erased"));
    EXPECT_EQ(count_of(now, "chain ConsentGranted"), leaves("consent.recorded"));
}

}  // namespace

std::size_t KillRun::runs_max() {
    return kReferenceRuns + points().size() * kVictims;
}

/// What was prepared is in the state file, and in the copy that serves when a kill cuts it.
void KillRun::keep_chain() {
    ASSERT_TRUE(stage_->settle());
    stage_->stop_chain();
    stage_->start_chain();
    ASSERT_TRUE(stage_->settle());
}

/// The act, and then at once one turn with the chain, which sends what it left.
demo::ChildResult KillRun::act_once(const std::function<std::jthread(pid_t)>& beside) {
    std::vector<std::string> words = stage_->words_at(kNorth, act_->words(n_));
    words.insert(words.begin(), stage_->program());
    Process process(words, stage_->path("act"));
    const std::jthread killer = beside(process.pid());
    demo::ChildResult result = process.wait();
    [[maybe_unused]] const auto turned = stage_->ask(kNorth, "chain.status");
    return result;
}

/// As its operator would: until it is done, and not once more.
void KillRun::ask_until_done() {
    const auto deadline = Clock::now() + kDoneMax;
    demo::ChildResult last;
    while (Clock::now() < deadline) {
        if (act_->is_done(n_)) {
            return;
        }
        last = stage_->run_at(kNorth, act_->words(n_));
        if (last.exit_code == 0) {
            return;
        }
        const bool is_typed = last.exit_code == exit_code_of(Kind::unavailable) ||
                              last.exit_code == exit_code_of(Kind::busy);
        ASSERT_TRUE(is_typed) << last.exit_code << ": " << last.err;
        std::this_thread::sleep_for(milliseconds(50));
    }
    FAIL() << "not done in time: " << last.err;
}

pid_t KillRun::pid_of(Victim victim, pid_t cli) const {
    switch (victim) {
        case Victim::owner:
            return stage_->pid_of(kNorth);
        case Victim::peer:
            return stage_->pid_of(kSouth);
        case Victim::anvil:
            return stage_->pid_of_chain();
        case Victim::cli:
            break;
    }
    return cli;
}

void KillRun::restart(Victim victim) {
    if (victim == Victim::anvil) {
        stage_->await_end_of_chain();
        stage_->start_chain();
        return;
    }
    if (victim != Victim::cli) {
        const std::string home = victim == Victim::owner ? kNorth : kSouth;
        stage_->kill_and_reap(home);
        stage_->start(home);
        return;
    }
    // The daemon goes on with what it was asked; its operator looks before asking again, for longer
    // than the act takes.
    const auto deadline = Clock::now() + 3 * time_ + milliseconds(400);
    while (Clock::now() < deadline && !act_->is_done(n_)) {
        std::this_thread::sleep_for(milliseconds(20));
    }
}

Census KillRun::run_killed(Victim victim, microseconds delay) {
    act_->prepare(n_);
    EXPECT_TRUE(stage_->settle());
    const Census before = stage_->census();
    const auto first = act_once([&](pid_t cli) { return kill_later(pid_of(victim, cli), delay); });
    restart(victim);
    if (first.exit_code != 0) {
        ++struck_;
        ask_until_done();
    }
    EXPECT_TRUE(stage_->settle());
    const Census after = stage_->census();
    expect_leaves(after);
    return growth(before, after);
}

/// The reference, twice: the first time warms what is read once.
void KillRun::measure() {
    for (; n_ < kReferenceRuns; ++n_) {
        act_->prepare(n_);
        ASSERT_TRUE(stage_->settle());
        const Census before = stage_->census();
        const auto start = Clock::now();
        const auto result = act_once([](pid_t) { return std::jthread(); });
        time_ = std::chrono::duration_cast<microseconds>(Clock::now() - start);
        ASSERT_EQ(result.exit_code, 0) << result.err;
        ASSERT_TRUE(stage_->settle());
        const Census grown = growth(before, stage_->census());
        ASSERT_TRUE(n_ == 0 || grown == reference_) << testing::PrintToString(grown);
        reference_ = grown;
    }
    ASSERT_FALSE(reference_.empty());
}

void KillRun::expect_the_same(const std::vector<Victim>& victims) {
    ASSERT_NO_FATAL_FAILURE(keep_chain());
    ASSERT_NO_FATAL_FAILURE(measure());
    for (const Victim victim : victims) {
        for (const int point : points()) {
            SCOPED_TRACE(std::string(act_->name) + ": " + name_of_victim(victim) + " killed at " +
                         std::to_string(point) + " % of " + std::to_string(time_.count()) + " us");
            EXPECT_EQ(run_killed(victim, time_ * point / 100), reference_);
            ++n_;
            if (testing::Test::HasFatalFailure()) {
                return;
            }
        }
    }
    EXPECT_GT(struck_, 0U) << "no kill came before its act had ended";
    std::cout << act_->name << ": " << struck_ << " of " << victims.size() * points().size()
              << " kills came before it had ended (" << time_.count() / 1000 << " ms)\n";
    stage_->audit(kNorth);
    stage_->audit(kSouth);
}

}  // namespace mednexus::integration
