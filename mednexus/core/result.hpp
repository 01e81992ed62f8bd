#pragma once
/// Expected failure is a value. Callers branch on `kind`; people read `what`.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace mednexus {

/// busy: we are full, try again soon. unavailable: someone we need is away. corrupt: never retried.
enum class Kind : std::uint8_t {
    invalid,
    not_found,
    denied,
    conflict,
    corrupt,
    io,
    busy,
    unavailable,
    internal
};

/// `what` names operation and object: lower case, no full stop, ids and sizes, never content.
struct Error {
    Kind kind;
    std::string what;
};

template <typename T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

[[nodiscard]] inline Failure fail(Kind kind, std::string what) {
    return Failure(Error{kind, std::move(what)});
}

/// The same error with `context` and ": " put before its text.
[[nodiscard]] inline Failure fail_in(std::string_view context, const Error& error) {
    return fail(error.kind, std::string(context) + ": " + error.what);
}

/// The name that scripts see in `--json`, e.g. "not_found".
[[nodiscard]] std::string_view name_of(Kind kind) noexcept;

/// The inverse of name_of; `internal` for a name that no kind has.
[[nodiscard]] Kind kind_named(std::string_view name) noexcept;

/// The process exit code of ARCHITECTURE section 7 (64 is usage, 1 a verification that says no).
[[nodiscard]] int exit_code_of(Kind kind) noexcept;

/// The HTTP status that carries this kind.
[[nodiscard]] int http_status_of(Kind kind) noexcept;

inline constexpr int kExitUsage = 64;
inline constexpr int kExitVerificationSaysNo = 1;

}  // namespace mednexus

#define MN_CONCAT_INNER(a, b) a##b
#define MN_CONCAT(a, b) MN_CONCAT_INNER(a, b)

/// MN_TRY(declaration, expression): declares from the value of a Result, or returns its error.
/// It is a declaration: never the body of an unbraced if.
#define MN_TRY(declaration, ...)                                                     \
    auto MN_CONCAT(mn_result_, __LINE__) = (__VA_ARGS__);                            \
    if (!MN_CONCAT(mn_result_, __LINE__)) {                                          \
        return ::tl::unexpected(std::move(MN_CONCAT(mn_result_, __LINE__)).error()); \
    }                                                                                \
    declaration = *std::move(MN_CONCAT(mn_result_, __LINE__))

/// MN_DO(expression): for Result<void>; goes on, or returns the error.
#define MN_DO(...)                                                 \
    do {                                                           \
        auto mn_result = (__VA_ARGS__);                            \
        if (!mn_result) {                                          \
            return ::tl::unexpected(std::move(mn_result).error()); \
        }                                                          \
    } while (false)
