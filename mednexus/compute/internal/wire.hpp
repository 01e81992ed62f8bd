#pragma once
/// The bytes of every object of the engine: docs/formats/encrypted-score.md, section 2.
#include <span>
#include <string>

#include "mednexus/compute/internal/modulus.hpp"
#include "mednexus/compute/ring.hpp"

namespace mednexus::compute::internal {

enum class ObjectKind : std::uint8_t {
    share_one = 1,
    share_two = 2,
    public_key = 3,
    relinearisation_sums = 4,
    rotation_sums = 5,
    evaluation_keys = 6,
    sealed_part = 7,
    lift_key = 8,
    lifted_part = 9,
    query = 10,
    sum = 11,
    finished = 12,
    requester_key = 13,
    opening_share = 14,
    query_proof = 15,
};

/// "share of round one" and so on, for messages.
[[nodiscard]] std::string_view name_of(ObjectKind kind) noexcept;

/// Fields before the words of a kind, in bytes.
[[nodiscard]] std::size_t field_bytes(ObjectKind kind) noexcept;

/// Polynomials of N words that an object of this kind holds in this ring.
[[nodiscard]] std::size_t polynomials(const Ring& ring, ObjectKind kind) noexcept;

/// The exact length of an object of this kind in this ring.
[[nodiscard]] std::size_t size_bytes(const Ring& ring, ObjectKind kind) noexcept;

/// Writes one object from front to back.
class Writer {
public:
    Writer(const Ring& ring, ObjectKind kind);

    void field(BytesView raw);
    void field(std::uint32_t value);
    void words(std::span<const Word> row);

    /// Needs exactly the fields and words of the kind.
    [[nodiscard]] Bytes finish() &&;

private:
    Bytes out_;
    std::size_t size_;
};

/// Reads one object from front to back. Its length, head and ring are right once it is open.
class Reader {
public:
    /// Errors   invalid: length, head, another kind, another ring
    [[nodiscard]] static Result<Reader> open(const Ring& ring, ObjectKind kind, BytesView raw);

    [[nodiscard]] Hash32 hash();
    [[nodiscard]] std::uint32_t number();

    template <typename Id>
    [[nodiscard]] Id id() {
        Id out;
        const BytesView raw = take(Id::kSizeBytes);
        std::copy(raw.begin(), raw.end(), out.mutable_array().begin());
        return out;
    }

    /// The next out.size() words, each of which must be below the prime.
    /// Errors   invalid: a word that is not
    [[nodiscard]] Result<void> words(std::size_t prime, std::span<Word> out);

    /// The next out.size() words as they are: where they are no residues.
    void raw_words(std::span<Word> out);

    /// Polynomials of `primes` rows each, prime index 0 on: [out.size() / (primes · N)][primes][N].
    [[nodiscard]] Result<void> polynomials(std::size_t primes, std::span<Word> out);

private:
    Reader(ObjectKind kind, std::uint32_t degree, BytesView raw)
        : kind_(kind), degree_(degree), rest_(raw) {}

    BytesView take(std::size_t count);

    ObjectKind kind_;
    std::uint32_t degree_;
    BytesView rest_;
};

/// invalid, "score: <object>: <what>".
[[nodiscard]] Failure malformed(ObjectKind kind, const std::string& what);

}  // namespace mednexus::compute::internal
