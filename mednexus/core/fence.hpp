#pragma once
/// Exceptions are a vendor's accent: a call into a throwing library happens inside one fence.
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>

#include "mednexus/core/result.hpp"

namespace mednexus {

/// Runs `call` and returns its value (or Result) as a Result; what it throws becomes an `internal`
/// error named by `operation` — the exception's own text is dropped, since it may quote content.
/// bad_alloc passes.
template <typename Call>
[[nodiscard]] auto fenced(std::string_view operation, Call&& call, Kind kind = Kind::internal) {
    using Value = std::invoke_result_t<Call>;
    constexpr bool kIsResult = requires(Value value) {
        value.error().kind;
    };
    using Out = typename std::conditional_t<kIsResult,
                                            std::type_identity<Value>,
                                            std::type_identity<Result<Value>>>::type;
    try {
        if constexpr (std::is_void_v<Value>) {
            call();
            return Out{};
        } else {
            return Out(call());
        }
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception&) {
        return Out(fail(kind, std::string(operation) + ": the library refused"));
    }
}

}  // namespace mednexus
