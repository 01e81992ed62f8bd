#include "mednexus/compute/internal/wire.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "mednexus/compute/internal/tables.hpp"
#include "mednexus/core/check.hpp"

namespace mednexus::compute::internal {

namespace {

constexpr std::array<std::uint8_t, 5> kMagicAndVersion{'M', 'N', 'S', 'C', 1};
constexpr std::size_t kHeadBytes = 40;

struct Shape {
    std::string_view name;
    std::size_t field_bytes;
};

constexpr std::array<Shape, 15> kShapes{{
    {"share of round one", 32},
    {"share of round two", 64},
    {"public key", 32},
    {"relinearisation sums", 32},
    {"rotation sums", 32},
    {"evaluation keys", 32},
    {"sealed part", 4 + 32 + 16 + 32 + 32},
    {"lift key", 64},
    {"lifted part", 4 + 32 + 16 + 32 + 32 + 32},
    {"query", 64},
    {"sum", 32 + 32 + 16},
    {"finished scores", 32 + 32 + 16},
    {"requester key", 32},
    {"opening share", 96},
    {"proof of a query", 96},
}};

const Shape& shape_of(ObjectKind kind) noexcept {
    return kShapes[static_cast<std::size_t>(kind) - 1];
}

/// The first eight bytes and the ring id.
Bytes head_of(const Ring& ring, ObjectKind kind) {
    Bytes head(kMagicAndVersion.begin(), kMagicAndVersion.end());
    head.push_back(static_cast<std::uint8_t>(kind));
    head.resize(8);
    append(head, ring.id().view());
    return head;
}

}  // namespace

std::string_view name_of(ObjectKind kind) noexcept {
    return shape_of(kind).name;
}

std::size_t field_bytes(ObjectKind kind) noexcept {
    return shape_of(kind).field_bytes;
}

std::size_t polynomials(const Ring& ring, ObjectKind kind) noexcept {
    constexpr std::size_t kSwitchingKey = kDigits * 2 * kKeyPrimes;
    const std::size_t rotations = ring.tables().levels * kDigits * kKeyPrimes;
    switch (kind) {
        case ObjectKind::share_one:
            return kKeyPrimes + kSwitchingKey + rotations;
        case ObjectKind::share_two:
            return kDigits * kKeyPrimes;
        case ObjectKind::public_key:
            return kKeyPrimes;
        case ObjectKind::relinearisation_sums:
        case ObjectKind::lift_key:
            return kSwitchingKey;
        case ObjectKind::rotation_sums:
            return rotations;
        case ObjectKind::evaluation_keys:
            return kSwitchingKey + rotations;
        case ObjectKind::sealed_part:
            return ring.tables().dimensions;
        case ObjectKind::lifted_part:
            return 2 * std::size_t{ring.tables().dimensions};
        case ObjectKind::query:
            return 2 * kScorePrimes;
        case ObjectKind::sum:
            return 3 * kScorePrimes;
        case ObjectKind::finished:
        case ObjectKind::opening_share:
            return 2 * kOpeningPrimes;
        case ObjectKind::requester_key:
            return kOpeningPrimes;
        case ObjectKind::query_proof:
            return 4 * kProofRepetitions;
    }
    MN_CHECK(false);
    return 0;
}

std::size_t size_bytes(const Ring& ring, ObjectKind kind) noexcept {
    return kHeadBytes + field_bytes(kind) +
           polynomials(ring, kind) * ring.tables().degree * sizeof(Word);
}

Failure malformed(ObjectKind kind, const std::string& what) {
    return fail(Kind::invalid, "score: " + std::string(name_of(kind)) + ": " + what);
}

Writer::Writer(const Ring& ring, ObjectKind kind)
    : out_(head_of(ring, kind)), size_(size_bytes(ring, kind)) {
    out_.reserve(size_);
}

void Writer::field(BytesView raw) {
    append(out_, raw);
}

void Writer::field(std::uint32_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        out_.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

void Writer::words(std::span<const Word> row) {
    const std::size_t at = out_.size();
    out_.resize(at + row.size() * sizeof(Word));
    std::uint8_t* const to = out_.data() + at;
    for (std::size_t i = 0; i < row.size(); ++i) {
        to[4 * i] = static_cast<std::uint8_t>(row[i]);
        to[4 * i + 1] = static_cast<std::uint8_t>(row[i] >> 8U);
        to[4 * i + 2] = static_cast<std::uint8_t>(row[i] >> 16U);
        to[4 * i + 3] = static_cast<std::uint8_t>(row[i] >> 24U);
    }
}

Bytes Writer::finish() && {
    MN_CHECK(out_.size() == size_);
    return std::move(out_);
}

Result<Reader> Reader::open(const Ring& ring, ObjectKind kind, BytesView raw) {
    const std::size_t size = size_bytes(ring, kind);
    const Bytes head = head_of(ring, kind);
    if (raw.size() < kHeadBytes || !std::equal(head.begin(), head.begin() + 8, raw.begin())) {
        return malformed(kind, "another kind of object, or none of ours");
    }
    if (!std::equal(head.begin(), head.end(), raw.begin())) {
        return malformed(kind, "of another ring");
    }
    if (raw.size() != size) {
        return malformed(
            kind,
            "has " + std::to_string(raw.size()) + " bytes instead of " + std::to_string(size));
    }
    return Reader(kind, ring.tables().degree, raw.subspan(kHeadBytes));
}

BytesView Reader::take(std::size_t count) {
    MN_CHECK(count <= rest_.size());
    const BytesView out = rest_.first(count);
    rest_ = rest_.subspan(count);
    return out;
}

Hash32 Reader::hash() {
    return id<Hash32>();
}

std::uint32_t Reader::number() {
    const BytesView raw = take(4);
    return std::uint32_t{raw[0]} | std::uint32_t{raw[1]} << 8U | std::uint32_t{raw[2]} << 16U |
           std::uint32_t{raw[3]} << 24U;
}

void Reader::raw_words(std::span<Word> out) {
    const std::uint8_t* const raw = take(out.size() * sizeof(Word)).data();
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = Word{raw[4 * i]} | Word{raw[4 * i + 1]} << 8U | Word{raw[4 * i + 2]} << 16U |
                 Word{raw[4 * i + 3]} << 24U;
    }
}

Result<void> Reader::words(std::size_t prime, std::span<Word> out) {
    raw_words(out);
    const Word p = kPrimes[prime];
    bool is_above = false;
    for (const Word word : out) {
        is_above |= word >= p;
    }
    if (is_above) {
        return malformed(kind_, "a word is not below its prime");
    }
    return {};
}

Result<void> Reader::polynomials(std::size_t primes, std::span<Word> out) {
    MN_CHECK(out.size() % (primes * degree_) == 0);
    for (std::size_t at = 0; at < out.size(); at += degree_) {
        MN_DO(words(at / degree_ % primes, out.subspan(at, degree_)));
    }
    return {};
}

}  // namespace mednexus::compute::internal
