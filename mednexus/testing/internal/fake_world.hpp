#pragma once
/// A model of the contracts: what they store, and what a call does to it.
/// Threads: values.
#include <map>
#include <set>

#include "mednexus/chain/contracts.hpp"

namespace mednexus::testing::internal {

struct InstitutionRecord {
    chain::Address account;
    std::uint64_t expires = 0;
    chain::Standing status = chain::Standing::none;
    Hash32 card;
};

struct ConsentRecord {
    Hash32 commitment;
    std::uint64_t expires = 0;
    std::uint32_t version = 0;
    std::uint8_t state = 0;  ///< 0 none, 1 granted, 2 revoked
};

struct CaseRecord {
    Hash32 commitment;
    std::uint8_t state = 0;  ///< 0 none, 1 registered, 2 tombstoned
};

struct AnchorRecord {
    std::uint64_t size = 0;
    Hash32 root;
    std::uint64_t block_number = 0;
};

/// One deployed contract; only the members of its kind are used.
struct ContractState {
    chain::Contract kind = chain::Contract::institutions;
    chain::Address registry;  ///< not of institutions
    chain::Address owner;     ///< from here: of institutions
    chain::Address pending_owner;
    std::set<chain::Address> accreditors;
    std::map<Hash32, InstitutionRecord> institutions;
    std::map<chain::Address, Hash32> institution_of;
    std::map<Hash32, ConsentRecord> consents;
    std::map<std::pair<Hash32, Hash32>, CaseRecord> cases;  ///< by institution and handle
    std::map<Hash32, AnchorRecord> anchors;
};

struct World {
    std::map<chain::Address, ContractState> contracts;
    std::map<chain::Address, std::uint64_t> nonces;
};

/// What a call sees of its block.
struct Context {
    chain::Address sender;
    std::uint64_t time = 0;
    std::uint64_t block_number = 0;
    std::uint64_t chain_id = 0;
};

/// Address, topics and data are set; the place in the block is the caller's.
struct Outcome {
    bool has_reverted = false;
    Bytes output;  ///< returned, or the revert's data
    std::vector<chain::EventLog> logs;
};

/// Calls `to`; a revert leaves `world` as it was. An account without code takes anything.
[[nodiscard]] Outcome run_call(World& world,
                               const Context& context,
                               const chain::Address& to,
                               BytesView data);

/// Deploys at `at` what `creation_code` creates: that of chain::creation_code, or a stand-in.
[[nodiscard]] Outcome run_creation(World& world, const chain::Address& at, BytesView creation_code);

/// Short creation code that only run_creation understands.
[[nodiscard]] Bytes stand_in_code(chain::Contract contract, const chain::Address& argument);

/// Of a contract: its made-up code. Otherwise empty.
[[nodiscard]] Bytes code_at(const World& world, const chain::Address& address);

}  // namespace mednexus::testing::internal
