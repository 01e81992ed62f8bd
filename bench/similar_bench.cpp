// `eval similar` over the 4,914 published cases: seconds on one core, and how often a case of the
// same disease at another institution is at rank 1, 3 and 10. The peer, measured in the same run on
// the same queries and the same annotations, is Resnik's best-match average, the field's usual
// measure; it is no inner product.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/core.h>

#include "bench/published_cases.hpp"
#include "bench/report.hpp"

namespace {

using mednexus::Result;
using mednexus::bench::seconds_now;
namespace clinical = mednexus::clinical;
namespace compute = mednexus::compute;

using Hits = std::array<double, 3>;
constexpr std::array<std::size_t, 3> kRanks{1, 3, 10};

/// Best-match average over Resnik similarity: IC of the most informative common ancestor, IC from
/// diseases.
class BestMatchAverage {
public:
    BestMatchAverage(const clinical::Ontology& ontology, const clinical::Annotations& annotations)
        : ontology_(ontology), ic_(information_content(ontology, annotations)) {}

    /// Terms of all cases, and the similarity of every pair of them.
    void prepare(const std::vector<compute::EvaluationCase>& cases) {
        std::set<clinical::TermIndex> used;
        for (const auto& one : cases) {
            std::set<clinical::TermIndex> terms;
            for (const std::string& id : one.observed) {
                if (const auto found = ontology_.resolve(id).term) {
                    terms.insert(*found);
                }
            }
            terms_.emplace_back(terms.begin(), terms.end());
            used.insert(terms.begin(), terms.end());
        }
        std::unordered_map<clinical::TermIndex, std::uint32_t> position;
        const std::vector<clinical::TermIndex> all(used.begin(), used.end());
        for (std::size_t i = 0; i < all.size(); ++i) {
            position[all[i]] = static_cast<std::uint32_t>(i);
        }
        for (auto& terms : terms_) {
            std::transform(terms.begin(), terms.end(), terms.begin(), [&](auto term) {
                return position.at(term);
            });
        }
        fill_pairs(all);
    }

    [[nodiscard]] float score(std::size_t a, std::size_t b) const {
        return (one_sided(a, b) + one_sided(b, a)) / 2;
    }

private:
    static std::vector<float> information_content(const clinical::Ontology& ontology,
                                                  const clinical::Annotations& annotations) {
        std::vector<std::set<clinical::TermIndex>> closed(annotations.diseases().size());
        for (const clinical::Annotation& row : annotations.rows()) {
            const auto term = ontology.resolve(row.term).term;
            if (row.aspect != 'P' || row.negated || row.frequency.is_never() || !term) {
                continue;
            }
            const auto above = ontology.ancestors(*term);
            closed[row.disease].insert(above.begin(), above.end());
        }
        std::vector<float> count(ontology.terms().size(), 0);
        float diseases = 0;
        for (const auto& terms : closed) {
            diseases += terms.empty() ? 0.0F : 1.0F;
            for (const clinical::TermIndex term : terms) {
                count[term] += 1;
            }
        }
        for (float& value : count) {
            value = -std::log(std::max(1.0F, value) / diseases);
        }
        return count;
    }

    void fill_pairs(const std::vector<clinical::TermIndex>& all) {
        width_ = all.size();
        pairs_.assign(width_ * width_, 0);
        std::vector<float> best(ontology_.terms().size());
        std::vector<std::vector<clinical::TermIndex>> above;
        above.reserve(width_);
        for (const clinical::TermIndex term : all) {
            above.push_back(ontology_.ancestors(term));
        }
        for (std::size_t i = 0; i < width_; ++i) {
            std::fill(best.begin(), best.end(), 0.0F);
            for (const clinical::TermIndex term : above[i]) {
                best[term] = ic_[term];
            }
            for (std::size_t j = 0; j < width_; ++j) {
                float common = 0;
                for (const clinical::TermIndex term : above[j]) {
                    common = std::max(common, best[term]);
                }
                pairs_[i * width_ + j] = common;
            }
        }
    }

    [[nodiscard]] float one_sided(std::size_t a, std::size_t b) const {
        if (terms_[a].empty() || terms_[b].empty()) {
            return 0;
        }
        float sum = 0;
        for (const std::uint32_t s : terms_[a]) {
            float best = 0;
            for (const std::uint32_t t : terms_[b]) {
                best = std::max(best, pairs_[s * width_ + t]);
            }
            sum += best;
        }
        return sum / static_cast<float>(terms_[a].size());
    }

    const clinical::Ontology& ontology_;
    std::vector<float> ic_;
    std::vector<std::vector<std::uint32_t>> terms_;
    std::vector<float> pairs_;
    std::size_t width_ = 0;
};

/// Rank (from 0) of the first case of the query's disease among cases of other institutions, ties
/// by id; nothing when there is none.
std::optional<std::size_t> rank_of_match(const std::vector<compute::EvaluationCase>& cases,
                                         const BestMatchAverage& peer,
                                         std::size_t query) {
    std::vector<float> scores(cases.size());
    std::optional<std::size_t> best;
    const auto better = [&](std::size_t a, std::size_t b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : cases[a].id < cases[b].id;
    };
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (cases[i].institution == cases[query].institution) {
            continue;
        }
        scores[i] = peer.score(query, i);
        if (cases[i].disease == cases[query].disease && (!best || better(i, *best))) {
            best = i;
        }
    }
    if (!best) {
        return std::nullopt;
    }
    std::size_t rank = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        rank += cases[i].institution != cases[query].institution && better(i, *best) ? 1U : 0U;
    }
    return rank;
}

Hits peer_hits(const std::vector<compute::EvaluationCase>& cases, const BestMatchAverage& peer) {
    Hits hits{};
    double queries = 0;
    for (std::size_t query = 0; query < cases.size(); ++query) {
        const auto rank = rank_of_match(cases, peer, query);
        if (!rank) {
            continue;
        }
        queries += 1;
        for (std::size_t i = 0; i < kRanks.size(); ++i) {
            hits[i] += *rank < kRanks[i] ? 1 : 0;
        }
    }
    for (double& hit : hits) {
        hit *= 100 / queries;
    }
    return hits;
}

Result<void> run(bool as_json) {
    const double start = seconds_now();
    MN_TRY(const mednexus::bench::PublishedCases published,
           mednexus::bench::read_published_cases());
    const clinical::Hpo& hpo = published.hpo;
    const auto& cases = published.cases;
    const double loaded = seconds_now();
    MN_TRY(const auto report, compute::evaluate_similar(cases, hpo, {.threads = 1}));
    const double done = seconds_now();

    std::vector<std::string> publications;
    publications.reserve(cases.size());
    for (const auto& one : cases) {
        publications.push_back(one.publication);
    }
    const clinical::Annotations kept = hpo.annotations.without(publications);
    const double peer_start = seconds_now();
    BestMatchAverage peer(*hpo.ontology, kept);
    peer.prepare(cases);
    const Hits theirs = peer_hits(cases, peer);
    const double peer_done = seconds_now();

    const std::string parameters =
        fmt::format("{} cases, {} queries with a match elsewhere, HPO {}, d=256, 4 bits, 1 thread",
                    cases.size(),
                    report.queries_with_match,
                    report.hpo_release);
    for (std::size_t i = 0; i < kRanks.size(); ++i) {
        const double ours = 100.0 * static_cast<double>(report.hits[i]) /
                            static_cast<double>(report.queries_with_match);
        mednexus::bench::print({.bench = fmt::format("similar.hits_at_{}", kRanks[i]),
                                .value = ours,
                                .unit = "percent",
                                .floor_or_peer = "best-match average (Resnik)",
                                .floor_or_peer_value = theirs[i],
                                .parameters = parameters},
                               as_json);
    }
    mednexus::bench::print({.bench = "similar.seconds",
                            .value = done - loaded,
                            .unit = "s",
                            .floor_or_peer = "best-match average (Resnik)",
                            .floor_or_peer_value = peer_done - peer_start,
                            .parameters = parameters},
                           as_json);
    mednexus::bench::print({.bench = "similar.seconds_with_loading",
                            .value = done - start,
                            .unit = "s",
                            .floor_or_peer = "limit of the issue",
                            .floor_or_peer_value = 20,
                            .parameters = parameters},
                           as_json);
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const Result<void> outcome = run(mednexus::bench::wants_json(argc, argv));
    if (!outcome) {
        fmt::print(stderr, "bench similar: {}\n", outcome.error().what);
        return mednexus::exit_code_of(outcome.error().kind);
    }
    return 0;
}
