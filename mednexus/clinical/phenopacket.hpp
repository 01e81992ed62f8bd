#pragma once
/// GA4GH Phenopackets v2 as JSON: in, out, and checked. See docs/formats/phenopacket.md.
/// Field names are the canonical camelCase of proto3 JSON; snake_case names are not read.
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/clinical/case.hpp"
#include "mednexus/clinical/issue.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::clinical {

inline constexpr std::size_t kPhenopacketBytesMax = 4U << 20U;
inline constexpr std::size_t kLeftOutMax = 1000;  ///< entries; later ones are dropped

/// Something in the source that a Case does not hold. Never its content.
struct LeftOut {
    std::string place;  ///< JSON pointer; member names are cut to 64 bytes
    std::string kind;   ///< "unknown field", "free text", "file", "not kept"
    friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

struct ParsedCase {
    Case value;
    std::vector<LeftOut> left_out;
};

/// Errors   invalid: "line L, column C (POINTER): rule", the first issue that check_phenopacket
///          would list
/// Source   phenopacket-schema 2.0; docs/formats/phenopacket.md
[[nodiscard]] Result<ParsedCase> parse_phenopacket(std::string_view text);

/// Every issue of the text, in its order, at most kIssuesMax; empty when it is valid.
[[nodiscard]] std::vector<Issue> check_phenopacket(std::string_view text);

/// The case as a phenopacket; json::write_canonical of it is the canonical case. What parse made is
/// written so that parsing again gives an equal Case. Needs: a case that parse_phenopacket,
/// case_of or deidentify made.
[[nodiscard]] json::Value write_phenopacket(const Case& value);

}  // namespace mednexus::clinical
