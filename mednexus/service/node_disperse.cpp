/// The operator operation "log.disperse": what is new in this log goes to every holder in batches,
/// and each batch that all of them signed for is named in a leaf.
#include <algorithm>

#include "mednexus/codec/hex.hpp"
#include "mednexus/service/availability.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/da_parts.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::string_view kKind = "log.disperse";
constexpr std::size_t kBatchesAtOnceMax = 64;

/// The agreement that is meant: the one of this id, or of those that can be used the one that
/// lasts longest. Two rosters are two places to disperse to, and the operator says which.
Result<HolderGroup> choose_holders(const NodeState& node, const std::string& id) {
    if (!id.empty()) {
        MN_TRY(Agreement agreement, node.directory->agreement(id));
        return holders_of(node, std::move(agreement));
    }
    std::vector<HolderGroup> usable;
    for (Agreement& one : node.directory->agreements()) {
        if (auto group = holders_of(node, std::move(one))) {
            usable.push_back(std::move(*group));
        }
    }
    if (usable.empty()) {
        return fail(Kind::denied,
                    "log.disperse: no agreement is in force and signed by all its parties");
    }
    for (const HolderGroup& one : usable) {
        if (one.roster.hash() != usable.front().roster.hash()) {
            return fail(Kind::invalid, "log.disperse: several agreements; say which one");
        }
    }
    return *std::max_element(usable.begin(), usable.end(), [](const auto& a, const auto& b) {
        return a.agreement.period.until < b.agreement.period.until;
    });
}

/// Signs the header of the entries from `from` on, as many as a batch holds.
Result<OwnBatch> make_batch(NodeState& node, const HolderGroup& group, std::uint64_t from) {
    const std::string checkpoint = node.log->checkpoint_note();
    MN_TRY(const ledger::Checkpoint head,
           ledger::open_checkpoint(checkpoint, node.log->verifier()));
    MN_TRY(const ledger::LogRange range, node.log->range(from, head.size));
    const ledger::RangeRoots roots = ledger::roots_of(range);
    MN_TRY(const da::Header header,
           da::make_header({.batch = {.origin = node.keys.log.name,
                                      .from = from,
                                      .to = range.to(),
                                      .before = roots.before,
                                      .root = roots.root},
                            .profile = da::Profile::crash_only,
                            .keep_until = group.agreement.period.until},
                           group.roster,
                           ledger::write_range(range)));
    MN_TRY(const std::string note, da::sign_header(header, node.keys.log));
    MN_DO(
        OwnBatches(*node.disk).keep_header({header, da::commitment_of(header), note}, checkpoint));
    return OwnBatch{header, note, checkpoint, std::nullopt};
}

/// The batch at `from` that this roster was, or is to be, asked about.
Result<OwnBatch> batch_at(NodeState& node, const HolderGroup& group, std::uint64_t from) {
    MN_TRY(auto kept, OwnBatches(*node.disk).find(from, group.roster.hash()));
    return kept ? Result<OwnBatch>(std::move(*kept)) : make_batch(node, group, from);
}

Result<std::string> attestation_of(NodeState& node, const Card& holder, const BatchOffer& offer) {
    if (holder.name == node.name()) {
        return hold_batch(node, holder, offer);
    }
    MN_TRY(const json::Value said, ask_holder(node, holder, "da.store", write_batch_offer(offer)));
    json::Reader reader(said, "peer " + holder.name + ": da.store");
    MN_TRY(std::string attestation, reader.string("attestation"));
    MN_DO(reader.finish());
    return attestation;
}

/// Every holder's signature, each a step of its own: who has signed is not asked again.
Result<std::vector<std::string>> gather(NodeState& node,
                                        Journal::Run& run,
                                        const HolderGroup& group,
                                        const OwnBatch& batch) {
    const da::Batch& range = batch.header.batch;
    MN_TRY(const ledger::LogRange entries, node.log->range(range.from, range.to));
    const BatchOffer offer{batch.header_note, batch.checkpoint, ledger::write_range(entries)};
    const std::string prefix =
        "held." + codec::to_hex(da::commitment_of(batch.header).view().first(8)) + ".";
    std::vector<std::string> out;
    for (const Card& holder : group.holders) {
        MN_TRY(const json::Value kept, run.step(prefix + holder.name, [&]() -> Result<json::Value> {
            MN_TRY(const std::string note, attestation_of(node, holder, offer));
            const auto verified = da::verify_attestation(note, batch.header, holder.identity);
            if (!verified) {
                return fail(Kind::corrupt,
                            "peer " + holder.name + ": da.store: " + verified.error().what);
            }
            return json::Value(note);
        }));
        out.push_back(*kept.as_string());
    }
    return out;
}

Result<Logged> log_certificate(NodeState& node,
                               Journal::Run& run,
                               const da::Header& header,
                               const std::string& certificate) {
    return log_event(node, run, "dispersed", [&]() -> Result<EventDraft> {
        return EventDraft{
            EventKind::log_dispersed,
            node.name(),
            std::nullopt,
            to_json(LogDispersedData{.certificate = crypto::sha256(bytes_of(certificate)),
                                     .header = da::commitment_of(header),
                                     .from = header.batch.from,
                                     .to = header.batch.to,
                                     .profile = header.profile})};
    });
}

json::Value outcome_of(const da::Header& header, const OwnBatch::Certified& certified) {
    json::Object out;
    out.set("from", header.batch.from);
    out.set("to", header.batch.to);
    out.set("header", hex(da::commitment_of(header)));
    out.set("certificate", hex(crypto::sha256(bytes_of(certified.certificate))));
    out.set("leaf", certified.leaf);
    return json::Value(std::move(out));
}

Result<json::Value> disperse_once(NodeState& node,
                                  Journal::Run& run,
                                  const HolderGroup& group,
                                  std::uint64_t from) {
    MN_TRY(const OwnBatch batch, batch_at(node, group, from));
    if (batch.certified) {
        return outcome_of(batch.header, *batch.certified);
    }
    MN_TRY(const auto attestations, gather(node, run, group, batch));
    MN_TRY(const std::string certificate,
           da::make_certificate(batch.header, group.roster, attestations));
    MN_TRY(const Logged logged, log_certificate(node, run, batch.header, certificate));
    const OwnBatch::Certified certified{certificate, logged.index};
    MN_DO(OwnBatches(*node.disk).keep_certificate(batch.header, certified));
    return outcome_of(batch.header, certified);
}

Result<json::Value> disperse_from(NodeState& node, const HolderGroup& group, std::uint64_t from) {
    const Act act{.kind = std::string(kKind),
                  .key = std::to_string(from),
                  .input = group.agreement.id,
                  .when_done = WhenDone::begin_anew,
                  .identity = std::to_string(from)};
    MN_TRY(Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return disperse_once(node, run, group, from);
    }));
    return std::move(outcome.value);
}

/// Batches whose certificate is on file, but whose act a crash left open.
Result<void> close_finished(NodeState& node, const HolderGroup& group, std::uint64_t size) {
    MN_TRY(const auto unfinished, node.journal->unfinished());
    for (const Journal::Unfinished& one : unfinished) {
        if (one.kind == kKind && std::stoull(one.key) < size) {
            MN_TRY([[maybe_unused]] const json::Value outcome,
                   disperse_from(node, group, std::stoull(one.key)));
        }
    }
    return {};
}

/// Nothing but certificates of earlier batches: to disperse those would make one more each time.
Result<bool> is_worth_it(const NodeState& node, std::uint64_t from) {
    const std::uint64_t size = node.log->size();
    if (size - from > kBatchesAtOnceMax) {
        return true;
    }
    for (std::uint64_t i = from; i < size; ++i) {
        MN_TRY(const Bytes entry, node.log->entry(i));
        const auto event = parse_event(entry);
        if (!event || event->kind != EventKind::log_dispersed) {
            return true;
        }
    }
    return false;
}

json::Value answer(const HolderGroup& group, json::Array batches, std::uint64_t size) {
    json::Array holders;
    for (const Card& holder : group.holders) {
        holders.emplace_back(holder.name);
    }
    json::Object out;
    out.set("status", batches.empty() ? "existing" : "dispersed");
    out.set("batches", std::move(batches));
    out.set("agreement", group.agreement.id);
    out.set("holders", std::move(holders));
    out.set("profile", da::name_of(da::Profile::crash_only));
    out.set("size", size);
    return json::Value(std::move(out));
}

}  // namespace

Result<Card> card_named(const NodeState& node, const std::string& name) {
    return name == node.name() ? Result<Card>(node.directory->own()) : node.directory->card(name);
}

Result<json::Value> ask_holder(const NodeState& node,
                               const Card& holder,
                               std::string_view operation,
                               json::Object body) {
    auto said = node.peers.call(address_of(holder), operation, json::Value(std::move(body)));
    if (!said) {
        return fail_in("peer " + holder.name, said.error());
    }
    return said;
}

Result<HolderGroup> holders_of(const NodeState& node, Agreement agreement) {
    if (!agreement.period.holds_at(node.clock.now())) {
        return fail(Kind::denied, "agreement " + agreement.id + ": not in force");
    }
    std::vector<Card> holders;
    std::vector<crypto::NoteVerifier> keys;
    for (const std::string& name : agreement.parties) {
        MN_TRY(Card card, card_named(node, name));
        keys.push_back(card.identity);
        holders.push_back(std::move(card));
    }
    if (signers_of(agreement, keys).size() != keys.size()) {
        return fail(Kind::denied, "agreement " + agreement.id + ": not signed by all its parties");
    }
    MN_TRY(da::Roster roster, da::Roster::make(std::move(keys)));
    return HolderGroup{std::move(agreement), std::move(holders), std::move(roster)};
}

Result<json::Value> log_disperse(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "log.disperse");
    MN_TRY(const std::string id, string_or(reader, "agreement", ""));
    MN_DO(reader.finish());
    MN_TRY(const HolderGroup group, choose_holders(node, id));
    const OwnBatches own(*node.disk);
    MN_TRY(std::uint64_t certified, own.certified_size());
    MN_DO(close_finished(node, group, certified));
    json::Array batches;
    const std::uint64_t until = node.log->size();  // leaves of this very run wait for the next
    while (certified < until && batches.size() < kBatchesAtOnceMax) {
        MN_TRY(const bool has_news, is_worth_it(node, certified));
        if (!has_news) {
            break;
        }
        MN_TRY(json::Value done, disperse_from(node, group, certified));
        batches.push_back(std::move(done));
        MN_TRY(certified, own.certified_size());
    }
    return answer(group, std::move(batches), certified);
}

}  // namespace mednexus::service::internal
