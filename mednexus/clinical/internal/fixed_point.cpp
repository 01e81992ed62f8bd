#include "mednexus/clinical/internal/fixed_point.hpp"

#include <array>
#include <bit>

#include "mednexus/core/check.hpp"

namespace mednexus::clinical::internal {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr unsigned kFractionBits = 32;
constexpr unsigned kMantissaBits = 62;  ///< 1.0 is 2^62

/// The largest r with r·r ≤ value.
constexpr std::uint64_t square_root(Wide value) {
    std::uint64_t root = 0;
    for (unsigned bit = 64; bit-- > 0;) {
        const std::uint64_t tried = root | (std::uint64_t{1} << bit);
        if (Wide{tried} * tried <= value) {
            root = tried;
        }
    }
    return root;
}

/// kRoots[k] = 2^(2^-(k+1)) with kMantissaBits fractional bits, each the root of the one before.
constexpr std::array<std::uint64_t, kFractionBits> make_roots() {
    std::array<std::uint64_t, kFractionBits> roots{};
    std::uint64_t last = std::uint64_t{2} << kMantissaBits;
    for (std::uint64_t& root : roots) {
        root = square_root(Wide{last} << kMantissaBits);
        last = root;
    }
    return roots;
}

constexpr auto kRoots = make_roots();
static_assert(kRoots[0] == 6521908912666391106ULL, "sqrt(2) in 62 fractional bits");

}  // namespace

Q32 log2_q32(std::uint64_t value) {
    MN_CHECK(value != 0);
    const auto whole = static_cast<unsigned>(std::bit_width(value)) - 1;
    std::uint64_t mantissa = value << (63U - whole);  // 1.0 is 2^63
    std::uint64_t fraction = 0;
    for (unsigned bit = 0; bit < kFractionBits; ++bit) {
        const Wide square = Wide{mantissa} * mantissa;  // 1.0 is 2^126
        const bool is_two_or_more = (square >> 127U) != 0;
        mantissa = static_cast<std::uint64_t>(square >> (is_two_or_more ? 64U : 63U));
        fraction = (fraction << 1U) | (is_two_or_more ? 1U : 0U);
    }
    return (Q32{whole} << kFractionBits) | static_cast<Q32>(fraction);
}

std::uint64_t exp2_q32(Q32 exponent) {
    if (exponent < 0) {
        return 0;
    }
    const auto whole = static_cast<unsigned>(exponent >> kFractionBits);
    MN_CHECK(whole < kMantissaBits);
    std::uint64_t mantissa = std::uint64_t{1} << kMantissaBits;
    for (unsigned bit = 0; bit < kFractionBits; ++bit) {
        if (((exponent >> (kFractionBits - 1 - bit)) & 1) != 0) {
            mantissa =
                static_cast<std::uint64_t>((Wide{mantissa} * kRoots.at(bit)) >> kMantissaBits);
        }
    }
    return mantissa >> (kMantissaBits - whole);
}

}  // namespace mednexus::clinical::internal
