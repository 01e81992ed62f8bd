#include "mednexus/compute/query_proof.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/compute/internal/query_secrets.hpp"
#include "mednexus/compute/internal/wire.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute {

namespace {

using internal::ConstRow;
using internal::kProofRepetitions;
using internal::ObjectKind;
using internal::part;
using internal::Reader;
using internal::Row;
using internal::Sampler;
using internal::SecretLongs;
using internal::Tables;
using internal::Word;
using internal::Writer;

__extension__ using Wider = unsigned __int128;
__extension__ using SignedWider = __int128;

constexpr std::string_view kDomain = "mednexus/score/query proof/v1";
constexpr std::uint32_t kOrder = 64;  ///< of Y
constexpr unsigned kChallengeBits = 6;

/// The short polynomials of section 11, in their order.
enum Part : std::size_t { kOnce, kNoise, kPhase, kParts };

constexpr std::array<unsigned, kParts> kBoxBits{19, 23, 40};

/// No honest coefficient is larger.
std::int64_t largest(const Tables& tables, std::size_t which) {
    const std::int64_t t = tables.plain;
    const std::array<std::int64_t, kParts> bounds{
        1, internal::kNoiseBits, internal::kNoiseBits * t + (t - 1) / 2};
    return bounds[which];
}

/// One repetition: a mask, or an answer. [kParts][N]
struct Triple {
    explicit Triple(const Tables& tables)
        : degree(tables.degree), raw(kParts * std::size_t{tables.degree}) {}

    [[nodiscard]] std::span<std::int64_t> of(std::size_t which) {
        return part(raw.view(), which, degree);
    }

    [[nodiscard]] std::span<const std::int64_t> of(std::size_t which) const {
        return part(raw.view(), which, degree);
    }

    std::size_t degree;
    SecretLongs raw;
};

/// Step 4: may it be shown?
bool is_in_box(const Tables& tables, const Triple& answer) {
    bool is_in = true;
    for (std::size_t which = 0; which < kParts; ++which) {
        const std::int64_t bound = (std::int64_t{1} << kBoxBits[which]) - largest(tables, which);
        for (const std::int64_t z : answer.of(which)) {
            is_in &= -bound <= z && z < bound;
        }
    }
    for (std::size_t which = 0; is_in && which < kParts; ++which) {
        const Wider limit = Wider{tables.degree} << (2 * kBoxBits[which] - 1);
        Wider squares = 0;
        for (const std::int64_t z : answer.of(which)) {
            squares += static_cast<Wider>(SignedWider{z} * z);
        }
        is_in = squares <= limit;
    }
    return is_in;
}

/// What the proof is about.
class Statement {
public:
    Statement(const Ring& ring, const PublicKey& key, BytesView query, const Hash32& use)
        : tables_(ring.tables()),
          ring_(ring.id()),
          key_(key),
          query_(crypto::sha256(query)),
          use_(use),
          words_(2 * kScorePrimes * std::size_t{tables_.degree}) {}

    [[nodiscard]] Result<void> read(const Ring& ring, BytesView query) {
        MN_TRY(Reader in, Reader::open(ring, ObjectKind::query, query));
        if (in.hash() != key_.session()) {
            return fail(Kind::denied, "score: the query is of another session than the public key");
        }
        static_cast<void>(in.hash());  // the profile: part of the query's hash
        return in.polynomials(kScorePrimes, words_);
    }

    [[nodiscard]] const Hash32& query() const { return query_; }

    /// All that the challenge depends on but the masks. Masks depend on it too: the same masks
    /// under two challenges would show the secrets.
    [[nodiscard]] Bytes head() const {
        Bytes out = to_bytes(bytes_of(kDomain));
        out.push_back(0);
        append(out, ring_.view());
        append(out, key_.digest().view());
        append(out, query_.view());
        append(out, use_.view());
        return out;
    }

    /// Up to the first W.
    [[nodiscard]] crypto::Sha256 transcript() const {
        crypto::Sha256 hash;
        hash.update(head());
        return hash;
    }

    /// Adds A·x - Y^turns·c, as words of a query, to the transcript. Turns 0 … 63; none: A·x alone.
    void absorb(const Triple& x, std::optional<std::uint32_t> turns, crypto::Sha256& hash) const {
        const std::size_t degree = tables_.degree;
        std::array<std::vector<Word>, 2> images;
        for (auto& image : images) {
            image.resize(kScorePrimes * degree);
        }
        internal::SecretWords kept(degree);  // masks pass through it
        const Row row = kept.view();
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            const internal::Modulus& modulus = tables_.modulus(i);
            const std::array<Row, 2> to{part(Row(images[0]), i, degree),
                                        part(Row(images[1]), i, degree)};
            internal::to_row(tables_, x.of(kPhase), i, to[0]);
            internal::to_row(tables_, x.of(kNoise), i, row);
            internal::add_multiple(modulus, to[1], row, tables_.plain);
            internal::to_row(tables_, x.of(kOnce), i, row);
            for (std::size_t component = 0; component < 2; ++component) {
                const ConstRow key =
                    part(ConstRow(key_.words().raw), component * kKeyPrimes + i, degree);
                internal::add_product(modulus, to[component], row, key);
            }
            if (turns) {
                turn(*turns, i, row);
                for (std::size_t component = 0; component < 2; ++component) {
                    const ConstRow c = part(ConstRow(words_), component * kScorePrimes + i, degree);
                    internal::subtract_product(modulus, to[component], row, c);
                }
            }
        }
        for (const auto& image : images) {
            update(hash, image);
        }
    }

private:
    /// Y^turns in evaluation form.
    void turn(std::uint32_t turns, std::size_t prime, Row out) const {
        const std::uint32_t exponent = turns * (tables_.degree / (kOrder / 2));
        std::fill(out.begin(), out.end(), Word{0});
        const bool is_negative = exponent >= tables_.degree;
        out[exponent % tables_.degree] = is_negative ? tables_.modulus(prime).value() - 1 : 1;
        tables_.transforms[prime].forward(out);
    }

    static void update(crypto::Sha256& hash, ConstRow words) {
        Bytes raw(words.size() * sizeof(Word));
        for (std::size_t i = 0; i < words.size(); ++i) {
            for (std::size_t byte = 0; byte < sizeof(Word); ++byte) {
                raw[sizeof(Word) * i + byte] = static_cast<std::uint8_t>(words[i] >> (8 * byte));
            }
        }
        hash.update(raw);
    }

    const Tables& tables_;
    Hash32 ring_;
    const PublicKey& key_;
    Hash32 query_;
    Hash32 use_;
    std::vector<Word> words_;  ///< [2][kScorePrimes][N]
};

/// Bits 6r … 6r+5.
std::uint32_t turns_of(const Hash32& challenge, std::size_t repetition) {
    std::uint32_t out = 0;
    for (unsigned bit = 0; bit < kChallengeBits; ++bit) {
        const std::size_t at = kChallengeBits * repetition + bit;
        const std::uint32_t byte = challenge.view()[at / 8];
        out |= ((byte >> (at % 8)) & 1U) << bit;
    }
    return out;
}

/// y += Y^turns·x, for one of the parts.
void add_turned(std::uint32_t turns, std::span<const std::int32_t> x, std::span<std::int64_t> y) {
    const std::size_t degree = x.size();
    const std::size_t exponent = turns * (degree / (kOrder / 2));
    for (std::size_t n = 0; n < degree; ++n) {
        const std::size_t to = (n + exponent) % (2 * degree);
        y[to % degree] += to < degree ? x[n] : -std::int64_t{x[n]};
    }
}

/// One attempt of step 1 … 4; nothing if a coefficient must not be shown.
class Attempt {
public:
    Attempt(const Ring& ring, const Statement& statement, const Sampler& sampler)
        : tables_(ring.tables()) {
        crypto::Sha256 hash = statement.transcript();
        for (std::size_t r = 0; r < kProofRepetitions; ++r) {
            Triple& mask = answers_.emplace_back(tables_);
            for (std::size_t which = 0; which < kParts; ++which) {
                sampler.box(static_cast<std::uint32_t>(kParts * r + which),
                            kBoxBits[which],
                            mask.of(which));
            }
            statement.absorb(mask, std::nullopt, hash);
        }
        challenge_ = hash.finish();
    }

    /// False: all of it is forgotten.
    [[nodiscard]] bool answer(const internal::QuerySecrets& secrets) {
        bool may_be_shown = true;
        for (std::size_t r = 0; r < kProofRepetitions; ++r) {
            Triple& answer = answers_[r];
            const std::uint32_t turns = turns_of(challenge_, r);
            add_turned(turns, secrets.once.view(), answer.of(kOnce));
            add_turned(turns, secrets.noise.view(), answer.of(kNoise));
            add_turned(turns, secrets.phase.view(), answer.of(kPhase));
            may_be_shown &= is_in_box(tables_, answer);
        }
        return may_be_shown;
    }

    void write(Writer& out) const {
        out.field(challenge_.view());
        std::vector<Word> row(tables_.degree);
        const auto put = [&](std::span<const std::int64_t> z, unsigned shift) {
            std::transform(z.begin(), z.end(), row.begin(), [=](std::int64_t x) {
                return static_cast<Word>(static_cast<std::uint64_t>(x) >> shift);
            });
            out.words(row);
        };
        for (const Triple& answer : answers_) {
            put(answer.of(kOnce), 0);
            put(answer.of(kNoise), 0);
            put(answer.of(kPhase), 0);
            put(answer.of(kPhase), 32);
        }
    }

private:
    const Tables& tables_;
    std::vector<Triple> answers_;
    Hash32 challenge_;
};

/// z of one repetition, as Attempt::write wrote it.
Triple read_answer(const Tables& tables, Reader& in) {
    Triple out(tables);
    std::vector<Word> low(tables.degree);
    std::vector<Word> high(tables.degree);
    const auto extend = [](Word x) { return std::int64_t{static_cast<std::int32_t>(x)}; };
    for (const std::size_t which : {kOnce, kNoise}) {
        in.raw_words(low);
        std::transform(low.begin(), low.end(), out.of(which).begin(), extend);
    }
    in.raw_words(low);
    in.raw_words(high);
    std::transform(
        low.begin(), low.end(), high.begin(), out.of(kPhase).begin(), [](Word l, Word h) {
            return static_cast<std::int64_t>(std::uint64_t{h} << 32U | l);
        });
    return out;
}

Result<void> need_expansion(const Ring& ring) {
    return ring.tables().levels > 0
               ? Result<void>()
               : Result<void>(fail(Kind::invalid, "score: a ring of one dimension has no proofs"));
}

}  // namespace

Result<Bytes> prove_query(const Ring& ring,
                          const PublicKey& public_key,
                          const Secret<32>& query_seed,
                          const Vector& vector,
                          const Hash32& use) {
    MN_DO(need_expansion(ring));
    MN_TRY(const Bytes query, encrypt_query(ring, public_key, query_seed, vector));
    MN_TRY(const internal::QuerySecrets secrets,
           internal::draw_query(ring, public_key, query_seed, vector));
    const Statement statement(ring, public_key, query, use);
    for (std::uint32_t number = 0;; ++number) {
        Bytes context = statement.head();
        codec::append_le(context, number);
        Attempt attempt(
            ring, statement, Sampler(ring, query_seed.reveal(), "query proof", context));
        if (attempt.answer(secrets)) {
            Writer out(ring, ObjectKind::query_proof);
            out.field(public_key.session().view());
            out.field(statement.query().view());
            attempt.write(out);
            return std::move(out).finish();
        }
    }
}

Result<void> check_query(const Ring& ring,
                         const PublicKey& public_key,
                         BytesView query,
                         const Hash32& use,
                         BytesView proof) {
    MN_DO(need_expansion(ring));
    Statement statement(ring, public_key, query, use);
    MN_DO(statement.read(ring, query));
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::query_proof, proof));
    if (in.hash() != public_key.session() || in.hash() != statement.query()) {
        return fail(Kind::denied, "score: the proof is of another query");
    }
    const Hash32 challenge = in.hash();
    crypto::Sha256 hash = statement.transcript();
    for (std::size_t r = 0; r < kProofRepetitions; ++r) {
        const Triple answer = read_answer(ring.tables(), in);
        if (!is_in_box(ring.tables(), answer)) {
            return fail(Kind::denied, "score: the proof of the query has a number out of bounds");
        }
        statement.absorb(answer, turns_of(challenge, r), hash);
    }
    if (hash.finish() != challenge) {
        return fail(Kind::denied, "score: the query is not shown to be an encryption");
    }
    return {};
}

}  // namespace mednexus::compute
