/// A holder's side: the peer operations "da.store", "da.held" and "da.shard".
#include <algorithm>

#include "mednexus/codec/base64.hpp"
#include "mednexus/ledger/range.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/da_parts.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service::internal {

namespace {

Failure refuse(Kind kind, const std::string& rule) {
    return fail(kind, "da.store: " + rule);
}

/// An agreement with this publisher whose parties are the header's roster, for all of its promise.
Result<da::Roster> roster_for(const NodeState& node,
                              const Card& publisher,
                              const da::Header& header) {
    for (const Agreement& one : node.directory->agreements()) {
        const auto is_party = [&](const std::string& name) {
            return std::find(one.parties.begin(), one.parties.end(), name) != one.parties.end();
        };
        if (!is_party(publisher.name) || !is_party(node.name()) ||
            one.period.until < header.keep_until) {
            continue;
        }
        auto group = holders_of(node, one);
        if (group && group->roster.hash() == header.roster) {
            return std::move(group->roster);
        }
    }
    return refuse(Kind::denied,
                  "no agreement in force, signed by all its parties, has this roster and lasts as "
                  "long as the promise");
}

Result<void> check_checkpoint(const std::string& note,
                              const Card& publisher,
                              const da::Batch& batch) {
    MN_TRY(const ledger::Checkpoint checkpoint, ledger::open_checkpoint(note, publisher.log));
    if (checkpoint.size < batch.to) {
        return refuse(Kind::invalid, "the checkpoint does not reach the end of the batch");
    }
    if (checkpoint.size == batch.to && checkpoint.root != batch.root) {
        return refuse(Kind::conflict, "publisher fault: header and checkpoint have two roots");
    }
    return {};
}

json::Value held_json(const std::vector<da::HeldBatch>& batches) {
    json::Array list;
    for (const da::HeldBatch& one : batches) {
        json::Object batch;
        batch.set("checkpoint", one.companion);
        batch.set("header", one.header);
        list.emplace_back(std::move(batch));
    }
    json::Object out;
    out.set("batches", std::move(list));
    return json::Value(std::move(out));
}

}  // namespace

json::Object write_batch_offer(const BatchOffer& offer) {
    json::Object out;
    out.set("blob", codec::to_base64(offer.blob));
    out.set("checkpoint", offer.checkpoint);
    out.set("header", offer.header);
    return out;
}

Result<BatchOffer> parse_batch_offer(const json::Value& body) {
    json::Reader reader(body, "da.store");
    BatchOffer out;
    MN_TRY(const std::string blob, reader.string("blob"));
    MN_TRY(out.checkpoint, reader.string("checkpoint"));
    MN_TRY(out.header, reader.string("header"));
    MN_DO(reader.finish());
    MN_TRY(out.blob, codec::parse_base64(blob));
    return out;
}

Result<ledger::LogRange> open_blob(const da::Batch& batch, BytesView blob) {
    MN_TRY(ledger::LogRange range, ledger::parse_range(blob, batch.from, batch.to));
    const ledger::RangeRoots roots = ledger::roots_of(range);
    if (roots.before != batch.before || roots.root != batch.root) {
        return fail(Kind::invalid, "da: the entries do not have the roots of the header");
    }
    return range;
}

Result<std::string> hold_batch(NodeState& node, const Card& publisher, const BatchOffer& offer) {
    MN_TRY(const da::SignedHeader header, da::open_header(offer.header, publisher.log));
    MN_TRY(const da::Roster roster, roster_for(node, publisher, header.header));
    MN_DO(check_checkpoint(offer.checkpoint, publisher, header.header.batch));
    MN_TRY([[maybe_unused]] const ledger::LogRange range,
           open_blob(header.header.batch, offer.blob));
    return node.shards->accept({header, roster, offer.blob, offer.checkpoint}, node.keys.identity);
}

/// No decision is asked for: a log is public to the peers of its institution.
Result<json::Value> answer_da_store(NodeState& node,
                                    const std::string& peer,
                                    const json::Value& body) {
    MN_TRY(const BatchOffer offer, parse_batch_offer(body));
    MN_TRY(const Card publisher, node.directory->card(peer));
    MN_TRY(const std::string attestation, hold_batch(node, publisher, offer));
    json::Object out;
    out.set("attestation", attestation);
    return json::Value(std::move(out));
}

Result<json::Value> answer_da_held(NodeState& node,
                                   const std::string& /*peer*/,
                                   const json::Value& body) {
    json::Reader reader(body, "da.held");
    MN_TRY(const std::string institution, reader.string("institution"));
    MN_TRY(const std::uint64_t skip, read_count(reader, "skip", da::kBatchesHeldMax));
    MN_DO(reader.finish());
    MN_TRY(const Card card, card_named(node, institution));
    MN_TRY(const auto batches, node.shards->list(card.log.name, skip, kHeldBatchesAtOnceMax));
    return held_json(batches);
}

Result<json::Value> answer_da_shard(NodeState& node,
                                    const std::string& /*peer*/,
                                    const json::Value& body) {
    json::Reader reader(body, "da.shard");
    MN_TRY(const std::string note, reader.string("header"));
    MN_DO(reader.finish());
    MN_TRY(const da::Header header, da::parse_header(note));
    MN_TRY(const da::Shard shard, node.shards->shard(header));
    json::Object out;
    out.set("index", std::uint64_t{shard.index});
    out.set("shard", codec::to_base64(shard.content));
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
