/// Claims about availability: batches of the members' logs that others hold too, by their word.
#include <algorithm>
#include <set>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/da/certificate.hpp"
#include "mednexus/da/header.hpp"
#include "mednexus/da/roster.hpp"
#include "mednexus/service/availability.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::string_view kCertified = "availability.certified";
constexpr std::string_view kAnchored = "availability.anchored";
constexpr std::string_view kComplete = "availability.complete";
constexpr std::string_view kTrusted = "availability.trusted";

/// Who signed the certificate, with the keys of their cards: members of the consortium, nobody
/// else.
Result<da::Roster> roster_of_certificate(const BundleFacts& facts, std::string_view certificate) {
    MN_TRY(const codec::Note note, codec::parse_note(certificate));
    std::vector<crypto::NoteVerifier> holders;
    for (const codec::NoteSignature& line : note.signatures) {
        const Card* const card = facts.card_of(line.name);
        if (card == nullptr || !facts.documents.consortium.has_member(line.name)) {
            return fail(Kind::denied, line.name + " signed, and is no member of the consortium");
        }
        holders.push_back(card->identity);
    }
    return da::Roster::make(std::move(holders));
}

/// The leaf names exactly this certificate and is in the tree of the checkpoint.
Problem problem_with_certificate_leaf(const PartyFact& party,
                                      const CertifiedBatch& batch,
                                      const da::SignedHeader& header) {
    const auto event = parse_event(batch.leaf.entry);
    const auto data = event ? parse_log_dispersed(*event)
                            : Result<LogDispersedData>(tl::unexpected(event.error()));
    if (!data) {
        return data.error().what;
    }
    const LogDispersedData expected{.certificate = crypto::sha256(bytes_of(batch.certificate)),
                                    .header = header.commitment,
                                    .from = header.header.batch.from,
                                    .to = header.header.batch.to,
                                    .profile = header.header.profile};
    if (*data != expected) {
        return "the leaf log.dispersed is of another certificate";
    }
    const auto included =
        merkle::verify_inclusion(ledger::kRfc6962,
                                 {.index = batch.leaf.index,
                                  .tree_size = party.checkpoint.size,
                                  .leaf_hash = ledger::kRfc6962.leaf(batch.leaf.entry),
                                  .root = party.checkpoint.root},
                                 batch.leaf.proof);
    return included ? Problem() : Problem("log.dispersed: " + included.error().what);
}

/// The tree whose entries are held is the beginning of the checkpoint's.
Problem problem_with_history(const PartyFact& party,
                             const CertifiedBatch& batch,
                             const da::Batch& range) {
    const auto consistent = merkle::verify_consistency(ledger::kRfc6962,
                                                       {.old_size = range.to,
                                                        .new_size = party.checkpoint.size,
                                                        .old_root = range.root,
                                                        .new_root = party.checkpoint.root},
                                                       batch.consistency);
    return consistent ? Problem() : Problem("another history is held: " + consistent.error().what);
}

Problem problem_with_batches(const BundleFacts& facts) {
    for (const CertifiedBatch& batch : facts.bundle.parts.availability->batches) {
        if (Problem problem = problem_with_batch(facts, batch)) {
            return batch.institution + ": " + *problem;
        }
    }
    return std::nullopt;
}

/// A batch whose form parse_bundle has checked.
da::Header header_of(const CertifiedBatch& batch) {
    return da::parse_header(batch.header).value();
}

/// What was found, in words. Needs: problem_with_batches() found nothing.
std::string what_is_held(const std::vector<CertifiedBatch>& batches) {
    std::set<std::string> institutions;
    std::int64_t until = header_of(batches.front()).keep_until.seconds;
    std::uint32_t holders = header_of(batches.front()).code.n;
    for (const CertifiedBatch& batch : batches) {
        const da::Header header = header_of(batch);
        institutions.insert(batch.institution);
        until = std::min(until, header.keep_until.seconds);
        holders = std::min(holders, header.code.n);
    }
    std::string names;
    for (const std::string& name : institutions) {
        names += (names.empty() ? "" : ", ") + name;
    }
    return "batches of " + names + ", " + std::to_string(batches.size()) +
           ": all holders of each, " + std::to_string(holders) +
           " or more, signed that they have it, and one may be lost; " + "promised until " +
           to_rfc3339(UnixTime{until});
}

/// A leaf of a member that lies in no batch of its log. The computing node's log is not dispersed.
Problem first_gap(const BundleFacts& facts) {
    const auto& batches = facts.bundle.parts.availability->batches;
    for (const auto& [institution, party] : facts.parties) {
        for (const LeafFact& one : party.leaves) {
            const auto covers = [&, &name = institution](const CertifiedBatch& batch) {
                const da::Batch range = header_of(batch).batch;
                return batch.institution == name && range.from <= one.leaf.index &&
                       one.leaf.index < range.to;
            };
            if (institution != facts.compute() &&
                std::none_of(batches.begin(), batches.end(), covers)) {
                return institution + ": no batch here covers entry " +
                       std::to_string(one.leaf.index);
            }
        }
    }
    return std::nullopt;
}

void decide_certified(const BundleFacts& facts, Claims& claims) {
    const auto& availability = facts.bundle.parts.availability;
    if (!availability) {
        claims.add(kCertified, ClaimStatus::not_proven, "the bundle carries no certificates");
        return;
    }
    if (claims.lacks_ground(kCertified,
                            {"cards.signed", "consortium.signed", "checkpoints.signed"})) {
        return;
    }
    if (Problem problem = problem_with_batches(facts)) {
        claims.add(kCertified, ClaimStatus::contradicted, *problem);
        return;
    }
    claims.add(kCertified, ClaimStatus::proven, what_is_held(availability->batches));
}

void decide_complete(const BundleFacts& facts, Claims& claims) {
    if (claims.lacks_ground(kComplete, {kCertified, "leaves.included"})) {
        return;
    }
    const Problem gap = first_gap(facts);
    claims.add(kComplete,
               gap ? ClaimStatus::not_proven : ClaimStatus::proven,
               gap.value_or("every leaf of a member lies in one of these batches"));
}

void decide_trusted(const BundleFacts& facts, const std::string& profile, Claims& claims) {
    if (claims.lacks_ground(kTrusted, {kCertified})) {
        return;
    }
    for (const CertifiedBatch& batch : facts.bundle.parts.availability->batches) {
        const std::string_view name = da::name_of(header_of(batch).profile);
        if (name != profile) {
            claims.add(kTrusted,
                       ClaimStatus::not_proven,
                       "the policy asks for " + profile + ", the profile is " + std::string(name));
            return;
        }
    }
    claims.add(kTrusted, ClaimStatus::proven, "the policy asks for " + profile);
}

}  // namespace

Problem problem_with_batch(const BundleFacts& facts, const CertifiedBatch& batch) {
    const Card* const card = facts.card_of(batch.institution);
    const PartyFact* const party = facts.party_of(batch.institution);
    if (card == nullptr || party == nullptr) {
        return "has no card, or no evidence of its log";
    }
    const auto header = da::open_header(batch.header, card->log);
    if (!header) {
        return header.error().what;
    }
    const auto roster = roster_of_certificate(facts, batch.certificate);
    if (!roster) {
        return "da.certificate: " + roster.error().what;
    }
    const auto certified = da::verify_certificate(batch.certificate, header->header, *roster);
    if (!certified) {
        return certified.error().what;
    }
    if (Problem problem = problem_with_certificate_leaf(*party, batch, *header)) {
        return problem;
    }
    return problem_with_history(*party, batch, header->header.batch);
}

bool has_holders_among_members(const BundleFacts& facts, const CertifiedBatch& batch) {
    const auto note = codec::parse_note(batch.certificate);
    return note && std::all_of(note->signatures.begin(),
                               note->signatures.end(),
                               [&](const codec::NoteSignature& line) {
                                   return facts.documents.consortium.has_member(line.name);
                               });
}

void decide_availability(const BundleFacts& facts,
                         const std::optional<ledger::TrustPolicy>& policy,
                         Claims& claims) {
    const bool is_demanded = policy && policy->availability;
    if (!is_demanded && !facts.bundle.parts.availability) {
        return;
    }
    decide_certified(facts, claims);
    if (facts.bundle.parts.anchors || (policy && policy->chain)) {
        claims.decide(
            kAnchored,
            {kCertified, "anchors.included"},
            [] { return Problem(); },
            "each certificate is named by a leaf under an anchored checkpoint");
    }
    if (is_demanded) {
        decide_complete(facts, claims);
        decide_trusted(facts, *policy->availability, claims);
    }
}

}  // namespace mednexus::service::internal
