#pragma once
/// Reading and writing what several tables share.
#include <string>
#include <string_view>

#include "mednexus/codec/hex.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/sqlite.hpp"

namespace mednexus::service::internal {

/// A column that holds "0x…". Errors: corrupt.
template <typename F>
[[nodiscard]] Result<F> hex_column(const Statement& row, int column) {
    auto value = codec::parse_hex_as<F>(row.text(column));
    if (!value) {
        return fail(Kind::corrupt, "database: a column is no id");
    }
    return *value;
}

[[nodiscard]] Result<void> write_commitment(Connection& connection,
                                            const FieldSeal& seal,
                                            const Hash32& commitment,
                                            std::string_view case_id,
                                            const Hash32& salt,
                                            std::string_view job);

}  // namespace mednexus::service::internal
