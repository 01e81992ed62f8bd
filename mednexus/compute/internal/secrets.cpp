#include "mednexus/compute/internal/secrets.hpp"

#include "mednexus/core/check.hpp"

namespace mednexus::compute::internal {

SecretWords draw_ternary(const Tables& tables,
                         const Sampler& sampler,
                         std::uint32_t number,
                         std::size_t primes) {
    SecretIntegers small(tables.degree);
    sampler.ternary(number, small.view());
    return rows_of(tables, small.view(), primes);
}

SecretWords draw_noise(const Tables& tables,
                       const Sampler& sampler,
                       std::uint32_t number,
                       std::size_t primes,
                       std::span<const std::int32_t> message) {
    SecretIntegers small(tables.degree);
    sampler.noise(number, small.view());
    const auto plain = static_cast<std::int32_t>(tables.plain);
    for (std::int32_t& x : small.view()) {
        x *= plain;  // |x| ≤ 21·2^17
    }
    MN_CHECK(message.empty() || message.size() == tables.degree);
    for (std::size_t n = 0; n < message.size(); ++n) {
        small.view()[n] += message[n];
    }
    return rows_of(tables, small.view(), primes);
}

void draw_uniform(const Tables& tables,
                  const Sampler& sampler,
                  std::uint32_t number,
                  std::size_t primes,
                  Row out) {
    for (std::size_t i = 0; i < primes; ++i) {
        sampler.uniform(
            number, static_cast<std::uint32_t>(i), kPrimes[i], part(out, i, tables.degree));
    }
}

SecretWords share_secret(const Ring& ring,
                         const Secret<32>& share_seed,
                         const Hash32& session,
                         std::size_t primes) {
    const Sampler sampler(ring, share_seed.reveal(), kLabelShare, session.view());
    return draw_ternary(ring.tables(), sampler, 0, primes);
}

SecretWords data_secret(const Ring& ring, const Secret<32>& data_seed, std::size_t primes) {
    const Sampler sampler(ring, data_seed.reveal(), "data key");
    return draw_ternary(ring.tables(), sampler, 0, primes);
}

SecretWords requester_secret(const Ring& ring, const Secret<32>& requester_seed) {
    const Sampler sampler(ring, requester_seed.reveal(), "requester");
    return draw_ternary(ring.tables(), sampler, 0, kOpeningPrimes);
}

void add_gadget(const Tables& tables, std::size_t digit, ConstRow secret, Row rows) {
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        if (digit_of(i) == digit) {
            add_multiple(tables.modulus(i),
                         part(rows, i, tables.degree),
                         part(secret, i, tables.degree),
                         tables.special_product[i]);
        }
    }
}

}  // namespace mednexus::compute::internal
