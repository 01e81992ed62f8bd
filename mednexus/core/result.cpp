#include "mednexus/core/result.hpp"

#include <array>

namespace mednexus {

namespace {

/// The one table that maps a kind to its name, exit code and HTTP status.
struct KindRow {
    Kind kind;
    std::string_view name;
    int exit_code;
    int http_status;
};

constexpr std::array<KindRow, 9> kKinds{{
    {Kind::invalid, "invalid", 65, 400},
    {Kind::not_found, "not_found", 66, 404},
    {Kind::denied, "denied", 77, 403},
    {Kind::conflict, "conflict", 65, 409},
    {Kind::corrupt, "corrupt", 74, 500},
    {Kind::io, "io", 74, 500},
    {Kind::busy, "busy", 75, 503},
    {Kind::unavailable, "unavailable", 69, 502},
    {Kind::internal, "internal", 70, 500},
}};

constexpr bool rows_stand_in_order() {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (static_cast<std::size_t>(kKinds[i].kind) != i) {
            return false;
        }
    }
    return true;
}

static_assert(rows_stand_in_order());

const KindRow& row_of(Kind kind) noexcept {
    return kKinds[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view name_of(Kind kind) noexcept {
    return row_of(kind).name;
}

Kind kind_named(std::string_view name) noexcept {
    for (const KindRow& row : kKinds) {
        if (row.name == name) {
            return row.kind;
        }
    }
    return Kind::internal;
}

int exit_code_of(Kind kind) noexcept {
    return row_of(kind).exit_code;
}

int http_status_of(Kind kind) noexcept {
    return row_of(kind).http_status;
}

}  // namespace mednexus
