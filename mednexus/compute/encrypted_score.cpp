#include "mednexus/compute/encrypted_score.hpp"

#include <algorithm>

#include "mednexus/compute/internal/key_switch.hpp"
#include "mednexus/compute/internal/query_secrets.hpp"
#include "mednexus/compute/internal/tensor.hpp"
#include "mednexus/compute/internal/wire.hpp"

namespace mednexus::compute {

namespace {

using internal::ConstRow;
using internal::ObjectKind;
using internal::part;
using internal::Reader;
using internal::Row;
using internal::SecretIntegers;
using internal::SecretWords;
using internal::Tables;
using internal::Word;
using internal::Writer;

using QueryWords = std::array<std::vector<std::uint32_t>, kScorePrimes>;

/// The tree of section 6, in place: entry j of `words` becomes the constant q_j.
class Expansion {
public:
    Expansion(const Tables& tables, const EvaluationKeys& keys, QueryWords& words)
        : tables_(tables),
          keys_(keys),
          words_(words),
          key_switch_(tables),
          rotated_(kScorePrimes * tables.degree),
          switched_(2 * kScorePrimes * tables.degree) {}

    void run() {
        for (std::size_t level = 0; level < tables_.levels; ++level) {
            const std::size_t entries =
                std::min<std::size_t>(std::size_t{1} << level, tables_.dimensions);
            for (std::size_t entry = 0; entry < entries; ++entry) {
                rotate(level, entry);
                split(level, entry);
            }
        }
    }

private:
    [[nodiscard]] Row row(std::size_t prime, std::size_t entry, std::size_t component) {
        return part(Row(words_[prime]), 2 * entry + component, tables_.degree);
    }

    /// sigma of the entry, under the collective secret again, into switched_.
    void rotate(std::size_t level, std::size_t entry) {
        const auto& from = tables_.rotations[level].from;
        const std::size_t degree = tables_.degree;
        internal::ScoreRows in;
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            const Row to = part(Row(rotated_), i, degree);
            internal::permute(from, row(i, entry, 1), to);
            in[i] = to;
        }
        key_switch_.run(in, keys_.rotations()[level], switched_);
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            const Row to = part(Row(rotated_), i, degree);
            internal::permute(from, row(i, entry, 0), to);
            internal::add(tables_.modulus(i), part(Row(switched_), i, degree), to);
        }
    }

    /// c + r stays, X^(-2^l) (c - r) goes 2^l further where that is a dimension.
    void split(std::size_t level, std::size_t entry) {
        const std::size_t odd = entry + (std::size_t{1} << level);
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            const ConstRow shift = tables_.rotations[level].shift[i];
            for (std::size_t component = 0; component < 2; ++component) {
                const Row even_row = row(i, entry, component);
                const ConstRow turned =
                    part(ConstRow(switched_), component * kScorePrimes + i, tables_.degree);
                if (odd < tables_.dimensions) {
                    internal::multiply_difference(
                        tables_.modulus(i), even_row, turned, shift, row(i, odd, component));
                }
                internal::add(tables_.modulus(i), even_row, turned);
            }
        }
    }

    const Tables& tables_;
    const EvaluationKeys& keys_;
    QueryWords& words_;
    internal::KeySwitch key_switch_;
    std::vector<Word> rotated_;
    std::vector<Word> switched_;
};

}  // namespace

Result<Bytes> encrypt_query(const Ring& ring,
                            const PublicKey& public_key,
                            const Secret<32>& query_seed,
                            const Vector& vector) {
    const Tables& tables = ring.tables();
    MN_TRY(const internal::QuerySecrets secrets,
           internal::draw_query(ring, public_key, query_seed, vector));
    const SecretWords once = internal::rows_of(tables, secrets.once.view(), kScorePrimes);
    SecretIntegers scaled(tables.degree);
    std::transform(secrets.noise.view().begin(),
                   secrets.noise.view().end(),
                   scaled.view().begin(),
                   [t = static_cast<std::int32_t>(tables.plain)](auto e) { return t * e; });
    Writer out(ring, ObjectKind::query);
    out.field(public_key.session().view());
    out.field(vector.profile().view());
    for (std::size_t component = 0; component < 2; ++component) {
        SecretWords rows = internal::rows_of(
            tables, component == 0 ? secrets.phase.view() : scaled.view(), kScorePrimes);
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            internal::add_product(
                tables.modulus(i),
                part(rows.view(), i, tables.degree),
                part(once.view(), i, tables.degree),
                part(ConstRow(public_key.words().raw), component * kKeyPrimes + i, tables.degree));
        }
        out.words(rows.view());
    }
    return std::move(out).finish();
}

Result<ExpandedQuery> ExpandedQuery::expand(const Ring& ring,
                                            const EvaluationKeys& keys,
                                            BytesView query) {
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::query, query));
    const Tables& tables = ring.tables();
    ExpandedQuery out;
    out.session_ = in.hash();
    out.profile_ = in.hash();
    if (out.session_ != keys.session()) {
        return fail(Kind::denied, "score: the query is of another session than the keys");
    }
    for (auto& words : out.words_) {
        words.resize(2 * std::size_t{tables.dimensions} * tables.degree);
    }
    for (std::size_t component = 0; component < 2; ++component) {
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            MN_DO(in.words(i, part(Row(out.words_[i]), component, tables.degree)));
        }
    }
    Expansion(tables, keys, out.words_).run();
    return out;
}

Result<Bytes> score_batch(const Ring& ring, const ExpandedQuery& query, const LiftedBatch& batch) {
    if (query.session() != batch.session()) {
        return fail(Kind::denied, "score: query and batch are of different sessions");
    }
    if (query.profile() != batch.profile()) {
        return fail(Kind::denied, "score: query and batch are of different profiles");
    }
    const Tables& tables = ring.tables();
    const std::size_t degree = tables.degree;
    std::vector<Word> sums(3 * kScorePrimes * degree);
    std::vector<Word> of_prime(3 * degree);
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        internal::tensor_sum(
            tables.modulus(i), degree, query.words()[i], batch.words()[i], of_prime);
        for (std::size_t component = 0; component < 3; ++component) {
            std::copy_n(part(ConstRow(of_prime), component, degree).begin(),
                        degree,
                        part(Row(sums), component * kScorePrimes + i, degree).begin());
        }
    }
    Writer out(ring, ObjectKind::sum);
    out.field(batch.session().view());
    out.field(batch.profile().view());
    out.field(batch.id().view());
    out.words(sums);
    return std::move(out).finish();
}

Result<Bytes> finish_scores(const Ring& ring, const EvaluationKeys& keys, BytesView sum) {
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::sum, sum));
    const Tables& tables = ring.tables();
    const std::size_t degree = tables.degree;
    const Hash32 session = in.hash();
    const Hash32 profile = in.hash();
    const auto id = in.id<BatchId>();
    if (session != keys.session()) {
        return fail(Kind::denied, "score: the sum is of another session than the keys");
    }
    std::vector<Word> words(3 * kScorePrimes * degree);
    MN_DO(in.polynomials(kScorePrimes, words));
    internal::ScoreRows last;
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        last[i] = part(ConstRow(words), 2 * kScorePrimes + i, degree);
    }
    std::vector<Word> switched(2 * kScorePrimes * degree);
    internal::KeySwitch(tables).run(last, keys.relinearisation(), switched);
    Writer out(ring, ObjectKind::finished);
    out.field(session.view());
    out.field(profile.view());
    out.field(id.view());
    std::vector<Word> dropped(kOpeningPrimes * degree);
    for (std::size_t component = 0; component < 2; ++component) {
        const Row rows = part(Row(switched), component, kScorePrimes * degree);
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            internal::add(tables.modulus(i),
                          part(rows, i, degree),
                          part(ConstRow(words), component * kScorePrimes + i, degree));
        }
        internal::drop_last_prime(tables, rows, dropped);
        out.words(dropped);
    }
    return std::move(out).finish();
}

}  // namespace mednexus::compute
