/// Reads from the chain what proves that checkpoints are anchored on it.
#include <algorithm>

#include "mednexus/codec/note.hpp"
#include "mednexus/service/internal/anchor_parts.hpp"

namespace mednexus::service::internal {

namespace {

/// An anchor of one institution, as the mirror has it.
struct FoundAnchor {
    std::string institution;
    AnchorView view;
};

Result<FoundAnchor> find_anchor(const ChainLink& chain,
                                const LogEvidence& evidence,
                                const ChainEvidence& seen) {
    MN_TRY(const AnchorSearch found, search_anchor(chain, evidence, seen));
    if (found.state != AnchorSearch::State::deep) {
        return fail(Kind::not_found, "chain: no deep anchor of " + evidence.institution);
    }
    return FoundAnchor{evidence.institution, found.view};
}

Result<std::vector<Bytes>> read_headers(const chain::Client& client,
                                        std::uint64_t from,
                                        std::uint64_t to) {
    std::vector<Bytes> out;
    std::optional<Hash32> before;
    for (std::uint64_t number = from; number <= to; ++number) {
        MN_TRY(chain::Block block, client.full_block_at(number));
        if (before && block.ref.parent != *before) {
            return fail(Kind::busy, "chain: it changed while it was read");
        }
        before = block.ref.hash;
        out.push_back(std::move(block.header_rlp));
    }
    return out;
}

Result<AnchorReceipt> read_receipt(const chain::Client& client,
                                   const FoundAnchor& anchor,
                                   std::uint64_t from,
                                   BytesView header_rlp) {
    MN_TRY(const auto receipt, client.receipt_of(anchor.view.transaction));
    if (!receipt || receipt->block_number != anchor.view.block) {
        return fail(Kind::busy, "chain: it changed while it was read");
    }
    MN_TRY(const chain::Header header, chain::parse_header(header_rlp));
    MN_TRY(const std::vector<Bytes> receipts, client.raw_receipts_at(anchor.view.block));
    AnchorReceipt out;
    out.institution = anchor.institution;
    out.header = anchor.view.block - from;
    MN_TRY(out.proof,
           chain::prove_receipt(receipts, receipt->transaction_index, header.receipts_root));
    return out;
}

}  // namespace

Result<AnchorSearch> search_anchor(const ChainLink& chain,
                                   const LogEvidence& evidence,
                                   const ChainEvidence& seen) {
    MN_TRY(const codec::Note note, codec::parse_note(evidence.checkpoint));
    MN_TRY(const ledger::Checkpoint checkpoint, ledger::parse_checkpoint_text(note.text));
    const Hash32 id = chain::institution_id(evidence.institution);
    MN_TRY(const auto any, chain.mirror().anchor_of(id, checkpoint.size, {seen.block}));
    if (!any || any->size != checkpoint.size || any->root != checkpoint.root) {
        return AnchorSearch{};
    }
    const bool is_deep = any->block <= chain.depth_at(seen.block).block;
    return AnchorSearch{.state = is_deep ? AnchorSearch::State::deep : AnchorSearch::State::young,
                        .view = *any};
}

Result<BundleAnchors> read_anchors(const ChainLink& chain,
                                   const std::vector<LogEvidence>& evidence,
                                   const ChainEvidence& seen) {
    std::vector<FoundAnchor> anchors;
    std::uint64_t from = seen.block;
    std::uint64_t last = 0;
    for (const LogEvidence& one : evidence) {
        MN_TRY(FoundAnchor anchor, find_anchor(chain, one, seen));
        from = std::min(from, anchor.view.block);
        last = std::max(last, anchor.view.block);
        anchors.push_back(std::move(anchor));
    }
    const std::uint64_t end = from + kAnchorHeadersMax - 1;  // the last that a bundle can hold
    if (last > end) {
        return fail(Kind::conflict,
                    "anchors: further apart than " + std::to_string(kAnchorHeadersMax) + " blocks");
    }
    BundleAnchors out;
    out.chain_id = chain.config().at.chain_id;
    out.contract = chain.config().at.anchors;
    MN_TRY(out.headers, read_headers(chain.client(), from, std::min(end, seen.block)));
    for (const FoundAnchor& anchor : anchors) {
        MN_TRY(
            AnchorReceipt receipt,
            read_receipt(chain.client(), anchor, from, out.headers.at(anchor.view.block - from)));
        out.receipts.push_back(std::move(receipt));
    }
    return out;
}

}  // namespace mednexus::service::internal
