#pragma once
/// One act of north.example, with one program killed at one point of it, again and again; held
/// against the act that nobody killed. Threads: one.
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "tests/integration/stage.hpp"

namespace mednexus::integration {

enum class Victim : std::uint8_t { owner, peer, anvil, cli };

struct Act {
    const char* name;
    /// Its words, for the n-th time.
    std::function<std::vector<std::string>(std::size_t)> words;
    /// True: asking again would be another act.
    std::function<bool(std::size_t)> is_done = [](std::size_t) { return false; };
    /// What has to be there before, outside the count.
    std::function<void(std::size_t)> prepare = [](std::size_t) {};
};

class KillRun {
public:
    /// Both must outlive it.
    KillRun(Stage& stage, const Act& act) : stage_(&stage), act_(&act) {}

    /// How often an act is done at most.
    [[nodiscard]] static std::size_t runs_max();

    /// What differs from the run without a kill is a failure of the test.
    void expect_the_same(const std::vector<Victim>& victims);

private:
    void keep_chain();
    void measure();
    [[nodiscard]] demo::ChildResult act_once(const std::function<std::jthread(pid_t)>& beside);
    [[nodiscard]] Census run_killed(Victim victim, std::chrono::microseconds delay);
    [[nodiscard]] pid_t pid_of(Victim victim, pid_t cli) const;
    void restart(Victim victim);
    void ask_until_done();

    Stage* stage_;
    const Act* act_;
    std::size_t n_ = 0;
    std::size_t struck_ = 0;
    std::chrono::microseconds time_{};
    Census reference_;
};

}  // namespace mednexus::integration
