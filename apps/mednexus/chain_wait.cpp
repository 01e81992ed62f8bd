#include "apps/mednexus/chain_wait.hpp"

#include <chrono>
#include <thread>

#include "apps/mednexus/answers.hpp"

namespace mednexus::cli {

namespace {

constexpr auto kPause = std::chrono::milliseconds(300);

struct Standing {
    std::uint64_t settled = 0;
    std::string refused;  ///< item and problem of the first that a contract refuses
    std::string problem;  ///< of the first that has one
};

Standing standing_of(const json::Value& answer) {
    Standing out;
    for (const json::Value& item : elements(answer, "items")) {
        const std::string state = shown(item, "state");
        out.settled += state == "settled" ? 1U : 0U;
        if (item.as_object() != nullptr && item.as_object()->find("problem") != nullptr &&
            out.problem.empty()) {
            out.problem = ": " + shown(item, "problem");
        }
        if (state == "refused" && out.refused.empty()) {
            out.refused = shown(item, "item") + ": " + shown(item, "problem");
        }
    }
    return out;
}

}  // namespace

Result<void> wait_for_chain(Operator& node,
                            Terminal& terminal,
                            const std::vector<std::string>& items,
                            std::uint32_t seconds) {
    if (items.empty() || seconds == 0) {
        return {};
    }
    json::Array names;
    for (const std::string& item : items) {
        names.emplace_back(item);
    }
    json::Object arguments;
    arguments.set("items", std::move(names));
    Progress progress(terminal, "waiting for the chain", items.size());
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    std::uint64_t shown_settled = 0;
    while (true) {
        const auto answer = node.execute("chain.items", arguments);
        // A chain that is away now may be back before the time is over.
        if (!answer && answer.error().kind != Kind::unavailable) {
            return tl::unexpected(answer.error());
        }
        const Standing now = answer ? standing_of(*answer) : Standing{};
        if (!now.refused.empty()) {
            return fail(Kind::denied, "chain: " + now.refused);
        }
        progress.advance(now.settled > shown_settled ? now.settled - shown_settled : 0);
        shown_settled = std::max(shown_settled, now.settled);
        if (now.settled == items.size()) {
            return {};
        }
        if (std::chrono::steady_clock::now() >= until) {
            terminal.hint("nothing is lost: the node goes on by itself once its chain answers");
            return answer ? fail(Kind::unavailable, "chain: not deep enough yet" + now.problem)
                          : Result<void>(tl::unexpected(answer.error()));
        }
        std::this_thread::sleep_for(kPause);
    }
}

}  // namespace mednexus::cli
