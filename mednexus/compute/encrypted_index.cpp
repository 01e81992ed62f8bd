#include "mednexus/compute/encrypted_index.hpp"

#include <algorithm>
#include <string>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/compute/internal/key_switch.hpp"
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

/// The fields of sealed and lifted parts.
struct PartHead {
    std::uint32_t prime = 0;
    Hash32 data_key;
    BatchId id;
    Hash32 profile;
    Hash32 seed;     ///< of the uniform halves
    Hash32 session;  ///< lifted parts only

    /// Everything but the prime: equal in all parts of a batch.
    [[nodiscard]] bool is_of_same_batch(const PartHead& other) const {
        return data_key == other.data_key && id == other.id && profile == other.profile &&
               seed == other.seed && session == other.session;
    }
};

void write_head(Writer& out, const PartHead& head, ObjectKind kind) {
    out.field(head.prime);
    out.field(head.data_key.view());
    out.field(head.id.view());
    out.field(head.profile.view());
    out.field(head.seed.view());
    if (kind == ObjectKind::lifted_part) {
        out.field(head.session.view());
    }
}

PartHead read_head(Reader& in, ObjectKind kind) {
    PartHead head;
    head.prime = in.number();
    head.data_key = in.hash();
    head.id = in.id<BatchId>();
    head.profile = in.hash();
    head.seed = in.hash();
    if (kind == ObjectKind::lifted_part) {
        head.session = in.hash();
    }
    return head;
}

/// Part `prime` of a batch, opened: its head checked against that of part 0.
Result<Reader> open_part(const Ring& ring,
                         ObjectKind kind,
                         const BatchParts& parts,
                         std::size_t prime,
                         PartHead& first) {
    MN_TRY(Reader in, Reader::open(ring, kind, parts[prime]));
    const PartHead head = read_head(in, kind);
    if (head.prime != prime) {
        return internal::malformed(kind, "of another prime than its place says");
    }
    if (prime == 0) {
        first = head;
    } else if (!head.is_of_same_batch(first)) {
        return internal::malformed(kind, "parts of different batches");
    }
    return in;
}

Result<void> check_cases(const Ring& ring, const Hash32& profile, std::span<const Vector> cases) {
    if (cases.size() > ring.slots()) {
        return fail(Kind::invalid,
                    "score: " + std::to_string(cases.size()) + " cases for a batch of " +
                        std::to_string(ring.slots()));
    }
    for (const Vector& vector : cases) {
        if (vector.profile() != profile || vector.dimensions() != ring.options().dimensions) {
            return fail(Kind::denied, "score: a vector of another profile or dimension");
        }
    }
    return {};
}

/// What noise and public seed of a batch depend on beside the data key.
Bytes context_of(const BatchId& id, const Hash32& profile, std::span<const Vector> cases) {
    Bytes content;
    content.reserve(4 + cases.size() * (cases.empty() ? 0 : cases[0].dimensions()));
    codec::append_le(content, static_cast<std::uint32_t>(cases.size()));
    for (const Vector& vector : cases) {
        for (const std::int8_t entry : vector.entries()) {
            content.push_back(static_cast<std::uint8_t>(entry));
        }
    }
    Bytes context = to_bytes(id.view());
    append(context, profile.view());
    append(context, crypto::sha256(content).view());
    wipe(content);
    return context;
}

/// Entry j of every case, encoded: centred coefficients.
void encode_dimension(const Tables& tables,
                      std::span<const Vector> cases,
                      std::size_t j,
                      SecretWords& slots,
                      SecretIntegers& coefficients) {
    const Row row = slots.view();
    std::fill(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const std::int32_t entry = cases[i].entries()[j];
        row[i] = static_cast<Word>(entry) + (tables.plain & static_cast<Word>(entry >> 31));
    }
    internal::encode(tables, row, coefficients.view());
}

/// Turns the uniform halves of one batch into ciphertexts under the collective secret.
class Lifting {
public:
    Lifting(const Ring& ring, const LiftKey& key, const PartHead& head)
        : tables_(ring.tables()),
          key_(key),
          uniform_(ring, head.seed.view(), "batch uniform"),
          key_switch_(tables_),
          drawn_(kScorePrimes * tables_.degree),
          switched_(2 * kScorePrimes * tables_.degree) {}

    /// Replaces a' of dimension j by [2][kScorePrimes][N] under the collective secret.
    ConstRow switch_dimension(std::size_t j) {
        internal::draw_uniform(
            tables_, uniform_, static_cast<std::uint32_t>(j), kScorePrimes, drawn_);
        internal::ScoreRows rows;
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            rows[i] = part(ConstRow(drawn_), i, tables_.degree);
        }
        key_switch_.run(rows, key_.words(), switched_);
        return switched_;
    }

private:
    const Tables& tables_;
    const LiftKey& key_;
    Sampler uniform_;
    internal::KeySwitch key_switch_;
    std::vector<Word> drawn_;
    std::vector<Word> switched_;
};

}  // namespace

Hash32 data_key_name(const Secret<32>& data_seed) {
    return crypto::hmac_sha256(data_seed.reveal(), bytes_of("mednexus/score/v1/data key name"));
}

Result<BatchParts> seal_batch(const Ring& ring,
                              const Secret<32>& data_seed,
                              const BatchId& id,
                              const Hash32& profile,
                              std::span<const Vector> cases) {
    MN_DO(check_cases(ring, profile, cases));
    const Tables& tables = ring.tables();
    const std::size_t degree = tables.degree;
    const Bytes context = context_of(id, profile, cases);
    const Sampler sampler(ring, data_seed.reveal(), "batch", context);
    const Hash32 seed = Sampler(ring, data_seed.reveal(), "batch seed", context).public_seed();
    const Sampler uniform(ring, seed.view(), "batch uniform");
    const SecretWords secret = internal::data_secret(ring, data_seed, kScorePrimes);
    const Hash32 data_key = data_key_name(data_seed);
    std::vector<Writer> parts;
    for (std::uint32_t i = 0; i < kScorePrimes; ++i) {
        parts.emplace_back(ring, ObjectKind::sealed_part);
        write_head(parts[i], {i, data_key, id, profile, seed, {}}, ObjectKind::sealed_part);
    }
    SecretWords slots(degree);
    SecretIntegers message(degree);
    std::vector<Word> a(degree);
    for (std::uint32_t j = 0; j < tables.dimensions; ++j) {
        encode_dimension(tables, cases, j, slots, message);
        SecretWords rows = internal::draw_noise(tables, sampler, j, kScorePrimes, message.view());
        for (std::uint32_t i = 0; i < kScorePrimes; ++i) {
            const Row row = part(rows.view(), i, degree);
            uniform.uniform(j, i, internal::kPrimes[i], a);
            internal::subtract_product(tables.modulus(i), row, a, part(secret.view(), i, degree));
            parts[i].words(row);
        }
    }
    BatchParts out;
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        out[i] = std::move(parts[i]).finish();
    }
    return out;
}

Bytes make_lift_key(const Ring& ring, const Secret<32>& data_seed, const PublicKey& public_key) {
    const Tables& tables = ring.tables();
    const std::size_t polynomial = kKeyPrimes * tables.degree;
    const Sampler sampler(ring, data_seed.reveal(), "lift key", public_key.digest().view());
    const SecretWords secret = internal::data_secret(ring, data_seed, kKeyPrimes);
    Writer out(ring, ObjectKind::lift_key);
    out.field(public_key.session().view());
    out.field(data_key_name(data_seed).view());
    for (std::uint32_t digit = 0; digit < kDigits; ++digit) {
        const SecretWords once = internal::draw_ternary(tables, sampler, digit, kKeyPrimes);
        for (std::uint32_t component = 0; component < 2; ++component) {
            SecretWords rows =
                internal::draw_noise(tables, sampler, 2 * digit + component, kKeyPrimes);
            const ConstRow key = part(ConstRow(public_key.words().raw), component, polynomial);
            for (std::size_t i = 0; i < kKeyPrimes; ++i) {
                internal::add_product(tables.modulus(i),
                                      part(rows.view(), i, tables.degree),
                                      part(once.view(), i, tables.degree),
                                      part(key, i, tables.degree));
            }
            if (component == 0) {
                internal::add_gadget(tables, digit, secret.view(), rows.view());
            }
            out.words(rows.view());
        }
    }
    return std::move(out).finish();
}

Result<LiftKey> LiftKey::parse(const Ring& ring, BytesView raw) {
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::lift_key, raw));
    LiftKey key;
    key.session_ = in.hash();
    key.data_key_ = in.hash();
    key.words_.raw.resize(kDigits * 2 * kKeyPrimes * ring.tables().degree);
    MN_DO(in.polynomials(kKeyPrimes, key.words_.raw));
    return key;
}

Result<BatchParts> lift_batch(const Ring& ring, const LiftKey& key, const BatchParts& sealed) {
    const Tables& tables = ring.tables();
    const std::size_t degree = tables.degree;
    PartHead head;
    std::vector<Reader> in;
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        MN_TRY(Reader opened, open_part(ring, ObjectKind::sealed_part, sealed, i, head));
        in.push_back(opened);
    }
    if (head.data_key != key.data_key()) {
        return fail(Kind::denied, "score: lift key of another data key than the batch's");
    }
    head.session = key.session();
    std::vector<Writer> parts;
    for (std::uint32_t i = 0; i < kScorePrimes; ++i) {
        head.prime = i;
        parts.emplace_back(ring, ObjectKind::lifted_part);
        write_head(parts[i], head, ObjectKind::lifted_part);
    }
    Lifting lifting(ring, key, head);
    std::vector<Word> row(degree);
    for (std::size_t j = 0; j < tables.dimensions; ++j) {
        const ConstRow switched = lifting.switch_dimension(j);
        for (std::size_t i = 0; i < kScorePrimes; ++i) {
            MN_DO(in[i].words(i, row));
            internal::add(tables.modulus(i), row, part(switched, i, degree));
            parts[i].words(row);
            parts[i].words(part(switched, kScorePrimes + i, degree));
        }
    }
    BatchParts out;
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        out[i] = std::move(parts[i]).finish();
    }
    return out;
}

Result<LiftedBatch> LiftedBatch::parse(const Ring& ring, const BatchParts& parts) {
    const Tables& tables = ring.tables();
    PartHead head;
    LiftedBatch batch;
    for (std::size_t i = 0; i < kScorePrimes; ++i) {
        MN_TRY(Reader in, open_part(ring, ObjectKind::lifted_part, parts, i, head));
        batch.words_[i].resize(2 * std::size_t{tables.dimensions} * tables.degree);
        MN_DO(in.words(i, batch.words_[i]));
    }
    batch.id_ = head.id;
    batch.profile_ = head.profile;
    batch.session_ = head.session;
    return batch;
}

}  // namespace mednexus::compute
