#pragma once
/// Putting the contracts on a chain, and looking whether they are there. Threads: free functions.
#include <array>
#include <optional>
#include <string>

#include "apps/mednexus/chain_tools/sender.hpp"
#include "mednexus/chain/contracts.hpp"

namespace mednexus::chain_tools {

/// The four, in the order of their deployment.
struct Placed {
    chain::Contract contract = chain::Contract::institutions;
    chain::Address address;
};

[[nodiscard]] std::array<Placed, 4> contracts_of(const chain::Deployment& at);

/// Errors: as Client.
[[nodiscard]] Result<bool> has_all_code(const chain::Client& client, const chain::Deployment& at);

/// Deploys with the sender's account as administrator and accreditor, and checks the code.
/// Errors   the sender's; unavailable: no code where it was deployed
[[nodiscard]] Result<chain::Deployment> deploy_contracts(const chain::Client& client,
                                                         Sender& sender);

/// On a local anvil: gives the account more than it will ever need. Elsewhere nothing happens.
/// Errors: as Client.
[[nodiscard]] Result<void> fund_locally(chain::Transport& transport,
                                        const std::string& url,
                                        const chain::Address& account);

/// Whether the account owns at least `wei`. Errors: as Client.
[[nodiscard]] Result<bool> has_balance(chain::Transport& transport,
                                       const std::string& url,
                                       const chain::Address& account,
                                       std::uint64_t wei);

}  // namespace mednexus::chain_tools
