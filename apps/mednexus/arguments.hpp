#pragma once
/// Turning words of the command line into arguments of operations.
#include <string>
#include <vector>

#include "apps/mednexus/terminal.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::cli {

[[nodiscard]] json::Array array_of(const std::vector<std::string>& words);

/// The time as given, or now where nothing was given.
[[nodiscard]] std::string time_or_now(const std::string& given, const Terminal& terminal);

}  // namespace mednexus::cli
