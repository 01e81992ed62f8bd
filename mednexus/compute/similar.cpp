#include "mednexus/compute/similar.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "mednexus/clinical/vector_profile.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/compute/encrypted_scorer.hpp"
#include "mednexus/compute/plain_scorer.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::compute {

namespace {

constexpr std::uint32_t kThreadsMax = 256;
constexpr std::array<std::size_t, 3> kHitRanks{1, 3, 10};

Result<void> check_input(std::span<const EvaluationCase> cases, const SimilarOptions& options) {
    if (cases.empty()) {
        return fail(Kind::invalid, "eval similar: no case");
    }
    if (options.threads == 0 || options.threads > kThreadsMax) {
        return fail(Kind::invalid, "eval similar: threads are 1 to " + std::to_string(kThreadsMax));
    }
    std::unordered_set<std::string_view> ids;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!ids.insert(cases[i].id).second) {
            return fail(Kind::invalid,
                        "eval similar: case " + std::to_string(i + 1) + " repeats an id");
        }
    }
    return {};
}

/// Everything that all queries share.
struct Corpus {
    std::span<const EvaluationCase> cases;
    std::vector<std::string> ids;
    std::vector<Vector> queries;
    std::vector<Vector> stored;
    std::size_t without_known_term = 0;
};

Result<Corpus> make_corpus(std::span<const EvaluationCase> cases,
                           const clinical::VectorProfile& profile) {
    Corpus corpus{.cases = cases, .ids = {}, .queries = {}, .stored = {}};
    std::vector<std::string_view> terms;
    for (const EvaluationCase& item : cases) {
        terms.assign(item.observed.begin(), item.observed.end());
        clinical::CaseVector query = profile.query_vector(terms);
        corpus.without_known_term += query.terms_used == 0 ? 1 : 0;
        MN_TRY(Vector asked, Vector::make(profile.id(), std::move(query.entries)));
        MN_TRY(Vector kept, Vector::make(profile.id(), profile.case_vector(terms).entries));
        corpus.queries.push_back(std::move(asked));
        corpus.stored.push_back(std::move(kept));
        corpus.ids.push_back(item.id);
    }
    return corpus;
}

SlotMask other_institutions(const Corpus& corpus, std::size_t query) {
    SlotMask permitted(corpus.cases.size());
    for (std::size_t i = 0; i < permitted.size(); ++i) {
        permitted[i] = corpus.cases[i].institution != corpus.cases[query].institution;
    }
    return permitted;
}

Result<SimilarRanking> rank_one(const Corpus& corpus,
                                const Scorer& scorer,
                                const Index& index,
                                std::size_t item) {
    MN_TRY(const auto query, scorer.make_query(corpus.queries[item]));
    MN_TRY(const auto scores, scorer.score(*query, index, other_institutions(corpus, item)));
    SimilarRanking out{.query = corpus.ids[item], .ranking = {}};
    for (const Ranked& place : rank(scores, corpus.ids, kRankingLength)) {
        out.ranking.push_back({.id = corpus.ids[place.item], .score = place.score});
    }
    return out;
}

/// Every worker takes the next query that nobody has taken; each writes only its own results.
Result<std::vector<SimilarRanking>> rank_all(const Corpus& corpus,
                                             std::span<const std::size_t> queries,
                                             const Scorer& scorer,
                                             const Index& index,
                                             std::uint32_t threads) {
    std::vector<std::optional<Result<SimilarRanking>>> results(queries.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t i = next++; i < results.size(); i = next++) {
            results[i] = rank_one(corpus, scorer, index, queries[i]);
        }
    };
    {
        std::vector<std::jthread> workers;
        for (std::uint32_t i = 1; i < threads; ++i) {
            workers.emplace_back(work);
        }
        work();
    }
    std::vector<SimilarRanking> rankings;
    for (auto& result : results) {
        MN_CHECK(result.has_value());
        MN_TRY(SimilarRanking ranking, *std::move(result));
        rankings.push_back(std::move(ranking));
    }
    return rankings;
}

/// Counts queries whose disease another institution also has, and those found early.
void count_hits(std::span<const EvaluationCase> cases,
                std::span<const std::size_t> queries,
                SimilarReport& report) {
    std::unordered_map<std::string_view, std::unordered_set<std::string_view>> institutions;
    std::unordered_map<std::string_view, std::string_view> disease_of;
    for (const EvaluationCase& item : cases) {
        institutions[item.disease].insert(item.institution);
        disease_of[item.id] = item.disease;
    }
    for (std::size_t i = 0; i < queries.size(); ++i) {
        const std::string& disease = cases[queries[i]].disease;
        if (institutions[disease].size() < 2) {
            continue;
        }
        ++report.queries_with_match;
        const auto& ranking = report.rankings[i].ranking;
        const auto hit = std::find_if(ranking.begin(), ranking.end(), [&](const Similar& place) {
            return disease_of[place.id] == disease;
        });
        for (std::size_t k = 0; k < kHitRanks.size(); ++k) {
            const bool is_hit = hit != ranking.end() &&
                                static_cast<std::size_t>(hit - ranking.begin()) < kHitRanks[k];
            report.hits[k] += is_hit ? 1 : 0;
        }
    }
}

/// Query i of n is case i·cases/n.
std::vector<std::size_t> choose_queries(std::size_t cases, std::size_t wanted) {
    const std::size_t count = wanted == 0 ? cases : std::min(wanted, cases);
    std::vector<std::size_t> out(count);
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = i * cases / count;
    }
    return out;
}

Result<std::unique_ptr<const Scorer>> make_scorer(const Hash32& profile,
                                                  const SimilarOptions& options) {
    if (options.random == nullptr) {
        MN_TRY(PlainScorer plain,
               PlainScorer::make({.profile = profile, .dimensions = clinical::kVectorDimensions}));
        return std::make_unique<const PlainScorer>(std::move(plain));
    }
    RingOptions ring = options.ring;
    ring.dimensions = clinical::kVectorDimensions;
    MN_TRY(std::unique_ptr<const Scorer> encrypted,
           EncryptedScorer::make({.profile = profile, .ring = ring}, *options.random));
    return encrypted;
}

}  // namespace

EvaluationCase evaluation_case(const clinical::CaseLine& line) {
    EvaluationCase out{.id = line.value.id,
                       .institution = line.institution,
                       .publication = line.publication,
                       .disease = {},
                       .observed = {}};
    if (const clinical::OntologyClass* disease = clinical::main_disease(line.value)) {
        out.disease = disease->id;
    }
    for (const std::string_view term : clinical::observed_terms(line.value)) {
        out.observed.emplace_back(term);
    }
    return out;
}

Result<SimilarReport> evaluate_similar(std::span<const EvaluationCase> cases,
                                       const clinical::Hpo& hpo,
                                       const SimilarOptions& options) {
    MN_DO(check_input(cases, options));
    std::vector<std::string> publications;
    for (const EvaluationCase& item : cases) {
        publications.push_back(item.publication);
    }
    const clinical::Annotations annotations = hpo.annotations.without(publications);
    MN_TRY(const auto profile,
           clinical::VectorProfile::make(hpo.ontology, annotations, crypto::sha256));
    MN_TRY(const Corpus corpus, make_corpus(cases, profile));
    MN_TRY(const auto scorer, make_scorer(profile.id(), options));
    MN_TRY(const auto index, scorer->make_index(corpus.stored));
    const std::vector<std::size_t> queries = choose_queries(cases.size(), options.queries);
    SimilarReport report;
    report.cases = cases.size();
    report.profile = profile.id();
    report.hpo_release = hpo.ontology->release();
    report.annotation_rows_dropped = hpo.annotations.rows().size() - annotations.rows().size();
    report.cases_without_known_term = corpus.without_known_term;
    MN_TRY(report.rankings, rank_all(corpus, queries, *scorer, *index, options.threads));
    count_hits(cases, queries, report);
    return report;
}

std::string to_json_line(const SimilarRanking& ranking) {
    json::Array places;
    for (const Similar& place : ranking.ranking) {
        json::Object entry;
        entry.set("case", place.id);
        entry.set("score", json::Value(std::int64_t{place.score}));
        places.emplace_back(std::move(entry));
    }
    json::Object line;
    line.set("query", ranking.query);
    line.set("ranking", std::move(places));
    return json::write_canonical(line) + "\n";
}

}  // namespace mednexus::compute
