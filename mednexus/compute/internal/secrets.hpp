#pragma once
/// The secret polynomials of parties, owners and requesters, and what is drawn like them:
/// docs/formats/encrypted-score.md, section 3.
#include "mednexus/compute/internal/rows.hpp"
#include "mednexus/compute/internal/sampler.hpp"

namespace mednexus::compute::internal {

inline constexpr std::string_view kLabelCommon = "common";
inline constexpr std::string_view kLabelShare = "share";

/// A ternary polynomial in evaluation form: [primes][N].
[[nodiscard]] SecretWords draw_ternary(const Tables& tables,
                                       const Sampler& sampler,
                                       std::uint32_t number,
                                       std::size_t primes);

/// t·e + message in evaluation form: [primes][N]. `message` has N coefficients, or none.
[[nodiscard]] SecretWords draw_noise(const Tables& tables,
                                     const Sampler& sampler,
                                     std::uint32_t number,
                                     std::size_t primes,
                                     std::span<const std::int32_t> message = {});

/// A uniform polynomial: [primes][N].
void draw_uniform(const Tables& tables,
                  const Sampler& sampler,
                  std::uint32_t number,
                  std::size_t primes,
                  Row out);

/// s_i of a party in a session.
[[nodiscard]] SecretWords share_secret(const Ring& ring,
                                       const Secret<32>& share_seed,
                                       const Hash32& session,
                                       std::size_t primes);

/// s_o of an owner.
[[nodiscard]] SecretWords data_secret(const Ring& ring,
                                      const Secret<32>& data_seed,
                                      std::size_t primes);

/// z of a requester.
[[nodiscard]] SecretWords requester_secret(const Ring& ring, const Secret<32>& requester_seed);

/// Numbers of the common polynomials `a`.
[[nodiscard]] constexpr std::uint32_t common_of_digit(std::size_t digit) noexcept {
    return 1 + static_cast<std::uint32_t>(digit);
}

[[nodiscard]] constexpr std::uint32_t common_of_rotation(std::size_t level,
                                                         std::size_t digit) noexcept {
    return 4 + static_cast<std::uint32_t>(kDigits * level + digit);
}

/// rows += w·secret, where w is P times the gadget of `digit`: it is not zero modulo the primes of
/// that digit only.
void add_gadget(const Tables& tables, std::size_t digit, ConstRow secret, Row rows);

}  // namespace mednexus::compute::internal
