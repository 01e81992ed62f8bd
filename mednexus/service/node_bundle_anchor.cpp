/// The operator operation "bundle.anchor": ask each institution of a bundle for its anchored
/// checkpoint, check what it says, and make the bundle anew with the proof from our own chain.
#include <algorithm>

#include "mednexus/da/header.hpp"
#include "mednexus/service/internal/anchor_parts.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"
#include "mednexus/service/internal/bundle_facts.hpp"
#include "mednexus/service/internal/match_steps.hpp"
#include "mednexus/service/verify.hpp"

namespace mednexus::service::internal {

namespace {

std::string path_of(const std::string& job) {
    return "bundles/" + job + ".mnx";
}

Failure lied(const std::string& peer, const std::string& what) {
    return fail(Kind::corrupt, "peer " + peer + ": anchored: " + what);
}

Result<BundleFacts> read_own_bundle(const NodeState& node, const std::string& job) {
    const auto raw = node.disk->read(path_of(job), kMnxSizeBytesMax);
    if (!raw) {
        return fail(raw.error().kind, "bundle.anchor: job " + job + ": " + raw.error().what);
    }
    auto facts = read_bundle_facts(text_of(*raw));
    if (!facts || facts->requester() != node.name() || facts->bundle.parts.result.job != job) {
        return fail(Kind::corrupt,
                    "bundle.anchor: job " + job + ": the bundle on file is not ours");
    }
    return facts;
}

std::vector<std::uint64_t> indexes_of(const PartyFact& party) {
    std::vector<std::uint64_t> out;
    for (const LeafFact& one : party.leaves) {
        out.push_back(one.leaf.index);
    }
    return out;
}

/// The leaves that the match already showed, and no other.
bool has_same_leaves(const PartyFact& before, const LogEvidence& now) {
    return std::equal(before.leaves.begin(),
                      before.leaves.end(),
                      now.leaves.begin(),
                      now.leaves.end(),
                      [](const LeafFact& a, const LogLeaf& b) {
                          return a.leaf.index == b.index && a.leaf.entry == b.entry;
                      });
}

/// What all institutions of a bundle said, sorted by institution.
struct Gathered {
    std::vector<LogEvidence> evidence;
    std::vector<CertifiedBatch> batches;
};

/// One bundle that is being anchored.
class Anchoring {
public:
    Anchoring(NodeState& node, ChainLink& chain, BundleFacts facts)
        : node_(&node), chain_(&chain), facts_(std::move(facts)) {}

    [[nodiscard]] Result<json::Value> run();

private:
    [[nodiscard]] const std::string& job() const { return facts_.bundle.parts.result.job; }

    [[nodiscard]] Result<AnchoredEvidence> evidence_of(const std::string& institution);
    [[nodiscard]] Result<AnchoredEvidence> ask(const Answer& answer);
    [[nodiscard]] Result<void> check(const Answer& answer,
                                     const Card& card,
                                     const AnchoredEvidence& said);
    [[nodiscard]] Result<void> check_on_chain(const std::string& peer,
                                              const AnchoredEvidence& said);
    [[nodiscard]] Result<Gathered> gather();
    [[nodiscard]] std::optional<BundleAvailability> availability_of(
        std::vector<CertifiedBatch> batches) const;
    [[nodiscard]] Result<void> check_batches(const BundleFacts& made) const;
    [[nodiscard]] Result<std::string> make(const BundleParts& parts) const;

    NodeState* node_;
    ChainLink* chain_;
    BundleFacts facts_;
};

/// What a peer says of the chain is compared with what our own RPC says.
Result<void> Anchoring::check_on_chain(const std::string& peer, const AnchoredEvidence& said) {
    MN_TRY(const ChainEvidence seen, chain_->look());
    MN_TRY(const AnchorSearch found, search_anchor(*chain_, said.evidence, seen));
    if (found.state == AnchorSearch::State::deep) {
        return found.view.block == said.block && found.view.transaction == said.transaction
                   ? Result<void>()
                   : Result<void>(lied(peer, "another block or transaction than the chain's"));
    }
    if (found.state == AnchorSearch::State::young || said.block > seen.block) {
        return fail(Kind::busy, "peer " + peer + ": its anchor is not deep here yet");
    }
    return lied(peer, "the chain has no anchor of this checkpoint");
}

Result<void> Anchoring::check(const Answer& answer,
                              const Card& card,
                              const AnchoredEvidence& said) {
    MN_DO(check_answer(answer, said.evidence, card, facts_.documents, facts_.request));
    if (!has_same_leaves(facts_.parties.at(card.name), said.evidence)) {
        return lied(card.name, "other leaves than those of its answer");
    }
    for (const CertifiedBatch& batch : said.batches) {
        if (batch.institution != card.name) {
            return lied(card.name, "a batch of another log");
        }
    }
    return check_on_chain(card.name, said);
}

Result<AnchoredEvidence> Anchoring::ask(const Answer& answer) {
    MN_TRY(const Card card, node_->directory->card(answer.institution));
    json::Object body;
    body.set("job", job());
    const auto said = node_->peers.call(
        {card.name, card.endpoint, card.tls_pin}, "anchored", json::Value(std::move(body)));
    if (!said) {
        return fail_in("peer " + card.name, said.error());
    }
    auto anchored = parse_anchored(*said);
    if (!anchored) {
        return lied(card.name, anchored.error().what);
    }
    MN_DO(check(answer, card, *anchored));
    return anchored;
}

Result<AnchoredEvidence> Anchoring::evidence_of(const std::string& institution) {
    if (institution == node_->name()) {
        return anchored_evidence(*node_, indexes_of(facts_.parties.at(institution)));
    }
    for (const Answer& answer : facts_.bundle.parts.answers) {
        if (answer.institution == institution) {
            return ask(answer);
        }
    }
    return fail(Kind::corrupt, "bundle.anchor: evidence of " + institution + " without an answer");
}

/// Asks all, so that every anchor that is still missing is on its way; then says who is not ready.
Result<Gathered> Anchoring::gather() {
    Gathered out;
    std::string waiting;
    for (const auto& [institution, party] : facts_.parties) {
        if (institution == facts_.compute()) {
            continue;
        }
        auto one = evidence_of(institution);
        if (!one && one.error().kind != Kind::busy) {
            return tl::unexpected(one.error());
        }
        if (one) {
            out.evidence.push_back(std::move(one->evidence));
            out.batches.insert(out.batches.end(), one->batches.begin(), one->batches.end());
        } else {
            waiting += " " + institution;
        }
    }
    if (!waiting.empty()) {
        return fail(Kind::busy, "bundle.anchor: anchors that are not deep yet:" + waiting);
    }
    return out;
}

/// The computing node's evidence stays: members' logs fix what it signed.
void put_in_place(std::vector<LogEvidence>& evidence, const std::vector<LogEvidence>& gathered) {
    for (const LogEvidence& one : gathered) {
        std::replace_if(
            evidence.begin(),
            evidence.end(),
            [&](const LogEvidence& old) { return old.institution == one.institution; },
            one);
    }
}

/// Batches that some other circle holds are left out: a bundle has the cards of its own alone.
std::optional<BundleAvailability> Anchoring::availability_of(
    std::vector<CertifiedBatch> batches) const {
    std::erase_if(batches, [&](const CertifiedBatch& batch) {
        return !has_holders_among_members(facts_, batch);
    });
    return batches.empty() ? std::nullopt : std::optional(BundleAvailability{std::move(batches)});
}

Result<void> Anchoring::check_batches(const BundleFacts& made) const {
    if (!made.bundle.parts.availability) {
        return {};
    }
    for (const CertifiedBatch& batch : made.bundle.parts.availability->batches) {
        if (const Problem problem = problem_with_batch(made, batch)) {
            return lied(batch.institution, *problem);
        }
    }
    return {};
}

/// The bundle, checked as any reader would before it takes the place of the one before.
Result<std::string> Anchoring::make(const BundleParts& parts) const {
    MN_TRY(std::string bundle, make_bundle(parts, node_->keys.log));
    MN_TRY(const BundleFacts made, read_bundle_facts(bundle));
    MN_DO(check_batches(made));
    MN_TRY(const VerificationReport report, verify_bundle(bundle, std::nullopt));
    const bool is_included =
        std::any_of(report.claims.begin(), report.claims.end(), [](const Claim& one) {
            return one.claim == "anchors.included" && one.status == ClaimStatus::proven;
        });
    if (report.verdict == VerificationVerdict::refused || !is_included) {
        return fail(Kind::internal,
                    "bundle.anchor: the bundle does not verify: " + words_of(report));
    }
    return bundle;
}

/// Which entries others hold too.
json::Array batches_in(const BundleFacts& facts) {
    json::Array out;
    if (!facts.bundle.parts.availability) {
        return out;
    }
    for (const CertifiedBatch& batch : facts.bundle.parts.availability->batches) {
        if (const auto header = da::parse_header(batch.header)) {
            json::Object one;
            one.set("from", header->batch.from);
            one.set("institution", batch.institution);
            one.set("to", header->batch.to);
            out.emplace_back(std::move(one));
        }
    }
    return out;
}

/// What the operator reads: whose anchor is where, and which block a policy may trust.
Result<json::Value> answer_with(const std::string& job,
                                const BundleFacts& facts,
                                const std::string& bundle) {
    json::Array anchors;
    for (const AnchorReceipt& receipt : facts.bundle.parts.anchors->receipts) {
        json::Object one;
        one.set("block", facts.headers.at(receipt.header).ref.number);
        one.set("institution", receipt.institution);
        one.set("size", facts.parties.at(receipt.institution).checkpoint.size);
        anchors.emplace_back(std::move(one));
    }
    json::Object block;
    block.set("number", facts.headers.back().ref.number);
    block.set("hash", hex(facts.headers.back().ref.hash));
    json::Object out;
    out.set("job", job);
    out.set("anchors", std::move(anchors));
    out.set("batches", batches_in(facts));
    out.set("block", std::move(block));
    out.set("chain_id", facts.bundle.parts.anchors->chain_id);
    out.set("contract", codec::to_hex_0x(facts.bundle.parts.anchors->contract.view()));
    out.set("bundle", bundle);
    return json::Value(std::move(out));
}

Result<json::Value> Anchoring::run() {
    BundleParts parts = facts_.bundle.parts;
    MN_TRY(Gathered gathered, gather());
    MN_TRY(const ChainEvidence seen, chain_->look());
    MN_TRY(parts.anchors, read_anchors(*chain_, gathered.evidence, seen));
    put_in_place(parts.evidence, gathered.evidence);
    parts.availability = availability_of(std::move(gathered.batches));
    MN_TRY(const std::string bundle, make(parts));
    MN_TRY(const BundleFacts made, read_bundle_facts(bundle));
    MN_DO(node_->disk->write(path_of(job()), bytes_of(bundle)));
    return answer_with(job(), made, bundle);
}

}  // namespace

Result<json::Value> bundle_anchor(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "bundle.anchor");
    MN_TRY(const std::string job, reader.string("job"));
    MN_DO(reader.finish());
    if (!is_document_id(job)) {
        return fail(Kind::invalid, "bundle.anchor.job: not 32 hex digits");
    }
    MN_TRY(ChainLink* const chain, need_chain(node));
    MN_TRY(BundleFacts facts, read_own_bundle(node, job));
    return Anchoring(node, *chain, std::move(facts)).run();
}

}  // namespace mednexus::service::internal
