#pragma once
/// The sum of tensor products over all dimensions, for one prime: the kernel that reads the index.
/// docs/formats/encrypted-score.md, section 6.
#include "mednexus/compute/internal/rows.hpp"

namespace mednexus::compute::internal {

/// Products are below 2^57.68 and the middle sum takes two per dimension: 64 of them and what is
/// carried over stay below 2^64.
inline constexpr std::size_t kFoldEvery = 32;

/// Shape    query, data: [d][component 0, 1][N]; out: [3][N]
void tensor_sum(const Modulus& modulus, std::size_t degree, ConstRow query, ConstRow data, Row out);

}  // namespace mednexus::compute::internal
