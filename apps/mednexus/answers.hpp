#pragma once
/// Reading what the node answered. It is ours, but another version's daemon may have written it.
#include <string>
#include <string_view>

#include "mednexus/codec/json.hpp"

namespace mednexus::cli {

/// The member as people read it: strings and numbers as they are, true and false, everything else
/// as canonical JSON; "-" when absent.
[[nodiscard]] std::string shown(const json::Value& object, std::string_view key);

/// The elements of an array member; none when it is absent or no array.
[[nodiscard]] const json::Array& elements(const json::Value& object, std::string_view key);

/// The strings of an array member, joined by ", ".
[[nodiscard]] std::string joined(const json::Value& object, std::string_view key);

/// A string member. Errors   internal: the node's answer lacks it
[[nodiscard]] Result<std::string> string_of(const json::Value& object, std::string_view key);

}  // namespace mednexus::cli
