#pragma once
/// Changing the secret of a ciphertext, and the two exact divisions that keep its plaintext:
/// docs/formats/encrypted-score.md, sections 5 and 6.
#include "mednexus/compute/internal/rows.hpp"

namespace mednexus::compute::internal {

/// One row for each score prime, wherever they stand.
using ScoreRows = std::array<ConstRow, kScorePrimes>;

/// Memory for one key switch at a time, kept from one to the next.
class KeySwitch {
public:
    explicit KeySwitch(const Tables& tables);

    /// Two components under the key's secret that together stand for `in` times the secret which
    /// the key encrypts.
    ///
    /// Shape    in: [kScorePrimes][N]; key: [kDigits][2][kKeyPrimes][N]; out: [2][kScorePrimes][N]
    /// Cost     35 transforms
    void run(const ScoreRows& in, const Words& key, Row out);

private:
    void take_digits(const ScoreRows& in);
    void multiply(const ScoreRows& in, const Words& key, std::size_t prime, Row first, Row second);
    void divide_by_special(std::size_t component, Row out);

    const Tables& tables_;
    std::vector<Word> coefficients_;  ///< [kScorePrimes][N]: x1 and y of the pairs, then q5
    std::vector<Word> digits_;        ///< [kDigits][N] modulo one prime, evaluation form
    std::vector<Word> special_;       ///< [component][p1, p2][N]
};

/// The prime q5 leaves: [kScorePrimes][N] becomes [kOpeningPrimes][N], the plaintext times q5^-1.
void drop_last_prime(const Tables& tables, ConstRow in, Row out);

}  // namespace mednexus::compute::internal
