#pragma once
/// What is wrong with an input file, in a form that a person can act on. Neither field ever quotes
/// content.
#include <string>
#include <vector>

#include "mednexus/core/result.hpp"

namespace mednexus::clinical {

/// `place`: "line 12, column 20", for JSON followed by the pointer, e.g. "line 12, column 20
/// (/phenotypicFeatures/3/type/id)". `rule`: what ought to hold, lower case, no full stop.
struct Issue {
    std::string place;
    std::string rule;
    friend bool operator==(const Issue&, const Issue&) = default;
};

/// No list of issues grows beyond this; later ones are dropped.
inline constexpr std::size_t kIssuesMax = 100;

/// "place: rule" as an error of kind invalid.
[[nodiscard]] Failure fail_with(const Issue& issue);

}  // namespace mednexus::clinical
