#include "mednexus/compute/ring.hpp"

#include <bit>
#include <string>

#include "mednexus/compute/internal/tables.hpp"

namespace mednexus::compute {

namespace {

constexpr std::uint32_t kDegreeMin = 64;
constexpr std::uint32_t kPlainModulusEnd = 1U << 17U;  ///< section 7: keeps lambda above 56

bool is_prime_vartime(std::uint32_t n) {
    for (std::uint32_t factor = 2; factor * factor <= n; ++factor) {
        if (n % factor == 0) {
            return false;
        }
    }
    return n > 1;
}

Result<void> check_options(const RingOptions& options) {
    if (!std::has_single_bit(options.degree) || options.degree < kDegreeMin ||
        options.degree > kReleaseDegree) {
        return fail(Kind::invalid, "ring: the degree is a power of two from 64 to 8192");
    }
    const std::uint32_t t = options.plain_modulus;
    if (t >= kPlainModulusEnd || t % (2 * options.degree) != 1 || !is_prime_vartime(t)) {
        return fail(Kind::invalid,
                    "ring: the plaintext modulus is a prime below 131072, 1 modulo " +
                        std::to_string(2 * options.degree));
    }
    const std::uint32_t d = options.dimensions;
    if (d == 0 || d > kDimensionsMax || d > options.degree ||
        2 * static_cast<std::uint32_t>(score_bound(d)) >= t) {
        return fail(Kind::invalid,
                    "ring: " + std::to_string(d) + " dimensions do not fit degree and modulus");
    }
    return {};
}

}  // namespace

Ring::Ring(const RingOptions& options, std::unique_ptr<const Tables> tables)
    : options_(options), tables_(std::move(tables)), id_(tables_->id) {}

Ring::~Ring() = default;

Result<std::shared_ptr<const Ring>> Ring::make(const RingOptions& options) {
    MN_DO(check_options(options));
    auto tables = std::make_unique<const Tables>(internal::make_tables(options));
    return std::shared_ptr<const Ring>(new Ring(options, std::move(tables)));
}

}  // namespace mednexus::compute
