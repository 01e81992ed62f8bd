/// Opening a signed checkpoint under a policy.
#include <algorithm>
#include <unordered_set>

#include "mednexus/codec/note.hpp"
#include "mednexus/ledger/trust_policy.hpp"

namespace mednexus::ledger {

namespace {

/// Answers for each name whether it witnessed; groups refer backwards only, so one pass suffices.
bool reaches_quorum(const TrustPolicy& policy, const std::vector<std::string>& cosigned_by) {
    if (policy.quorum == "none") {
        return true;
    }
    std::unordered_set<std::string> witnessed(cosigned_by.begin(), cosigned_by.end());
    for (const PolicyGroup& group : policy.groups) {
        const auto count = std::count_if(
            group.members.begin(), group.members.end(), [&](const std::string& member) {
                return witnessed.count(member) != 0;
            });
        if (static_cast<std::uint64_t>(count) >= group.threshold) {
            witnessed.insert(group.name);
        }
    }
    return witnessed.count(policy.quorum) != 0;
}

std::vector<crypto::NoteVerifier> keys_for(const TrustPolicy& policy, const std::string& origin) {
    std::vector<crypto::NoteVerifier> known;
    for (const crypto::NoteVerifier& log : policy.logs) {
        if (log.name == origin) {
            known.push_back(log);
        }
    }
    for (const PolicyWitness& witness : policy.witnesses) {
        known.push_back(witness.key);
    }
    return known;
}

}  // namespace

Result<TrustedCheckpoint> open_trusted_checkpoint(const TrustPolicy& policy,
                                                  std::string_view signed_note) {
    MN_TRY(const codec::Note note, codec::parse_note(signed_note));
    MN_TRY(Checkpoint checkpoint, parse_checkpoint_text(note.text));
    const std::vector<crypto::NoteVerifier> known = keys_for(policy, checkpoint.origin);
    const std::size_t log_count = known.size() - policy.witnesses.size();
    if (log_count == 0) {
        return fail(Kind::denied, "trust policy: no log line for this origin");
    }
    MN_TRY(const std::vector<std::size_t> signed_by, crypto::verify_note(note, known));
    if (signed_by.empty() || signed_by.front() >= log_count) {
        return fail(Kind::denied, "trust policy: not signed by the listed log");
    }
    TrustedCheckpoint out{
        .checkpoint = std::move(checkpoint), .log = known[signed_by.front()], .cosigned_by = {}};
    for (const std::size_t index : signed_by) {
        if (index >= log_count) {
            out.cosigned_by.push_back(policy.witnesses[index - log_count].name);
        }
    }
    if (!reaches_quorum(policy, out.cosigned_by)) {
        return fail(Kind::denied,
                    "trust policy: quorum not reached with " +
                        std::to_string(out.cosigned_by.size()) + " cosignatures");
    }
    return out;
}

}  // namespace mednexus::ledger
