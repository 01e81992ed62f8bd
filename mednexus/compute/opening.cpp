#include "mednexus/compute/opening.hpp"

#include <algorithm>
#include <string>

#include "mednexus/compute/internal/opened.hpp"
#include "mednexus/compute/internal/secrets.hpp"
#include "mednexus/compute/internal/wire.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute {

namespace {

using internal::ConstRow;
using internal::ObjectKind;
using internal::part;
using internal::Reader;
using internal::Row;
using internal::Sampler;
using internal::SecretIntegers;
using internal::SecretWords;
using internal::Tables;
using internal::Word;
using internal::Writer;

constexpr std::size_t kRows = kOpeningPrimes;

/// (r0, r1): [2][kOpeningPrimes][N].
Result<std::vector<Word>> read_requester_key(const Ring& ring, BytesView raw) {
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::requester_key, raw));
    const Hash32 seed = in.hash();
    std::vector<Word> words(2 * kRows * ring.slots());
    const Row rows = words;
    MN_DO(in.polynomials(kRows, rows.first(words.size() / 2)));
    const Sampler uniform(ring, seed.view(), "requester uniform");
    internal::draw_uniform(ring.tables(), uniform, 0, kRows, rows.last(words.size() / 2));
    return words;
}

Hash32 hash_of(const SlotMask& open) {
    Bytes bits(open.size() / 8);
    for (std::size_t i = 0; i < open.size(); ++i) {
        bits[i / 8] |= static_cast<std::uint8_t>((open[i] ? 1U : 0U) << (i % 8));
    }
    return crypto::sha256(bits);
}

/// The encoding of 0 in open slots and of a uniform value in the others, in evaluation form.
SecretWords draw_masks(const Tables& tables, const Sampler& sampler, const SlotMask& open) {
    SecretWords slots(tables.degree);
    sampler.mask(0, tables.plain, slots.view());
    for (std::size_t i = 0; i < open.size(); ++i) {
        slots.view()[i] = open[i] ? 0 : slots.view()[i];
    }
    SecretIntegers coefficients(tables.degree);
    internal::encode(tables, slots.view(), coefficients.view());
    return internal::rows_of(tables, coefficients.view(), kRows);
}

}  // namespace

Bytes make_requester_key(const Ring& ring, const Secret<32>& requester_seed) {
    const Tables& tables = ring.tables();
    const Hash32 seed = Sampler(ring, requester_seed.reveal(), "requester seed").public_seed();
    const Sampler uniform(ring, seed.view(), "requester uniform");
    const Sampler sampler(ring, requester_seed.reveal(), "requester");
    const SecretWords secret = internal::requester_secret(ring, requester_seed);
    std::vector<Word> r1(kRows * tables.degree);
    internal::draw_uniform(tables, uniform, 0, kRows, r1);
    SecretWords r0 = internal::draw_noise(tables, sampler, 0, kRows);
    for (std::size_t i = 0; i < kRows; ++i) {
        internal::subtract_product(tables.modulus(i),
                                   part(r0.view(), i, tables.degree),
                                   part(ConstRow(r1), i, tables.degree),
                                   part(secret.view(), i, tables.degree));
    }
    Writer out(ring, ObjectKind::requester_key);
    out.field(seed.view());
    out.words(r0.view());
    return std::move(out).finish();
}

Result<Bytes> make_opening_share(const Ring& ring,
                                 const Secret<32>& share_seed,
                                 BytesView finished,
                                 BytesView requester_key,
                                 const SlotMask& open) {
    const Tables& tables = ring.tables();
    if (open.size() != tables.degree) {
        return fail(Kind::invalid,
                    "score: mask of " + std::to_string(open.size()) + " slots for " +
                        std::to_string(tables.degree));
    }
    MN_TRY(const internal::Finished scores, internal::read_finished(ring, finished));
    MN_TRY(const std::vector<Word> key, read_requester_key(ring, requester_key));
    const Hash32 scores_hash = crypto::sha256(finished);
    const Hash32 key_hash = crypto::sha256(requester_key);
    Bytes context = to_bytes(scores_hash.view());
    append(context, key_hash.view());
    append(context, hash_of(open).view());
    const Sampler sampler(ring, share_seed.reveal(), "opening", context);
    const SecretWords secret = internal::share_secret(ring, share_seed, scores.session, kRows);
    const SecretWords once = internal::draw_ternary(tables, sampler, 0, kRows);
    const std::size_t half = kRows * tables.degree;

    SecretWords h0 = draw_masks(tables, sampler, open);
    internal::add_opening_products(
        tables, h0.view(), part(ConstRow(scores.words), 1, half), secret.view());
    internal::add_opening_products(tables, h0.view(), part(ConstRow(key), 0, half), once.view());
    SecretWords limbs(3 * std::size_t{tables.degree});
    sampler.smudging(0, limbs.view());
    for (std::size_t i = 0; i < kRows; ++i) {
        internal::add_smudging(tables, limbs.view(), i, part(h0.view(), i, tables.degree));
    }
    SecretWords h1 = internal::draw_noise(tables, sampler, 0, kRows);
    internal::add_opening_products(tables, h1.view(), part(ConstRow(key), 1, half), once.view());

    Writer out(ring, ObjectKind::opening_share);
    out.field(scores.session.view());
    out.field(scores_hash.view());
    out.field(key_hash.view());
    out.words(h0.view());
    out.words(h1.view());
    return std::move(out).finish();
}

Result<std::vector<std::int32_t>> open_scores(const Ring& ring,
                                              const Secret<32>& requester_seed,
                                              BytesView finished,
                                              std::span<const Bytes> shares) {
    MN_TRY(const internal::Opened opened,
           internal::combine_opening(ring, requester_seed, finished, shares));
    if (opened.largest > internal::opening_modulus() / 8) {
        return fail(Kind::corrupt, "score: the shares do not open these scores");
    }
    return internal::read_slots(ring.tables(), opened);
}

}  // namespace mednexus::compute
