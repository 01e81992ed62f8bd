#pragma once
/// contracts/abi, carried inside the program, so that what is deployed and what is spoken cannot
/// come from two versions. Threads: constant data.
#include <span>
#include <string_view>

#include "mednexus/core/bytes.hpp"

namespace mednexus::chain::internal {

struct EmbeddedFile {
    std::string_view path;  ///< below contracts/abi, e.g. "CaseRegistry.json"
    BytesView bytes;        ///< lives as long as the program
};

/// NAME.json and NAME.bin of each contract.
[[nodiscard]] std::span<const EmbeddedFile> contract_files();

}  // namespace mednexus::chain::internal
