#include "mednexus/compute/internal/opened.hpp"

#include <algorithm>
#include <string>

#include "mednexus/compute/internal/secrets.hpp"
#include "mednexus/compute/internal/wire.hpp"
#include "mednexus/compute/opening.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute::internal {

namespace {

constexpr std::size_t kRows = kOpeningPrimes;

using Inverses = std::array<std::array<Word, kOpeningPrimes>, kOpeningPrimes>;

/// Entry j, i is q_j^-1 modulo q_i.
const Inverses& garner_inverses() {
    static const Inverses inverses_once = [] {
        Inverses out{};
        for (std::size_t j = 0; j < kOpeningPrimes; ++j) {
            for (std::size_t i = j + 1; i < kOpeningPrimes; ++i) {
                out[j][i] = inverse_vartime(kPrimes[j] % kPrimes[i], kPrimes[i]);
            }
        }
        return out;
    }();
    return inverses_once;
}

/// Adds h0 and h1 of a share to [2][kOpeningPrimes][N], once its hashes are right.
Result<void> add_share(const Ring& ring,
                       const Finished& scores,
                       const Hash32& scores_hash,
                       const Hash32& key_hash,
                       BytesView share,
                       Row sums) {
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::opening_share, share));
    if (in.hash() != scores.session || in.hash() != scores_hash) {
        return fail(Kind::denied, "score: a share of other scores");
    }
    if (in.hash() != key_hash) {
        return fail(Kind::denied, "score: a share for another requester key");
    }
    std::vector<Word> words(sums.size());
    MN_DO(in.polynomials(kRows, words));
    for (std::size_t i = 0; i < 2 * kRows; ++i) {
        add(ring.tables().modulus(i % kRows),
            part(sums, i, ring.slots()),
            part(ConstRow(words), i, ring.slots()));
    }
    return {};
}

Result<void> check_count(std::span<const Bytes> shares) {
    if (shares.empty() || shares.size() > kPartiesMax) {
        return fail(Kind::invalid, "score: opening takes 1 to 16 shares");
    }
    for (auto at = shares.begin(); at != shares.end(); ++at) {
        if (std::find(shares.begin(), at, *at) != at) {
            return fail(Kind::invalid, "score: two equal shares");
        }
    }
    return {};
}

}  // namespace

Result<Finished> read_finished(const Ring& ring, BytesView raw) {
    MN_TRY(Reader in, Reader::open(ring, ObjectKind::finished, raw));
    Finished out{.session = in.hash(), .words = std::vector<Word>(2 * kRows * ring.slots())};
    (void)in.hash();  // the profile; as the batch id, of no use here
    (void)in.id<BatchId>();
    MN_DO(in.polynomials(kRows, out.words));
    return out;
}

void add_opening_products(const Tables& tables, Row rows, ConstRow x, ConstRow y) {
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        add_product(tables.modulus(i),
                    part(rows, i, tables.degree),
                    part(x, i, tables.degree),
                    part(y, i, tables.degree));
    }
}

Wider opening_modulus() noexcept {
    Wider out = 1;
    for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
        out *= kPrimes[i];
    }
    return out;
}

SignedWider lift_coefficient(ConstRow residues) {
    // Garner: x = v0 + q1·(v1 + q2·(v2 + q3·v3)), each v below its prime.
    const Inverses& inverses = garner_inverses();
    std::array<Word, kOpeningPrimes> digits{};
    std::copy_n(residues.begin(), kOpeningPrimes, digits.begin());
    for (std::size_t i = 1; i < kOpeningPrimes; ++i) {
        const Modulus by(kPrimes[i]);
        for (std::size_t j = 0; j < i; ++j) {
            const Word below = subtract_once(digits[j], kPrimes[i]);
            digits[i] = by.multiply(by.subtract(digits[i], below), inverses[j][i]);
        }
    }
    Wider value = digits[kOpeningPrimes - 1];
    for (std::size_t i = kOpeningPrimes - 1; i-- > 0;) {
        value = value * kPrimes[i] + digits[i];
    }
    const Wider modulus = opening_modulus();
    return value > modulus / 2 ? -static_cast<SignedWider>(modulus - value)
                               : static_cast<SignedWider>(value);
}

Opened lift_opened(const Tables& tables, ConstRow coefficients) {
    const std::size_t degree = tables.degree;
    const auto t = static_cast<SignedWider>(tables.plain);
    Opened out{.plain = std::vector<Word>(degree), .largest = 0};
    for (std::size_t n = 0; n < degree; ++n) {
        std::array<Word, kOpeningPrimes> residues{};
        for (std::size_t i = 0; i < kOpeningPrimes; ++i) {
            residues[i] = coefficients[i * degree + n];
        }
        const SignedWider value = lift_coefficient(residues);
        out.plain[n] = static_cast<Word>((value % t + t) % t);
        out.largest = std::max(out.largest, static_cast<Wider>(value < 0 ? -value : value));
    }
    return out;
}

Result<Opened> combine_opening(const Ring& ring,
                               const Secret<32>& requester_seed,
                               BytesView finished,
                               std::span<const Bytes> shares) {
    MN_DO(check_count(shares));
    MN_TRY(Finished scores, read_finished(ring, finished));
    const Tables& tables = ring.tables();
    const std::size_t half = kRows * tables.degree;
    const Hash32 scores_hash = crypto::sha256(finished);
    const Hash32 key_hash = crypto::sha256(make_requester_key(ring, requester_seed));
    SecretWords sums(2 * half);  // once z is in, what the shares hid
    std::copy_n(scores.words.begin(), half, sums.view().begin());
    for (const Bytes& share : shares) {
        MN_DO(add_share(ring, scores, scores_hash, key_hash, share, sums.view()));
    }
    const SecretWords secret = requester_secret(ring, requester_seed);
    const Row phase = sums.view().first(half);
    add_opening_products(tables, phase, secret.view(), sums.view().last(half));
    for (std::size_t i = 0; i < kRows; ++i) {
        tables.transforms[i].inverse(part(phase, i, tables.degree));
    }
    return lift_opened(tables, phase);
}

std::vector<std::int32_t> read_slots(const Tables& tables, const Opened& opened) {
    std::vector<Word> plain = opened.plain;
    decode(tables, plain);
    const Word t = tables.plain;
    const Word factor = kPrimes[kScorePrimes - 1] % t;
    std::vector<std::int32_t> out(plain.size());
    std::transform(plain.begin(), plain.end(), out.begin(), [=](Word x) {
        const Word value = multiply_vartime(x, factor, t);
        return static_cast<std::int32_t>(value) -
               (value > (t - 1) / 2 ? static_cast<std::int32_t>(t) : 0);
    });
    return out;
}

}  // namespace mednexus::compute::internal
