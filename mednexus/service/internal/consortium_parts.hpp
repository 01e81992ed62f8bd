#pragma once
/// What operations on consortia share: epochs on file, whether we take part, key sessions. Source:
/// docs/formats/consortium.md; docs/api.md. Threads: as NodeState.
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/service/internal/node_state.hpp"
#include "mednexus/service/internal/session_store.hpp"

namespace mednexus::service::internal {

/// Nothing is said in a key session that is older than this.
inline constexpr std::int64_t kSessionSecondsMax = 3600;

// --- epochs (node_consortium.cpp) ---

/// Our own identity key, or that of a card on file. Errors: not_found.
[[nodiscard]] Result<crypto::NoteVerifier> identity_of(const NodeState& node,
                                                       std::string_view name);

/// Those of all members whose cards are on file.
[[nodiscard]] std::vector<crypto::NoteVerifier> identities_of(const NodeState& node,
                                                              const Consortium& consortium);

/// Errors   not_found
[[nodiscard]] Result<ConsortiumRow> need_consortium(const NodeState& node, const Hash32& digest);

/// The document with the signatures that are on file besides. Errors   corrupt, io
[[nodiscard]] Result<Consortium> with_known_signatures(const NodeState& node, Consortium given);

/// The leaf of a document that is put on file.
[[nodiscard]] EventDraft recorded_event(const NodeState& node, const Consortium& consortium);

/// Destroys our share of the epoch and logs it (step `step`); others' blobs of it go.
[[nodiscard]] Result<void> end_epoch(NodeState& node,
                                     Journal::Run& run,
                                     const std::string& step,
                                     const Hash32& digest);

/// Epochs of this consortium before `epoch` that were not ended.
[[nodiscard]] Result<std::vector<Hash32>> earlier_epochs(const NodeState& node,
                                                         const Consortium& consortium);

// --- taking part (node_consortium_decision.cpp) ---

/// The verdict on taking part now, and the data of its leaf; nothing is logged.
/// Errors   unavailable: no ontology here, or no chain that may be relied on
[[nodiscard]] Result<VerdictDraft> draft_lift_decision(NodeState& node,
                                                       const Consortium& consortium,
                                                       const std::string& requester,
                                                       const std::string& job);

/// Decides in step `step` of `run` whether a lift key may be given to the consortium, and logs it.
/// For who writes an index. Errors   denied: the rules; as draft_lift_decision
[[nodiscard]] Result<Release> release_for_lift_key(NodeState& node,
                                                   Journal::Run& run,
                                                   std::string_view step,
                                                   const Consortium& consortium);

/// The release of a decision that was logged before, from its leaf.
[[nodiscard]] Result<Release> release_of_leaf(NodeState& node, BytesView leaf);

// --- key sessions (node_session.cpp, node_session_rounds.cpp) ---

/// What a member is asked in one round.
struct SessionCall {
    Hash32 consortium;
    std::string founding;
    SessionRound round = SessionRound::ask;
    std::vector<std::string> given;  ///< notes
};

[[nodiscard]] json::Value write_session_call(const SessionCall& call);
/// Errors: invalid.
[[nodiscard]] Result<SessionCall> parse_session_call(const json::Value& body);

/// The document that the rounds `ask` and `nonce` are given.
/// Errors   invalid: form; denied: the carrier, or we, are no member
[[nodiscard]] Result<Consortium> read_given_document(const NodeState& node,
                                                     const std::string& carrier,
                                                     const SessionCall& call);

/// One round of a session in which this institution is a member; `carrier` asks. Gives
/// {"part": note}, {"keys": note} or {}.
[[nodiscard]] Result<json::Value> answer_session(NodeState& node,
                                                 const std::string& carrier,
                                                 const json::Value& body);

/// Goes on with a `complete` that a crash left open.
[[nodiscard]] Result<void> resume_complete(NodeState& node,
                                           const std::string& key,
                                           const json::Value& input);

/// What this member says in one round, inside the act of the round. Needs: neither ask nor
/// complete.
[[nodiscard]] Result<json::Value> play_round(NodeState& node,
                                             Journal::Run& run,
                                             const std::string& carrier,
                                             const SessionCall& call);

/// Blobs of a session: shown to its members, and our own that nobody may fetch (yet).
[[nodiscard]] Audience session_audience(const Consortium& consortium);
[[nodiscard]] Audience own_audience(const Hash32& digest);
/// Both go.
[[nodiscard]] Result<void> drop_session_blobs(NodeState& node, const Hash32& digest);

// --- operations; docs/api.md has their fields ---

[[nodiscard]] Result<json::Value> consortium_add(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> consortium_end(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> consortium_found(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> consortium_propose(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> consortium_renew(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> consortium_sign(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> consortium_status(NodeState& node, const json::Value& arguments);

}  // namespace mednexus::service::internal
