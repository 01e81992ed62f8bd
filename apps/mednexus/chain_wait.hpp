#pragma once
/// Waiting for what a home has to say on its chain. Threads: one.
#include <cstdint>
#include <string>
#include <vector>

#include "apps/mednexus/operator.hpp"
#include "apps/mednexus/terminal.hpp"

namespace mednexus::cli {

inline constexpr std::uint32_t kChainWaitSeconds = 120;

/// Asks until every item is deep enough to count, or `seconds` are over; shows how far it is.
/// Items are names that an operation gave as `chain_item`; none: nothing to wait for.
///
/// Errors   unavailable: the time is over (the items stay queued, and go on); denied: a contract
///          refuses one, by its own error's name
[[nodiscard]] Result<void> wait_for_chain(Operator& node,
                                          Terminal& terminal,
                                          const std::vector<std::string>& items,
                                          std::uint32_t seconds);

}  // namespace mednexus::cli
