#pragma once
/// Fixed<Tag, N>: N raw bytes that are a type of their own; a CaseId does not convert to an
/// ObjectRoot.
#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus {

template <typename Tag, std::size_t N>
class Fixed {
public:
    static constexpr std::size_t kSizeBytes = N;

    constexpr Fixed() = default;  ///< all zero

    constexpr explicit Fixed(const std::array<std::uint8_t, N>& raw) : raw_(raw) {}

    /// Errors: invalid unless `raw` has exactly N bytes.
    [[nodiscard]] static Result<Fixed> from(BytesView raw) {
        if (raw.size() != N) {
            return fail(
                Kind::invalid,
                "expected " + std::to_string(N) + " bytes, got " + std::to_string(raw.size()));
        }
        Fixed out;
        std::copy(raw.begin(), raw.end(), out.raw_.begin());
        return out;
    }

    [[nodiscard]] constexpr BytesView view() const noexcept { return raw_; }

    [[nodiscard]] constexpr const std::array<std::uint8_t, N>& array() const noexcept {
        return raw_;
    }

    [[nodiscard]] constexpr std::array<std::uint8_t, N>& mutable_array() noexcept { return raw_; }

    friend constexpr auto operator<=>(const Fixed&, const Fixed&) = default;
    friend constexpr bool operator==(const Fixed&, const Fixed&) = default;

private:
    std::array<std::uint8_t, N> raw_{};
};

}  // namespace mednexus

/// Ids and digests are uniform, so their first bytes serve as the hash.
template <typename Tag, std::size_t N>
struct std::hash<mednexus::Fixed<Tag, N>> {
    std::size_t operator()(const mednexus::Fixed<Tag, N>& value) const noexcept {
        static_assert(N >= sizeof(std::size_t));
        std::size_t out = 0;
        std::memcpy(&out, value.array().data(), sizeof out);
        return out;
    }
};
