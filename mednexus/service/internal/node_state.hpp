#pragma once
/// What one open node holds, and what its operations share. Each node_*.cpp implements operations
/// as free functions over it. Threads: every member is safe by itself; no lock spans two of them.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "mednexus/clinical/clinical.hpp"
#include "mednexus/da/shard_store.hpp"
#include "mednexus/ledger/log.hpp"
#include "mednexus/service/database.hpp"
#include "mednexus/service/event.hpp"
#include "mednexus/service/home.hpp"
#include "mednexus/service/internal/blob_store.hpp"
#include "mednexus/service/internal/chain_link.hpp"
#include "mednexus/service/internal/directory.hpp"
#include "mednexus/service/internal/metrics.hpp"
#include "mednexus/service/journal.hpp"
#include "mednexus/service/keystore.hpp"
#include "mednexus/service/node.hpp"
#include "mednexus/service/release.hpp"
#include "mednexus/storage/storage.hpp"

namespace mednexus::service::internal {

/// What cases are measured by; absent in a home that names no ontology.
struct Clinic {
    clinical::Hpo hpo;
    clinical::VectorProfile profile;
};

/// The audit log as decide() knows it.
class LedgerDecisionLog final : public DecisionLog {
public:
    explicit LedgerDecisionLog(ledger::Log& log) noexcept : log_(&log) {}

    [[nodiscard]] Result<std::uint64_t> append_durably(BytesView leaf) override {
        MN_TRY(const ledger::Appended appended, log_->append(leaf));
        return appended.index;
    }

private:
    ledger::Log* log_;
};

class ComputeDesk;
class IndexMirror;
class IndexTurns;

struct NodeState {
    Clock& clock;
    Random& random;
    PeerTransport& peers;
    HomeConfig config;
    HomeLock lock;
    std::unique_ptr<Disk> disk;
    Keys keys;
    std::unique_ptr<Database> database;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<ledger::Log> log;
    std::unique_ptr<storage::ObjectStore> objects;
    std::unique_ptr<da::ShardStore> shards;  ///< of own and other logs
    std::unique_ptr<BlobStore> blobs;
    std::unique_ptr<Directory> directory;
    std::optional<Clinic> clinic;
    std::unique_ptr<ChainLink> chain;           ///< null exactly when the home names no chain
    std::shared_ptr<const compute::Ring> ring;  ///< of the encrypted index
    // Shared pointers, so that only those who use these three must know them.
    std::shared_ptr<ComputeDesk> desk;    ///< null exactly in an institution's home
    std::shared_ptr<IndexMirror> mirror;  ///< null exactly in a computing node's home
    std::shared_ptr<IndexTurns> turns;    ///< null exactly in a computing node's home
    std::unique_ptr<Metrics> metrics = std::make_unique<Metrics>();

    [[nodiscard]] const std::string& name() const noexcept { return directory->own().name; }

    /// Errors: unavailable when the home names no ontology.
    [[nodiscard]] Result<const Clinic*> need_clinic() const {
        if (!clinic) {
            return fail(Kind::unavailable, "ontology: mednexus.toml names no folder of HPO files");
        }
        return &*clinic;
    }
};

/// Errors: unavailable when the home names no chain.
[[nodiscard]] Result<ChainLink*> need_chain(NodeState& node);

/// 32 random hex digits.
[[nodiscard]] std::string fresh_id(Random& random);

// --- events (node_events.cpp) ---

struct Logged {
    std::uint64_t index = 0;
    Bytes leaf;
};

struct EventDraft {
    EventKind kind = EventKind::decision;
    std::string actor;
    std::optional<std::string> job;
    json::Object data;
};

/// Fresh id, time of now. Errors: invalid when too long.
[[nodiscard]] Result<Bytes> draft_leaf(NodeState& node, EventDraft draft);

/// Keeps the leaf's bytes as a step of `run`, then appends them: a repeat finds them in the log.
[[nodiscard]] Result<Logged> log_event(NodeState& node,
                                       Journal::Run& run,
                                       std::string_view step,
                                       const std::function<Result<EventDraft>()>& draft);

/// For acts that change nothing but the log.
[[nodiscard]] Result<Logged> log_event_now(NodeState& node, EventDraft draft);

/// A decision and the bytes of its leaf.
struct Decided {
    Decision decision;
    Verdict verdict;
    Bytes leaf;
};

/// What a decision step makes: the verdict, and the data of its leaf.
struct VerdictDraft {
    Verdict verdict;
    json::Object data;
    std::string actor;
    std::optional<std::string> job;
};

/// Keeps verdict and leaf as a step of `run`, then records the decision: a repeat decides nothing
/// anew.
[[nodiscard]] Result<Decided> log_decision(NodeState& node,
                                           Journal::Run& run,
                                           std::string_view step,
                                           const std::function<Result<VerdictDraft>()>& draft);
[[nodiscard]] Result<Decided> log_decision_now(NodeState& node, VerdictDraft draft);

/// What is known about a requester now: its card, our agreements with it, the time. No request, no
/// consent.
[[nodiscard]] Evidence evidence_about(const NodeState& node, std::string_view requester);

/// The same, with what the chain says of both institutions now; *now* is the later of clock and
/// block. Errors   unavailable: as ChainLink::look; a home without a chain has none
[[nodiscard]] Result<Evidence> evidence_for_release(NodeState& node, std::string_view requester);

/// The newest consents of these cases, with what the chain said of them at the evidence's block.
[[nodiscard]] Result<std::vector<std::optional<ConsentEvidence>>> consents_of(
    const NodeState& node, std::span<const CaseId> ids, const Evidence& evidence);

/// The data of a decision about one object, for its leaf; `chain` is what it rests on.
[[nodiscard]] json::Object decision_data(const Verdict& verdict,
                                         const Hash32& commitment,
                                         const std::optional<ChainEvidence>& chain);

// --- what others gave (node_blobs.cpp) ---

/// Logs that `subject` gave what is not what it must be, and gives the error to end with: corrupt,
/// "<subject>: <rule>: <object>". An error of the log takes its place.
[[nodiscard]] Failure refuse(NodeState& node, RefusedData refused, std::optional<std::string> job);

/// Brings a blob here from a peer, unless it is here, compares it with its name and keeps it.
/// Errors   not_found: no card of that name; corrupt, logged as refused (blob.hash): another
///          content came; invalid: more than 48 MiB; the peer's own; io
[[nodiscard]] Result<Bytes> fetch_blob(NodeState& node,
                                       std::string_view peer,
                                       const Hash32& hash,
                                       const Audience& audience);

// --- cases (node_cases.cpp) ---

/// A case in the clear. Only a release of its plaintext gives it.
struct OpenedCase {
    std::string phenopacket;  ///< canonical JSON
    clinical::Case value;
};

[[nodiscard]] Result<OpenedCase> open_own_case(NodeState& node,
                                               const Release& release,
                                               const CaseRow& row);

/// A case as an object of a decision.
[[nodiscard]] Hash32 object_of(const CaseId& id);

/// Decides and logs a read of an own case inside `run`, then opens it.
[[nodiscard]] Result<OpenedCase> read_for_job(NodeState& node,
                                              Journal::Run& run,
                                              const CaseRow& row,
                                              const std::string& job);

// --- erasure (node_erase_acts.cpp) ---

/// Closes every open act that names the case, its deposit among them: none of them is resumed, and
/// what their steps kept is deleted. Errors: busy when one is under way.
[[nodiscard]] Result<void> give_up_acts_about(NodeState& node, const CaseId& id);

/// Asked inside an act about a case. An erasure is written before it looks for such acts, and an
/// act before it asks, so one of the two sees the other. Errors: not_found.
[[nodiscard]] Result<void> need_not_erased(const NodeState& node, const CaseId& id);

// --- operations; docs/api.md has their fields ---

using Operation = Result<json::Value> (*)(NodeState&, const json::Value& arguments);
using PeerOperation = Result<json::Value> (*)(NodeState&,
                                              const std::string& peer,
                                              const json::Value& body);

[[nodiscard]] Result<json::Value> status(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> log_status(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> log_prove(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> log_export(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> log_disperse(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> log_rebuild(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> log_rebuilt(NodeState& node, const json::Value& arguments);

[[nodiscard]] Result<json::Value> peer_add(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> peer_list(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> agreement_propose(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> agreement_sign(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> agreement_add(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> agreement_list(NodeState& node, const json::Value& arguments);

[[nodiscard]] Result<json::Value> consent_grant(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> consent_revoke(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> consent_explain(NodeState& node, const json::Value& arguments);

[[nodiscard]] Result<json::Value> case_add(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> case_list(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> case_show(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> case_share(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> match(NodeState& node, const json::Value& arguments);

[[nodiscard]] Result<json::Value> answer_match(NodeState& node,
                                               const std::string& peer,
                                               const json::Value& body);
[[nodiscard]] Result<json::Value> answer_anchored(NodeState& node,
                                                  const std::string& peer,
                                                  const json::Value& body);
[[nodiscard]] Result<json::Value> answer_offer(NodeState& node,
                                               const std::string& peer,
                                               const json::Value& body);
[[nodiscard]] Result<json::Value> answer_share(NodeState& node,
                                               const std::string& peer,
                                               const json::Value& body);

[[nodiscard]] Result<json::Value> answer_da_held(NodeState& node,
                                                 const std::string& peer,
                                                 const json::Value& body);
[[nodiscard]] Result<json::Value> answer_da_shard(NodeState& node,
                                                  const std::string& peer,
                                                  const json::Value& body);
[[nodiscard]] Result<json::Value> answer_da_store(NodeState& node,
                                                  const std::string& peer,
                                                  const json::Value& body);

[[nodiscard]] Result<json::Value> case_erase(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> chain_status(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> chain_items(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> bundle_anchor(NodeState& node, const json::Value& arguments);
[[nodiscard]] Result<json::Value> log_anchor(NodeState& node, const json::Value& arguments);

[[nodiscard]] Result<json::Value> workflow_list(NodeState& node, const json::Value& arguments);

/// Goes on with one deposit that was begun. Needs: the home has its ontology.
[[nodiscard]] Result<void> resume_deposit(NodeState& node,
                                          const std::string& key,
                                          const json::Value& input);

/// Goes on with every workflow that needs no peer. Failures are logged and leave it open.
[[nodiscard]] Result<void> resume(NodeState& node);

/// Reads peers/, agreements/ and consents/. Errors: corrupt, io.
[[nodiscard]] Result<void> load_documents(NodeState& node);

}  // namespace mednexus::service::internal
