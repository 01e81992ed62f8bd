#pragma once
/// `mednexus eval similar`: for each case, the most similar cases of other institutions, and how
/// often one of the same disease is among the first. See docs/formats/score.md, section 4.
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mednexus/clinical/case_line.hpp"
#include "mednexus/clinical/hpo.hpp"
#include "mednexus/compute/ring.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::compute {

inline constexpr std::size_t kRankingLength = 10;

/// What the evaluation needs of one line of case JSONL.
struct EvaluationCase {
    std::string id;
    std::string institution;
    std::string publication;
    std::string disease;
    std::vector<std::string> observed;
};

[[nodiscard]] EvaluationCase evaluation_case(const clinical::CaseLine& line);

struct SimilarOptions {
    std::uint32_t threads = 1;  ///< 1 … 256
    std::size_t queries = 0;    ///< so many, evenly spread over the cases; 0 for every case
    /// With randomness for its keys, the encrypted engine scores instead of the plain one.
    Random* random = nullptr;
    RingOptions ring{};  ///< of the encrypted engine
};

struct Similar {
    std::string id;
    std::int32_t score = 0;
};

struct SimilarRanking {
    std::string query;
    std::vector<Similar> ranking;  ///< at most kRankingLength; score descending, id ascending
};

struct SimilarReport {
    std::size_t cases = 0;
    std::vector<SimilarRanking> rankings;  ///< one per query, in the order given
    Hash32 profile;                        ///< of the vectors that were compared
    std::string hpo_release;
    std::size_t annotation_rows_dropped = 0;   ///< their reference is a publication of these cases
    std::size_t queries_with_match = 0;        ///< same disease exists at another institution
    std::array<std::size_t, 3> hits{};         ///< of those: such a case at rank ≤ 1, 3, 10
    std::size_t cases_without_known_term = 0;  ///< their vector is zero and every score 0
};

/// Ranks cases against the cases of other institutions. Which engine scores changes no ranking.
/// Errors   invalid: no case, two cases of one id, threads; what VectorProfile::make and
///          EncryptedScorer::make say
[[nodiscard]] Result<SimilarReport> evaluate_similar(std::span<const EvaluationCase> cases,
                                                     const clinical::Hpo& hpo,
                                                     const SimilarOptions& options);

/// One line of the result file, with its LF: {"query":…,"ranking":[{"case":…,"score":…},…]}.
[[nodiscard]] std::string to_json_line(const SimilarRanking& ranking);

}  // namespace mednexus::compute
