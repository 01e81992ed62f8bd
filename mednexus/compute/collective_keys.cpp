#include "mednexus/compute/collective_keys.hpp"

#include <algorithm>
#include <string>

#include "mednexus/codec/cursor.hpp"
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
using internal::SecretWords;
using internal::Tables;
using internal::Word;
using internal::Writer;

/// What one party needs in both rounds.
struct Party {
    Party(const Ring& ring, const Secret<32>& share_seed, const Hash32& session)
        : tables(ring.tables()),
          sampler(ring, share_seed.reveal(), internal::kLabelShare, session.view()),
          secret(internal::draw_ternary(tables, sampler, 0, kKeyPrimes)) {}

    [[nodiscard]] SecretWords noise(std::uint32_t number) const {
        return internal::draw_noise(tables, sampler, number, kKeyPrimes);
    }

    const Tables& tables;
    Sampler sampler;
    SecretWords secret;  ///< [kKeyPrimes][N]
};

/// A party in round one, with the common polynomials: [number][kKeyPrimes][N].
struct PartyOne : Party {
    PartyOne(const Ring& ring,
             const Secret<32>& share_seed,
             const Hash32& session,
             ConstRow common_polynomials)
        : Party(ring, share_seed, session), common(common_polynomials) {}

    /// rows -= a·x, for the common polynomial `number`. Shape: [kKeyPrimes][N]
    void subtract_common(std::uint32_t number, ConstRow x, Row rows) const {
        for (std::size_t i = 0; i < kKeyPrimes; ++i) {
            internal::subtract_product(tables.modulus(i),
                                       part(rows, i, tables.degree),
                                       part(common, kKeyPrimes * number + i, tables.degree),
                                       part(x, i, tables.degree));
        }
    }

    /// rows += a·x.
    void add_common(std::uint32_t number, ConstRow x, Row rows) const {
        for (std::size_t i = 0; i < kKeyPrimes; ++i) {
            internal::add_product(tables.modulus(i),
                                  part(rows, i, tables.degree),
                                  part(common, kKeyPrimes * number + i, tables.degree),
                                  part(x, i, tables.degree));
        }
    }

    ConstRow common;
};

/// h0 = -a u + w s + t e, then h1 = a s + t e, for one digit.
void write_relinearisation_one(const PartyOne& party,
                               const SecretWords& once,
                               std::size_t digit,
                               Writer& out) {
    const auto number = static_cast<std::uint32_t>(digit);
    const std::uint32_t common = internal::common_of_digit(digit);
    SecretWords h0 = party.noise(1 + 2 * number);
    party.subtract_common(common, once.view(), h0.view());
    internal::add_gadget(party.tables, digit, party.secret.view(), h0.view());
    out.words(h0.view());
    SecretWords h1 = party.noise(2 + 2 * number);
    party.add_common(common, party.secret.view(), h1.view());
    out.words(h1.view());
}

/// -a s + w sigma(s) + t e, for one level and digit.
void write_rotation(
    const PartyOne& party, ConstRow rotated, std::size_t level, std::size_t digit, Writer& out) {
    SecretWords rows = party.noise(7 + static_cast<std::uint32_t>(kDigits * level + digit));
    party.subtract_common(
        internal::common_of_rotation(level, digit), party.secret.view(), rows.view());
    internal::add_gadget(party.tables, digit, rotated, rows.view());
    out.words(rows.view());
}

SecretWords rotate(const Tables& tables, ConstRow secret, std::size_t level) {
    SecretWords out(secret.size());
    for (std::size_t i = 0; i < kKeyPrimes; ++i) {
        internal::permute(tables.rotations[level].from,
                          part(secret, i, tables.degree),
                          part(out.view(), i, tables.degree));
    }
    return out;
}

Result<void> check_shares(std::span<const Bytes> shares) {
    if (shares.size() < 2 || shares.size() > kPartiesMax) {
        return fail(Kind::invalid,
                    "collective keys: " + std::to_string(shares.size()) +
                        " shares, allowed are 2 to " + std::to_string(kPartiesMax));
    }
    for (std::size_t i = 0; i < shares.size(); ++i) {
        if (std::find(shares.begin(), shares.begin() + static_cast<std::ptrdiff_t>(i), shares[i]) !=
            shares.begin() + static_cast<std::ptrdiff_t>(i)) {
            return fail(Kind::invalid, "collective keys: two equal shares");
        }
    }
    return {};
}

Result<void> check_session(ObjectKind kind, const Hash32& found, const Hash32& wanted) {
    return found == wanted ? Result<void>{} : internal::malformed(kind, "of another session");
}

/// Adds the polynomials of a share, [n][kKeyPrimes][N], to `sum`.
Result<void> add_polynomials(const Tables& tables, Reader& in, Row sum) {
    std::vector<Word> row(tables.degree);
    for (std::size_t at = 0; at < sum.size(); at += tables.degree) {
        const std::size_t prime = at / tables.degree % kKeyPrimes;
        MN_DO(in.words(prime, row));
        internal::add(tables.modulus(prime), sum.subspan(at, tables.degree), row);
    }
    return {};
}

Bytes write_sums(const Ring& ring, ObjectKind kind, const Hash32& session, ConstRow words) {
    Writer out(ring, kind);
    out.field(session.view());
    out.words(words);
    return std::move(out).finish();
}

/// Sums of round one, read again: [n][kKeyPrimes][N] of one kind and session.
Result<std::vector<Word>> read_sums(const Ring& ring,
                                    ObjectKind kind,
                                    const Hash32& session,
                                    BytesView raw) {
    MN_TRY(Reader in, Reader::open(ring, kind, raw));
    MN_DO(check_session(kind, in.hash(), session));
    std::vector<Word> words(internal::polynomials(ring, kind) * ring.tables().degree);
    MN_DO(in.polynomials(kKeyPrimes, words));
    return words;
}

Hash32 input_of(const RoundOne& round_one) {
    return crypto::sha256(round_one.relinearisation);
}

}  // namespace

Hash32 commit_to_share(std::string_view party,
                       const Hash32& session,
                       std::uint32_t round,
                       const Hash32& nonce,
                       BytesView share) {
    Bytes head = to_bytes("mednexus/score/commit/v1");
    head.push_back(0);
    codec::append_le(head, static_cast<std::uint32_t>(party.size()));
    append(head, bytes_of(party));
    append(head, session.view());
    codec::append_le(head, round);
    append(head, nonce.view());
    crypto::Sha256 hash;
    hash.update(head);
    hash.update(share);
    return hash.finish();
}

Bytes make_share_one(const Ring& ring, const Secret<32>& share_seed, const Hash32& session) {
    return ShareOneMaker(ring, session).make(share_seed);
}

ShareOneMaker::ShareOneMaker(const Ring& ring, const Hash32& session)
    : ring_(ring), session_(session) {
    const Tables& tables = ring.tables();
    const std::size_t polynomial = kKeyPrimes * std::size_t{tables.degree};
    const std::uint32_t count = internal::common_of_rotation(tables.levels, 0);
    common_.raw.resize(count * polynomial);
    const Sampler common(ring, session.view(), internal::kLabelCommon);
    for (std::uint32_t number = 0; number < count; ++number) {
        internal::draw_uniform(
            tables, common, number, kKeyPrimes, part(Row(common_.raw), number, polynomial));
    }
}

Bytes ShareOneMaker::make(const Secret<32>& share_seed) const {
    const PartyOne party(ring_, share_seed, session_, common_.raw);
    const SecretWords once = internal::draw_ternary(party.tables, party.sampler, 1, kKeyPrimes);
    Writer out(ring_, ObjectKind::share_one);
    out.field(session_.view());
    SecretWords public_key = party.noise(0);
    party.subtract_common(0, party.secret.view(), public_key.view());
    out.words(public_key.view());
    for (std::size_t digit = 0; digit < kDigits; ++digit) {
        write_relinearisation_one(party, once, digit, out);
    }
    for (std::size_t level = 0; level < party.tables.levels; ++level) {
        const SecretWords rotated = rotate(party.tables, party.secret.view(), level);
        for (std::size_t digit = 0; digit < kDigits; ++digit) {
            write_rotation(party, rotated.view(), level, digit, out);
        }
    }
    return std::move(out).finish();
}

Result<RoundOne> combine_round_one(const Ring& ring,
                                   const Hash32& session,
                                   std::span<const Bytes> shares) {
    MN_DO(check_shares(shares));
    const std::size_t degree = ring.tables().degree;
    const auto size_of = [&](ObjectKind kind) {
        return internal::polynomials(ring, kind) * degree;
    };
    std::vector<Word> public_key(size_of(ObjectKind::public_key));
    std::vector<Word> relinearisation(size_of(ObjectKind::relinearisation_sums));
    std::vector<Word> rotations(size_of(ObjectKind::rotation_sums));
    for (const Bytes& share : shares) {
        MN_TRY(Reader in, Reader::open(ring, ObjectKind::share_one, share));
        MN_DO(check_session(ObjectKind::share_one, in.hash(), session));
        MN_DO(add_polynomials(ring.tables(), in, public_key));
        MN_DO(add_polynomials(ring.tables(), in, relinearisation));
        MN_DO(add_polynomials(ring.tables(), in, rotations));
    }
    return RoundOne{.public_key = write_sums(ring, ObjectKind::public_key, session, public_key),
                    .relinearisation = write_sums(
                        ring, ObjectKind::relinearisation_sums, session, relinearisation),
                    .rotations = write_sums(ring, ObjectKind::rotation_sums, session, rotations)};
}

Result<Bytes> make_share_two(const Ring& ring,
                             const Secret<32>& share_seed,
                             const Hash32& session,
                             const RoundOne& round_one) {
    MN_TRY(const std::vector<Word> sums,
           read_sums(ring, ObjectKind::relinearisation_sums, session, round_one.relinearisation));
    const Party party(ring, share_seed, session);
    const std::size_t degree = party.tables.degree;
    const SecretWords once = internal::draw_ternary(party.tables, party.sampler, 1, kKeyPrimes);
    const Hash32 input = input_of(round_one);
    Bytes context = to_bytes(session.view());
    append(context, input.view());
    const Sampler sampler(ring, share_seed.reveal(), "share two", context);
    Writer out(ring, ObjectKind::share_two);
    out.field(session.view());
    out.field(input.view());
    for (std::uint32_t digit = 0; digit < kDigits; ++digit) {
        SecretWords k = internal::draw_noise(party.tables, sampler, 2 * digit, kKeyPrimes);
        const SecretWords more =
            internal::draw_noise(party.tables, sampler, 2 * digit + 1, kKeyPrimes);
        for (std::size_t i = 0; i < kKeyPrimes; ++i) {
            const internal::Modulus& modulus = party.tables.modulus(i);
            const Row row = part(k.view(), i, degree);
            const ConstRow s = part(party.secret.view(), i, degree);
            const ConstRow h0 = part(ConstRow(sums), kKeyPrimes * 2 * digit + i, degree);
            const ConstRow h1 = part(ConstRow(sums), kKeyPrimes * (2 * digit + 1) + i, degree);
            internal::add(modulus, row, part(more.view(), i, degree));
            internal::add_product(modulus, row, s, h0);
            internal::add_product(modulus, row, part(once.view(), i, degree), h1);
            internal::subtract_product(modulus, row, h1, s);
        }
        out.words(k.view());
    }
    return std::move(out).finish();
}

Result<Bytes> combine_round_two(const Ring& ring,
                                const Hash32& session,
                                const RoundOne& round_one,
                                std::span<const Bytes> shares) {
    MN_DO(check_shares(shares));
    MN_TRY(const std::vector<Word> sums,
           read_sums(ring, ObjectKind::relinearisation_sums, session, round_one.relinearisation));
    MN_TRY(const std::vector<Word> rotations,
           read_sums(ring, ObjectKind::rotation_sums, session, round_one.rotations));
    const std::size_t polynomial = kKeyPrimes * ring.tables().degree;
    std::vector<Word> keys(kDigits * polynomial);
    for (const Bytes& share : shares) {
        MN_TRY(Reader in, Reader::open(ring, ObjectKind::share_two, share));
        MN_DO(check_session(ObjectKind::share_two, in.hash(), session));
        if (in.hash() != input_of(round_one)) {
            return internal::malformed(ObjectKind::share_two, "made from other sums");
        }
        MN_DO(add_polynomials(ring.tables(), in, keys));
    }
    Writer out(ring, ObjectKind::evaluation_keys);
    out.field(session.view());
    for (std::size_t digit = 0; digit < kDigits; ++digit) {
        out.words(part(ConstRow(keys), digit, polynomial));
        out.words(part(ConstRow(sums), 2 * digit + 1, polynomial));
    }
    out.words(rotations);
    return std::move(out).finish();
}

Result<PublicKey> PublicKey::parse(const Ring& ring, BytesView raw) {
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::public_key, raw));
    const Tables& tables = ring.tables();
    PublicKey key;
    key.session_ = in.hash();
    key.digest_ = crypto::sha256(raw);
    key.words_.raw.resize(2 * kKeyPrimes * tables.degree);
    const Row words = key.words_.raw;
    MN_DO(in.polynomials(kKeyPrimes, words.first(words.size() / 2)));
    const Sampler common(ring, key.session_.view(), internal::kLabelCommon);
    internal::draw_uniform(tables, common, 0, kKeyPrimes, words.last(words.size() / 2));
    return key;
}

Result<EvaluationKeys> EvaluationKeys::parse(const Ring& ring, BytesView raw) {
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::evaluation_keys, raw));
    const Tables& tables = ring.tables();
    const std::size_t polynomial = kKeyPrimes * tables.degree;
    EvaluationKeys keys;
    keys.session_ = in.hash();
    keys.relinearisation_.raw.resize(kDigits * 2 * polynomial);
    MN_DO(in.polynomials(kKeyPrimes, keys.relinearisation_.raw));
    const Sampler common(ring, keys.session_.view(), internal::kLabelCommon);
    for (std::size_t level = 0; level < tables.levels; ++level) {
        Words& rotation = keys.rotations_.emplace_back();
        rotation.raw.resize(kDigits * 2 * polynomial);
        for (std::size_t digit = 0; digit < kDigits; ++digit) {
            const Row rows = rotation.raw;
            MN_DO(in.polynomials(kKeyPrimes, part(rows, 2 * digit, polynomial)));
            internal::draw_uniform(tables,
                                   common,
                                   internal::common_of_rotation(level, digit),
                                   kKeyPrimes,
                                   part(rows, 2 * digit + 1, polynomial));
        }
    }
    return keys;
}

}  // namespace mednexus::compute
