#include "mednexus/service/internal/index_mirror.hpp"

#include <algorithm>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/arguments.hpp"

namespace mednexus::service::internal {

namespace {

/// Signed by the member that it names, for this session.
Result<void> check_index(const NodeState& node,
                         const Keyed& epoch,
                         const CardRef& member,
                         const IndexDocument& index) {
    if (index.owner != member.name) {
        return fail(Kind::invalid, "indexes: not one for each member, in their order");
    }
    if (index.consortium != epoch.consortium.digest || index.epoch != epoch.consortium.epoch ||
        index.session != epoch.keys.session) {
        return fail(Kind::denied, "index of " + index.owner + ": of another epoch or session");
    }
    const bool is_own = member.name == node.name();
    MN_TRY(const Card card,
           is_own ? Result<Card>(node.directory->own()) : node.directory->card(member.name));
    if (card.digest != member.card) {
        return fail(Kind::denied, "index of " + index.owner + ": its card is not the one named");
    }
    return check_signature(index, card.identity);
}

/// Our own is one that we published; of others we saw no other one of this serial.
Result<void> check_history(NodeState& node, const IndexDocument& index) {
    IndexRows rows(*node.database);
    MN_TRY(const auto seen, rows.notes(index.owner, index.session));
    const auto same_serial = std::find_if(seen.begin(), seen.end(), [&](const IndexDocument& one) {
        return one.serial == index.serial;
    });
    const bool is_known = same_serial != seen.end() && same_serial->digest == index.digest;
    if (is_known) {
        return {};
    }
    if (index.owner == node.name()) {
        return fail(Kind::denied, "index: one of ours that is not the newest, nor before it");
    }
    if (same_serial != seen.end()) {
        return refuse(node, {index.owner, "index.forked", index.digest}, std::nullopt);
    }
    MN_DO(rows.insert_note(index));
    MN_TRY(const auto now, rows.notes(index.owner, index.session));
    constexpr std::size_t kSeenMax = 8;
    return now.size() > kSeenMax
               ? rows.delete_notes_before(index.owner, index.session, now[kSeenMax - 1].serial)
               : Result<void>();
}

Result<std::vector<IndexDocument>> parse_notes(NodeState& node,
                                               const Keyed& epoch,
                                               std::span<const std::string> notes) {
    if (notes.size() != epoch.consortium.members.size()) {
        return fail(Kind::invalid, "indexes: not one for each member");
    }
    std::vector<IndexDocument> out;
    for (std::size_t i = 0; i < notes.size(); ++i) {
        MN_TRY(IndexDocument index, parse_index(notes[i]));
        MN_DO(check_index(node, epoch, epoch.consortium.members[i], index));
        MN_DO(check_history(node, index));
        out.push_back(std::move(index));
    }
    return out;
}

/// Lifted parts are large and needed once: they are not kept here.
Result<compute::BatchParts> fetch_lifted(NodeState& node,
                                         const Card& compute,
                                         const PartHashes& hashes) {
    compute::BatchParts out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        MN_TRY(
            out.at(i),
            node.peers.get_blob({compute.name, compute.endpoint, compute.tls_pin}, hashes.at(i)));
        if (crypto::sha256(out.at(i)) != hashes.at(i)) {
            return refuse(node, {compute.name, "blob.hash", hashes.at(i)}, std::nullopt);
        }
    }
    return out;
}

Result<compute::LinearCheck> read_batches(NodeState& node,
                                          const Keyed& epoch,
                                          const std::vector<IndexDocument>& indexes) {
    MN_TRY(const Card compute, node.directory->card(epoch.consortium.compute.name));
    Secret<32> seed;
    node.random.fill(seed.mutable_reveal());
    compute::LinearCheck check = compute::LinearCheck::make(node.ring, std::move(seed));
    for (const IndexDocument& index : indexes) {
        for (const IndexBatch& one : index.batches) {
            MN_TRY(const compute::BatchParts parts, fetch_lifted(node, compute, one.lifted));
            const auto batch = compute::LiftedBatch::parse(*node.ring, parts);
            if (!batch || codec::to_hex(batch->id().view()) != one.id ||
                batch->session() != epoch.keys.session ||
                batch->profile() != epoch.consortium.profile) {
                return refuse(node, {index.owner, "batch.form", one.lifted.front()}, std::nullopt);
            }
            MN_DO(check.absorb(*batch));
        }
    }
    return check;
}

std::vector<OwnedIndex> owned_of(const std::vector<IndexDocument>& indexes) {
    std::vector<OwnedIndex> out;
    out.reserve(indexes.size());
    for (const IndexDocument& index : indexes) {
        out.push_back({index.owner, index.digest});
    }
    return out;
}

}  // namespace

std::vector<OwnedIndex> MirroredIndex::owned() const {
    return owned_of(indexes);
}

/// The right to read one data root; the next one waits until this goes, and then finds it.
class IndexMirror::Reading {
public:
    Reading(IndexMirror& mirror, const Hash32& data_root) : mirror_(mirror), root_(data_root) {
        std::unique_lock lock(mirror_.mutex_);
        mirror_.read_.wait(lock, [&] { return !mirror_.reading_.contains(root_); });
        mirror_.reading_.insert(root_);
    }

    ~Reading() {
        const std::scoped_lock lock(mirror_.mutex_);
        mirror_.reading_.erase(root_);
        mirror_.read_.notify_all();
    }

    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    Reading(Reading&&) = delete;
    Reading& operator=(Reading&&) = delete;

private:
    IndexMirror& mirror_;
    Hash32 root_;
};

Result<std::shared_ptr<const MirroredIndex>> IndexMirror::of(NodeState& node,
                                                             const Keyed& epoch,
                                                             std::span<const std::string> notes) {
    MN_TRY(std::vector<IndexDocument> indexes, parse_notes(node, epoch, notes));
    const Hash32 data_root = data_root_of(owned_of(indexes));
    const Reading reading(*this, data_root);
    if (auto held = find(data_root)) {
        return held;
    }
    MN_TRY(compute::LinearCheck check, read_batches(node, epoch, indexes));
    auto made = std::make_shared<const MirroredIndex>(
        MirroredIndex{data_root, std::move(indexes), std::move(check)});
    keep(made);
    return made;
}

Result<void> IndexMirror::verify(NodeState& node,
                                 const MirroredIndex& mirrored,
                                 const compute::ExpandedQuery& query,
                                 std::span<const Bytes> sums,
                                 const OutputsDocument& outputs) {
    auto checked = mirrored.check.verify(query, sums);
    if (checked || checked.error().kind != Kind::corrupt) {
        return checked;
    }
    forget(mirrored.data_root);  // a secret that told somebody "no" is not used again
    return refuse(node, {outputs.compute, "sums.differ", outputs.digest}, outputs.job);
}

IndexMirror::Held IndexMirror::find(const Hash32& data_root) {
    const std::scoped_lock lock(mutex_);
    const auto at = std::find_if(
        held_.begin(), held_.end(), [&](const Held& one) { return one->data_root == data_root; });
    if (at == held_.end()) {
        return nullptr;
    }
    held_.splice(held_.begin(), held_, at);
    return held_.front();
}

void IndexMirror::keep(Held made) {
    const std::scoped_lock lock(mutex_);
    held_.push_front(std::move(made));
    if (held_.size() > kRootsMax) {
        held_.pop_back();
    }
}

void IndexMirror::forget(const Hash32& data_root) {
    const std::scoped_lock lock(mutex_);
    held_.remove_if([&](const Held& one) { return one->data_root == data_root; });
}

Result<std::vector<SlotRow>> slots_of_own_batch(NodeState& node, std::string_view batch) {
    return IndexRows(*node.database).slots(batch);
}

}  // namespace mednexus::service::internal
