#pragma once
/// What kind of file this looks like, from its first bytes: shape only, nothing is believed.
#include <cstdint>
#include <string_view>

#include "mednexus/core/bytes.hpp"

namespace mednexus::cli {

enum class FileKind : std::uint8_t { phenopacket, case_lines, fhir, dicom, mme };

inline constexpr std::size_t kSniffBytesMax = 1U << 16U;

/// `head`: the first bytes of the file, up to kSniffBytesMax. What looks like nothing else is taken
/// for a phenopacket, or for case lines where the name ends in .jsonl or .ndjson.
[[nodiscard]] FileKind sniff(std::string_view file_name, BytesView head);

/// "FHIR resource" and the like.
[[nodiscard]] std::string_view name_of(FileKind kind) noexcept;

[[nodiscard]] bool is_supported(FileKind kind) noexcept;

}  // namespace mednexus::cli
