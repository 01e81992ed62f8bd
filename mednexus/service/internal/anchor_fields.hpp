#pragma once
/// The part `anchors` of a bundle: form only. Source: docs/formats/mnx.md section 9.
#include "mednexus/service/bundle.hpp"

namespace mednexus::service::internal {

[[nodiscard]] json::Value to_json(const BundleAnchors& anchors);

/// Errors   invalid: against the form; whether receipts are sorted is parse_bundle's
[[nodiscard]] Result<BundleAnchors> parse_anchors(const json::Value& value);

}  // namespace mednexus::service::internal
