#pragma once
/// What the files of the operator operation "match" share: node_match.cpp has its order.
#include <optional>
#include <string>
#include <vector>

#include "mednexus/core/secret.hpp"
#include "mednexus/service/internal/bundle_facts.hpp"
#include "mednexus/service/internal/match_check.hpp"
#include "mednexus/service/internal/match_parts.hpp"

namespace mednexus::service::internal {

/// What the operator asked.
struct Question {
    std::optional<CaseId> case_id;
    std::string phenopacket;  ///< when no case is named
    Purpose purpose = Purpose::disease_specific;
    std::uint32_t top = 0;
};

/// What is drawn for one job, and kept: everything that leaves the house follows from it.
struct PreparedQuery {
    std::vector<std::int8_t> vector;
    Hash32 salt;  ///< of the query commitment
    Secret<32> query_seed;
    Secret<32> opening_seed;
    std::vector<std::string> recipients;  ///< all other members
    UnixTime until;                       ///< of the request
    Hash32 session;

    [[nodiscard]] Hash32 commitment() const { return commit_to_query(salt, vector); }
};

/// Makes it, or finds it made, in step "query".
/// Errors   denied: a member may not be asked, and by which rules; invalid: no known term
[[nodiscard]] Result<PreparedQuery> prepare_query(NodeState& node,
                                                  Journal::Run& run,
                                                  const Keyed& epoch,
                                                  const Question& question);

/// The blobs of a question: its ciphertext, for the computing node; for the other members that it
/// is an encryption, and the key that shares are made for.
struct QueryBlobs {
    Hash32 query;
    Hash32 query_proof;
    Hash32 opening_key;
};

[[nodiscard]] Result<QueryBlobs> keep_query_blobs(NodeState& node,
                                                  const Keyed& epoch,
                                                  const PreparedQuery& prepared,
                                                  const std::string& job);

/// What the computing node said, checked.
struct Scored {
    CheckedOutputs checked;
    std::vector<std::string> indexes;  ///< notes
    LogEvidence evidence;
};

/// Asks the computing node, or finds it asked, in step "outputs"; checks what it says either way.
/// Errors   as check_outputs; corrupt: its log does not say so
[[nodiscard]] Result<Scored> ask_compute(NodeState& node,
                                         Journal::Run& run,
                                         const Keyed& epoch,
                                         const Hash32& query);

/// All that a reader of the bundle will ask about this answer, asked before it is kept.
/// Errors: corrupt, "peer NAME: answer: ...".
[[nodiscard]] Result<void> check_answer(const Answer& answer,
                                        const LogEvidence& evidence,
                                        const Card& peer,
                                        const MatchDocuments& documents,
                                        const SignedRequest& request);

/// Asks every recipient of the call and keeps what each said; sorted by name.
///
/// Errors   corrupt: a member answered falsely, "peer NAME: answer: ..."; unavailable: one is away;
///          a member's own. Of several, that of the first name.
[[nodiscard]] Result<std::vector<PeerAnswer>> ask_members(NodeState& node,
                                                          Journal::Run& run,
                                                          const MatchCall& call,
                                                          const CheckedOutputs& checked);

/// Adds our own share, opens, and ranks what permitted slots say.
/// Errors   corrupt: a share is not the one that was named, or a score left its range; unavailable:
///          a member is away
[[nodiscard]] Result<std::vector<RankedSlot>> open_and_rank(NodeState& node,
                                                            Journal::Run& run,
                                                            const MatchCall& call,
                                                            const PreparedQuery& prepared,
                                                            const CheckedOutputs& checked,
                                                            const std::vector<PeerAnswer>& said);

/// What was gathered for one bundle.
struct Gathered {
    const MatchCall& call;
    const Scored& scored;
    const std::vector<PeerAnswer>& said;
};

[[nodiscard]] Result<ResultPackage> package_of(const NodeState& node,
                                               const Gathered& gathered,
                                               std::vector<RankedSlot> ranking);

[[nodiscard]] EventDraft result_event(const NodeState& node,
                                      const Gathered& gathered,
                                      const ResultPackage& result);

/// The bundle, checked as any reader would before it leaves this house.
[[nodiscard]] Result<std::string> bundle_of(const NodeState& node,
                                            const Gathered& gathered,
                                            const ResultPackage& result,
                                            const LogEvidence& own);

[[nodiscard]] json::Value answer_for_operator(const ResultPackage& result,
                                              const std::string& bundle);

}  // namespace mednexus::service::internal
