#pragma once
/// The name of a batch's folder: `<from>-<to>-<R>`, which sorts by range.
/// docs/formats/da.md section 6.
#include <optional>
#include <string>
#include <string_view>

#include "mednexus/da/header.hpp"

namespace mednexus::da {

struct BatchName {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    Hash32 commitment;
    friend bool operator==(const BatchName&, const BatchName&) = default;
};

[[nodiscard]] BatchName name_of(const Header& header);
[[nodiscard]] std::string write_batch_name(const BatchName& name);
/// Nothing for every text that write_batch_name would not have written.
[[nodiscard]] std::optional<BatchName> parse_batch_name(std::string_view text);

}  // namespace mednexus::da
