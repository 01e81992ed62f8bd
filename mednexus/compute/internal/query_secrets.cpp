#include "mednexus/compute/internal/query_secrets.hpp"

#include <string>

#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute::internal {

namespace {

Hash32 hash_of(const Vector& vector) {
    Bytes content;
    content.reserve(vector.dimensions());
    for (const std::int8_t entry : vector.entries()) {
        content.push_back(static_cast<std::uint8_t>(entry));
    }
    const Hash32 hash = crypto::sha256(content);
    wipe(content);
    return hash;
}

/// phase = t·phase + q_j·d'^-1 modulo t, centred, in coefficient j.
void add_message(const Tables& tables, const Vector& vector, std::span<std::int32_t> phase) {
    const Word t = tables.plain;
    const Factor factor = make_factor(inverse_vartime(tables.expansion % t, t), t);
    for (std::int32_t& x : phase) {
        x *= static_cast<std::int32_t>(t);  // |x| ≤ 21·2^17
    }
    for (std::size_t j = 0; j < vector.dimensions(); ++j) {
        const std::int32_t entry = vector.entries()[j];
        const Word residue = static_cast<Word>(entry) + (t & static_cast<Word>(entry >> 31));
        const Word product = subtract_once(multiply_lazy(residue, factor, t), t);
        const Word above = mask_less((t - 1) / 2, product);
        phase[j] += static_cast<std::int32_t>(product - (t & above));
    }
}

}  // namespace

Result<QuerySecrets> draw_query(const Ring& ring,
                                const PublicKey& public_key,
                                const Secret<32>& query_seed,
                                const Vector& vector) {
    const Tables& tables = ring.tables();
    if (vector.dimensions() != tables.dimensions) {
        return fail(Kind::denied,
                    "score: the query has " + std::to_string(vector.dimensions()) +
                        " dimensions instead of " + std::to_string(tables.dimensions));
    }
    Bytes context = to_bytes(public_key.digest().view());
    append(context, vector.profile().view());
    append(context, hash_of(vector).view());
    const Sampler sampler(ring, query_seed.reveal(), "query", context);
    QuerySecrets out{SecretIntegers(tables.degree),
                     SecretIntegers(tables.degree),
                     SecretIntegers(tables.degree)};
    sampler.ternary(0, out.once.view());
    sampler.noise(0, out.phase.view());
    sampler.noise(1, out.noise.view());
    add_message(tables, vector, out.phase.view());
    return out;
}

}  // namespace mednexus::compute::internal
