#pragma once
/// One line of canonical JSON under a line that names it: the text of both signed documents.
#include <string>
#include <string_view>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/core/ids.hpp"

namespace mednexus::da::internal {

[[nodiscard]] inline std::string write_text(std::string_view head, json::Object body) {
    return std::string(head) + json::write_canonical(json::Value(std::move(body))) + "\n";
}

[[nodiscard]] inline std::string hex(const Hash32& hash) {
    return codec::to_hex_0x(hash.view());
}

}  // namespace mednexus::da::internal
