#pragma once
/// The road of the demo, one function per step, in order. Each step runs programs as people would,
/// looks at what they printed or left behind, and says only what it found. Threads: one.
#include <optional>
#include <string>
#include <vector>

#include "apps/mednexus/demo/inputs.hpp"
#include "apps/mednexus/demo/institution.hpp"
#include "apps/mednexus/demo/report.hpp"
#include "apps/mednexus/demo/workplace.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::demo {

/// A case after its deposit.
struct Deposit {
    std::string label;
    std::string case_id;  ///< 0x…, known to its owner only
    std::string root;     ///< 0x…, 0G root of the sealed body
};

/// One line of the ranking.
struct Hit {
    std::string institution;
    std::string handle;
    std::int64_t score = 0;
};

/// What the steps leave for those after them.
struct Story {
    const Workplace* workplace;
    Report* report;
    CommandLine command_line;
    std::string daemon_program;
    Inputs inputs;
    std::vector<Institution> institutions{};  ///< north, south, west
    std::optional<Institution> computing_node{};
    std::vector<std::vector<Deposit>> deposits{};
    std::string roster{};  ///< 0x…
    std::string query_case{};
    std::string job{};
    std::vector<Hit> ranking{};
    std::optional<Daemon> chain{};  ///< before the institutions: it ends after them
    std::string chain_rpc{};        ///< its address
    std::string anchor_contract{};  ///< 0x…
    std::string chain_id{};         ///< decimal
    std::string trusted_block{};    ///< 0x…, once the logs are anchored

    [[nodiscard]] Institution& north() { return institutions.at(0); }

    [[nodiscard]] Institution& named(const std::string& name);
};

// chain.cpp: the chain, and what happens on it
[[nodiscard]] Result<void> raise_chain(Story& story);
/// Accredits a new home's card and lets the home rest on the chain.
[[nodiscard]] Result<void> join_chain(const Story& story, const Institution& made);
[[nodiscard]] Result<void> anchor_logs(Story& story);
[[nodiscard]] Result<void> refuse_after_revocation(Story& story);
[[nodiscard]] Result<void> erase_a_case(Story& story);

// story.cpp: before anything is asked
[[nodiscard]] Result<void> found_institutions(Story& story);
[[nodiscard]] Result<void> exchange_cards(Story& story);
[[nodiscard]] Result<void> agree(Story& story);
[[nodiscard]] Result<void> deposit_cases(Story& story);
[[nodiscard]] Result<void> record_consents(Story& story);

// consortium.cpp: who computes, keys that nobody holds alone, and encrypted indexes
[[nodiscard]] Result<void> found_computing_node(Story& story);
[[nodiscard]] Result<void> found_consortium(Story& story);
[[nodiscard]] Result<void> write_indexes(Story& story);

// asking.cpp: match and share
[[nodiscard]] Result<void> match(Story& story);
[[nodiscard]] Result<void> refuse_without_consent(Story& story);
[[nodiscard]] Result<void> share_best_hit(Story& story);

// availability.cpp: logs that outlive their institution
[[nodiscard]] Result<void> disperse_logs(Story& story);
/// West's daemon ends here.
[[nodiscard]] Result<void> rebuild_a_log(Story& story);

// proof.cpp: without institutions, homes and network
[[nodiscard]] Result<void> write_trust_policy(Story& story);
[[nodiscard]] Result<void> stop_and_hide_homes(Story& story);
[[nodiscard]] Result<void> verify_offline(Story& story);
[[nodiscard]] Result<void> refuse_what_is_not_proven(Story& story);

}  // namespace mednexus::demo
