#pragma once
/// Enumerators as proto3 JSON spells them. Source: phenopacket-schema 2.0, *.proto.
#include <array>
#include <string_view>

namespace mednexus::clinical::internal {

/// In the order of clinical::Sex.
inline constexpr std::array<std::string_view, 4> kSexNames{
    "UNKNOWN_SEX", "FEMALE", "MALE", "OTHER_SEX"};

/// In the order of clinical::VitalStatus.
inline constexpr std::array<std::string_view, 3> kVitalStatusNames{
    "UNKNOWN_STATUS", "ALIVE", "DECEASED"};

inline constexpr std::array<std::string_view, 5> kProgressNames{
    "UNKNOWN_PROGRESS", "IN_PROGRESS", "COMPLETED", "SOLVED", "UNSOLVED"};

inline constexpr std::array<std::string_view, 5> kInterpretationNames{
    "UNKNOWN_STATUS", "REJECTED", "CANDIDATE", "CONTRIBUTORY", "CAUSATIVE"};

inline constexpr std::array<std::string_view, 6> kAcmgNames{"NOT_PROVIDED",
                                                            "BENIGN",
                                                            "LIKELY_BENIGN",
                                                            "UNCERTAIN_SIGNIFICANCE",
                                                            "LIKELY_PATHOGENIC",
                                                            "PATHOGENIC"};

inline constexpr std::array<std::string_view, 3> kActionabilityNames{
    "UNKNOWN_ACTIONABILITY", "NOT_ACTIONABLE", "ACTIONABLE"};

inline constexpr std::array<std::string_view, 4> kMoleculeNames{
    "unspecified_molecule_context", "genomic", "transcript", "protein"};

}  // namespace mednexus::clinical::internal
