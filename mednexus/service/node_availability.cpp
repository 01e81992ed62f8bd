/// What this node can show of its own log's availability, for a bundle.
#include <algorithm>

#include "mednexus/service/availability.hpp"
#include "mednexus/service/internal/anchor_parts.hpp"

namespace mednexus::service::internal {

namespace {

/// Certified batches in which one of these leaves lies, in order of their ranges.
Result<std::vector<OwnBatch>> certified_for(const NodeState& node,
                                            const std::vector<std::uint64_t>& indexes) {
    const OwnBatches own(*node.disk);
    MN_TRY(const std::vector<da::BatchName> names, own.names());
    std::vector<OwnBatch> out;
    for (const da::BatchName& name : names) {
        const auto is_in = [&](std::uint64_t i) { return name.from <= i && i < name.to; };
        if (std::none_of(indexes.begin(), indexes.end(), is_in)) {
            continue;
        }
        auto batch = own.read(name);
        if (!batch && batch.error().kind != Kind::not_found) {
            return tl::unexpected(batch.error());
        }
        if (!batch || !batch->certified) {
            continue;
        }
        if (!out.empty() && out.back().header.batch.from == name.from) {
            out.pop_back();  // of another roster; names are sorted: this one reaches further
        }
        out.push_back(std::move(*batch));
    }
    return out;
}

Result<CertifiedBatch> with_proofs(const NodeState& node,
                                   const OwnBatch& batch,
                                   std::uint64_t size) {
    CertifiedBatch out{.institution = node.name(),
                       .header = batch.header_note,
                       .certificate = batch.certified->certificate,
                       .leaf = {.index = batch.certified->leaf, .entry = {}, .proof = {}},
                       .consistency = {}};
    MN_TRY(out.leaf.entry, node.log->entry(out.leaf.index));
    MN_TRY(out.leaf.proof, node.log->inclusion_proof(out.leaf.index, size));
    MN_TRY(out.consistency, node.log->consistency_proof(batch.header.batch.to, size));
    return out;
}

}  // namespace

Result<std::uint64_t> size_with_certificates(const NodeState& node,
                                             const std::vector<std::uint64_t>& indexes) {
    std::uint64_t size = *std::max_element(indexes.begin(), indexes.end()) + 1;
    MN_TRY(const std::vector<OwnBatch> batches, certified_for(node, indexes));
    for (const OwnBatch& batch : batches) {
        size = std::max(size, batch.certified->leaf + 1);
    }
    return size;
}

Result<std::vector<CertifiedBatch>> batches_covering(const NodeState& node,
                                                     const ledger::Checkpoint& checkpoint,
                                                     const std::vector<std::uint64_t>& indexes) {
    MN_TRY(const std::vector<OwnBatch> batches, certified_for(node, indexes));
    std::vector<CertifiedBatch> out;
    for (const OwnBatch& batch : batches) {
        if (batch.certified->leaf < checkpoint.size) {
            MN_TRY(CertifiedBatch one, with_proofs(node, batch, checkpoint.size));
            out.push_back(std::move(one));
        }
    }
    return out;
}

}  // namespace mednexus::service::internal
