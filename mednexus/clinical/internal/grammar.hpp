#pragma once
/// The small grammars of ids and texts that all readers of this module share.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mednexus/clinical/case.hpp"

namespace mednexus::clinical::internal {

/// Not empty, only '0' … '9'.
[[nodiscard]] bool is_digits(std::string_view text) noexcept;

/// "PREFIX:LOCAL": a letter, then letters, digits, '_', '.', '-'; then a colon; then one or more
/// of letters, digits and "_.-/#": at most kTextBytesMax bytes in all. Source: W3C CURIE 1.0,
/// narrowed to what disease and term catalogues use.
[[nodiscard]] bool is_curie(std::string_view text) noexcept;

/// The rule that an id breaks, or nothing: not empty, at most kTextBytesMax bytes, no control
/// character, not path-like.
[[nodiscard]] std::optional<std::string> id_fault(std::string_view text);

/// The rule that a label breaks, or nothing: at most kLabelBytesMax bytes, no control character.
[[nodiscard]] std::optional<std::string> label_fault(std::string_view text);

/// C0, DEL, C1, the line separators U+2028 and U+2029, and the bidirectional controls.
[[nodiscard]] bool has_control_character(std::string_view text) noexcept;

/// An absolute path, a backslash, or a "." or ".." or empty segment between slashes.
[[nodiscard]] bool is_path_like(std::string_view text) noexcept;

/// ISO 8601 duration "PnYnMnWnDTnHnMnS", parts in this order, at least one; a fraction only in the
/// last part.
[[nodiscard]] bool is_duration(std::string_view text) noexcept;

/// Whole years of a duration: years plus months over 12, weeks and days over 365. Needs
/// is_duration; saturates at 1,000,000.
[[nodiscard]] std::uint32_t whole_years(std::string_view duration) noexcept;

/// RFC 3339 date-time with any fraction and offset.
[[nodiscard]] bool is_timestamp(std::string_view text) noexcept;

/// HGVS: letters, digits and "_.:()*>=+-?[];" only.
[[nodiscard]] bool is_hgvs(std::string_view text) noexcept;

/// A gene symbol: letters, digits, '-', '.', '_', '@', at most 64 bytes.
[[nodiscard]] bool is_gene_symbol(std::string_view text) noexcept;

}  // namespace mednexus::clinical::internal
