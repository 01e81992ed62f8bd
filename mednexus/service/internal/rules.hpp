#pragma once
/// How rules are decided: one after the other, each with its name and its words. Threads: values.
#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mednexus/service/policy.hpp"

namespace mednexus::service::internal {

[[nodiscard]] inline bool contains(std::span<const std::string> list, std::string_view what) {
    return std::find(list.begin(), list.end(), what) != list.end();
}

/// Collects outcomes; in a group, rules after one that failed are not reached.
class Rules {
public:
    void check(std::string_view rule, bool holds, std::string words) {
        out_.push_back(
            {std::string(rule), holds ? Outcome::holds : Outcome::fails, std::move(words)});
        open_ = open_ && holds;
    }

    void check_if_open(std::string_view rule,
                       const std::function<bool()>& holds,
                       std::string words) {
        if (!open_) {
            out_.push_back({std::string(rule),
                            Outcome::not_reached,
                            "not looked at: a rule before it failed"});
            return;
        }
        check(rule, holds(), std::move(words));
    }

    void start_group(bool is_open = true) noexcept { open_ = is_open; }

    [[nodiscard]] std::vector<RuleOutcome> take() { return std::move(out_); }

private:
    std::vector<RuleOutcome> out_;
    bool open_ = true;
};

/// The rules of a home without a chain: the same, without those of credentials.
template <std::size_t N>
[[nodiscard]] constexpr auto without_credentials(const std::array<std::string_view, N>& rules) {
    constexpr std::size_t kCredentialRules = 5;
    std::array<std::string_view, N - kCredentialRules> out{};
    std::size_t count = 0;
    for (const std::string_view rule : rules) {
        if (!rule.starts_with("credential.")) {
            out.at(count++) = rule;
        }
    }
    return out;
}

/// "kind.supported".
void check_kind(Rules& rules, const ReleaseRequest& request, bool is_built);

/// Whether these rules, and no others, were decided in this order.
[[nodiscard]] bool are_named(std::span<const RuleOutcome> rules,
                             std::span<const std::string_view> names);

/// decide() of lift_key (policy_consortium.cpp).
[[nodiscard]] Verdict decide_lift_key(const ReleaseRequest& request, const Evidence& evidence);

}  // namespace mednexus::service::internal
