#pragma once
/// The part `availability` of a bundle: form only. Source: docs/formats/mnx.md section 11.
#include "mednexus/service/bundle.hpp"

namespace mednexus::service::internal {

inline constexpr std::size_t kCertifiedBatchesMax = 1024;  ///< in one bundle

[[nodiscard]] json::Value to_json(const BundleAvailability& availability);

/// Errors   invalid: against the form, or not sorted by institution and first entry
[[nodiscard]] Result<BundleAvailability> parse_availability(const json::Value& value);

}  // namespace mednexus::service::internal
