#pragma once
/// The signed documents under which one match is made, and what must hold between them: the
/// requester asks it before it signs, every member before it opens, and every reader of a bundle.
/// Source: docs/formats/mnx.md section 8, docs/formats/consortium.md section 1.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/service/documents.hpp"
#include "mednexus/service/documents_consortium.hpp"
#include "mednexus/service/documents_index.hpp"
#include "mednexus/service/internal/claims.hpp"
#include "mednexus/service/result_package.hpp"

namespace mednexus::service::internal {

struct MatchDocuments {
    Consortium consortium;
    SessionKeys keys;
    std::vector<IndexDocument> indexes;  ///< sorted by owner
    OutputsDocument outputs;

    /// Null when there is none.
    [[nodiscard]] const IndexDocument* index_of(std::string_view owner) const;
    [[nodiscard]] std::uint64_t batch_count() const;
};

/// The card of an institution; null when it has none.
using CardOf = std::function<const Card*(std::string_view name)>;

/// Cards and signatures of all members, and the card of the computing node.
[[nodiscard]] Problem problem_with_consortium_document(const MatchDocuments& documents,
                                                       const CardOf& card_of);
/// Needs: the consortium's members all have cards.
[[nodiscard]] Problem problem_with_keys_document(const MatchDocuments& documents,
                                                 const CardOf& card_of);
/// One for each member, of this session, each signed by its owner; no batch twice.
[[nodiscard]] Problem problem_with_index_documents(const MatchDocuments& documents,
                                                   const CardOf& card_of);

/// What is wrong with outputs: for people, and as the rule of a leaf `refused`.
struct OutputsFault {
    std::string rule;
    std::string words;
};

/// Signed by the computing node, for this job and query. Needs: the computing node has a card.
[[nodiscard]] std::optional<OutputsFault> fault_of_outputs(const MatchDocuments& documents,
                                                           const CardOf& card_of,
                                                           std::string_view job,
                                                           const Hash32& query);
/// Exactly these indexes, and a sum for each of their batches.
[[nodiscard]] std::optional<OutputsFault> fault_of_sums(const MatchDocuments& documents);

[[nodiscard]] Hash32 data_root_of(const std::vector<IndexDocument>& indexes);

/// What the request must say of these documents: recipients and terms.
[[nodiscard]] Problem problem_with_terms(const MatchDocuments& documents,
                                         const SignedRequest& request);

/// The batches that a match opens, in the order of the outputs: all but the requester's.
struct OpenedBatch {
    std::string batch;  ///< its id
    std::string owner;
    std::size_t sum = 0;  ///< its place among the sums
};

[[nodiscard]] std::vector<OpenedBatch> opened_batches(const MatchDocuments& documents,
                                                      std::string_view requester);

/// What a result package says of the computation.
[[nodiscard]] Computation computation_of(const MatchDocuments& documents);

}  // namespace mednexus::service::internal
