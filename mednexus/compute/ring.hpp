#pragma once
/// The numbers of the encrypted engine: set M of private scoring (docs/formats/encrypted-score.md,
/// section 1), a power-of-two ring over seven primes below 2^28.857 and a plaintext modulus t.
/// Threads: a Ring is immutable; everything that takes one may run at once.
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mednexus/compute/vector.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::compute {

inline constexpr std::size_t kScorePrimes = 5;    ///< q1 … q5, in which sums are made
inline constexpr std::size_t kOpeningPrimes = 4;  ///< q1 … q4, in which shares are made
inline constexpr std::size_t kKeyPrimes = 7;      ///< q1 … q5, p1, p2: key material
inline constexpr std::size_t kDigits = 3;         ///< {q1,q2}, {q3,q4}, {q5}
inline constexpr std::uint32_t kPartiesMax = 16;
inline constexpr std::uint32_t kReleaseDegree = 8192;

struct RingOptions {
    std::uint32_t degree = kReleaseDegree;  ///< N, a power of two, 64 … 8192. Below 8192 there is
                                            ///< no security at all: for tests
    std::uint32_t plain_modulus = 65537;    ///< t: a prime, 1 mod 2N, below 2^17 (section 7)
    std::uint32_t dimensions = 256;         ///< d, 1 … min(N, 1024), and 2·49·d < t
};

class Ring {
public:
    struct Tables;  ///< inside the engine only

    /// Errors   invalid: options out of range
    [[nodiscard]] static Result<std::shared_ptr<const Ring>> make(const RingOptions& options);

    [[nodiscard]] const RingOptions& options() const noexcept { return options_; }

    /// N: slots of a batch.
    [[nodiscard]] std::uint32_t slots() const noexcept { return options_.degree; }

    /// SHA-256 of the canonical description of every number in use; the first thing that every
    /// serialised object of the engine says.
    [[nodiscard]] const Hash32& id() const noexcept { return id_; }

    /// False for every ring but the one that is released.
    [[nodiscard]] bool is_secure() const noexcept { return options_.degree == kReleaseDegree; }

    [[nodiscard]] const Tables& tables() const noexcept { return *tables_; }

    ~Ring();
    Ring(const Ring&) = delete;
    Ring& operator=(const Ring&) = delete;
    Ring(Ring&&) = delete;
    Ring& operator=(Ring&&) = delete;

private:
    Ring(const RingOptions& options, std::unique_ptr<const Tables> tables);

    RingOptions options_;
    std::unique_ptr<const Tables> tables_;
    Hash32 id_;
};

/// Polynomials modulo several primes, evaluation form: word [polynomial][prime][coefficient], each
/// below its prime. What every public object of the engine is made of.
struct Words {
    std::vector<std::uint32_t> raw;
};

}  // namespace mednexus::compute
