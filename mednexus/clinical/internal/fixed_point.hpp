#pragma once
/// Logarithm and power of two in 32 fractional bits by integer arithmetic alone, so that every
/// machine and compiler gets the same bits. Source: docs/formats/case-vector.md, section 3.
#include <cstdint>

namespace mednexus::clinical::internal {

/// 32 integer and 32 fractional bits.
using Q32 = std::int64_t;
inline constexpr Q32 kOneQ32 = Q32{1} << 32U;

/// log2(value), rounded down bit by bit. Needs: value ≥ 1.
[[nodiscard]] Q32 log2_q32(std::uint64_t value);

/// 2^exponent, rounded down; 0 for a negative exponent. Needs: exponent < 62.
[[nodiscard]] std::uint64_t exp2_q32(Q32 exponent);

}  // namespace mednexus::clinical::internal
