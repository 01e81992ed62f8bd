/// The operator operations "log.rebuild" and "log.rebuilt": the log of an institution from what its
/// holders keep, without the institution.
#include <algorithm>
#include <map>
#include <set>

#include "mednexus/codec/base64.hpp"
#include "mednexus/da/retrieve.hpp"
#include "mednexus/ledger/range.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/da_parts.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service::internal {

namespace {

/// A batch that somebody holds.
struct Candidate {
    da::SignedHeader header;
    std::set<std::string> holders;
};

struct HolderFault {
    std::string holder;
    std::string what;
    friend auto operator<=>(const HolderFault&, const HolderFault&) = default;
};

Failure publisher_fault(const std::string& name, const std::string& what) {
    return fail(Kind::conflict, "log.rebuild: publisher fault: " + name + " " + what);
}

std::string folder_of(const std::string& institution) {
    return "rebuilt/" + institution;
}

/// One log that is being put together.
class Rebuilding {
public:
    Rebuilding(NodeState& node, Card publisher) : node_(&node), publisher_(std::move(publisher)) {}

    [[nodiscard]] Result<json::Value> run();

private:
    using Plan = std::vector<const Candidate*>;

    [[nodiscard]] bool is_us(const Card& holder) const { return holder.name == node_->name(); }

    void blame(const Card& holder, const std::string& what) { faults_.insert({holder.name, what}); }

    void gather();
    void gather_from(const Card& holder);
    [[nodiscard]] Result<std::vector<da::HeldBatch>> page(const Card& holder, std::size_t skip);
    void take_in(const Card& holder, const da::HeldBatch& held);

    [[nodiscard]] Result<Plan> make_plan() const;
    [[nodiscard]] Result<const Candidate*> next_of(std::uint64_t from, const Hash32& root) const;

    [[nodiscard]] Result<da::Shard> shard_of(const Card& holder, const Candidate& batch) const;
    [[nodiscard]] Result<std::vector<da::Shard>> fetch(const Candidate& batch);
    [[nodiscard]] Result<void> add(ledger::DirectoryWriter& writer, const Candidate& batch);
    [[nodiscard]] json::Value answer(const ledger::Checkpoint& checkpoint,
                                     std::size_t batches) const;

    NodeState* node_;
    Card publisher_;
    std::vector<Card> holders_;
    std::map<Hash32, Candidate> candidates_;
    std::map<std::uint64_t, std::string> checkpoints_;  ///< notes by size
    std::map<std::uint64_t, std::set<Hash32>> roots_;   ///< all that the publisher signed
    std::set<std::string> away_;
    std::set<HolderFault> faults_;
};

Result<std::vector<da::HeldBatch>> parse_page(const json::Value& value) {
    json::Reader reader(value, "da.held");
    MN_TRY(const json::Array* list, reader.array("batches"));
    MN_DO(reader.finish());
    if (list->size() > kHeldBatchesAtOnceMax) {
        return fail(Kind::invalid, "da.held: more than 64 batches in one answer");
    }
    std::vector<da::HeldBatch> out;
    for (const json::Value& one : *list) {
        json::Reader batch(one, "da.held.batches");
        da::HeldBatch held;
        MN_TRY(held.companion, batch.string("checkpoint"));
        MN_TRY(held.header, batch.string("header"));
        MN_DO(batch.finish());
        out.push_back(std::move(held));
    }
    return out;
}

Result<std::vector<da::HeldBatch>> Rebuilding::page(const Card& holder, std::size_t skip) {
    if (is_us(holder)) {
        return node_->shards->list(publisher_.log.name, skip, kHeldBatchesAtOnceMax);
    }
    json::Object body;
    body.set("institution", publisher_.name);
    body.set("skip", std::uint64_t{skip});
    MN_TRY(const json::Value said, ask_holder(*node_, holder, "da.held", std::move(body)));
    return parse_page(said);
}

/// Every root that the publisher signed is kept, so that two for one size are seen.
void Rebuilding::take_in(const Card& holder, const da::HeldBatch& held) {
    auto header = da::open_header(held.header, publisher_.log);
    if (!header) {
        return blame(holder, header.error().what);
    }
    const auto checkpoint = ledger::open_checkpoint(held.companion, publisher_.log);
    if (!checkpoint) {
        return blame(holder, checkpoint.error().what);
    }
    const da::Batch& batch = header->header.batch;
    roots_[batch.from].insert(batch.before);
    roots_[batch.to].insert(batch.root);
    roots_[checkpoint->size].insert(checkpoint->root);
    checkpoints_.emplace(checkpoint->size, held.companion);
    const Hash32 commitment = header->commitment;
    const auto known = candidates_.try_emplace(commitment, Candidate{std::move(*header), {}}).first;
    known->second.holders.insert(holder.name);
}

void Rebuilding::gather_from(const Card& holder) {
    for (std::size_t skip = 0; skip <= da::kBatchesHeldMax;) {
        const auto batches = page(holder, skip);
        if (!batches && (batches.error().kind == Kind::unavailable)) {
            away_.insert(holder.name);
            return;
        }
        if (!batches) {
            return blame(holder, batches.error().what);
        }
        for (const da::HeldBatch& held : *batches) {
            take_in(holder, held);
        }
        if (batches->size() < kHeldBatchesAtOnceMax) {
            return;
        }
        skip += batches->size();
    }
}

void Rebuilding::gather() {
    holders_ = node_->directory->peers();
    holders_.insert(holders_.begin(), node_->directory->own());
    for (const Card& holder : holders_) {
        gather_from(holder);
    }
}

/// Of the batches that begin here, the furthest one that enough holders have.
Result<const Candidate*> Rebuilding::next_of(std::uint64_t from, const Hash32& root) const {
    const Candidate* best = nullptr;
    std::string missing;
    for (const auto& [commitment, one] : candidates_) {
        const da::Header& header = one.header.header;
        if (header.batch.from != from || header.batch.before != root) {
            continue;
        }
        if (one.holders.size() < header.code.k) {
            missing = "entries " + std::to_string(from) + " to " + std::to_string(header.batch.to) +
                      ": " + std::to_string(one.holders.size()) + " of " +
                      std::to_string(header.code.k) + " holders are there";
        } else if (best == nullptr || best->header.header.batch.to < header.batch.to) {
            best = &one;
        }
    }
    if (best == nullptr && !missing.empty()) {
        return fail(Kind::unavailable, "log.rebuild: " + missing);
    }
    return best;
}

/// From the first entry to the last batch whose end a checkpoint signs.
Result<Rebuilding::Plan> Rebuilding::make_plan() const {
    for (const auto& [size, roots] : roots_) {
        if (roots.size() > 1) {
            return publisher_fault(publisher_.name,
                                   "signed two roots for " + std::to_string(size) + " entries");
        }
    }
    Plan plan;
    std::size_t covered = 0;  // batches up to the last one whose end a checkpoint signs
    std::uint64_t from = 0;
    Hash32 root = ledger::empty_root();
    while (true) {
        MN_TRY(const Candidate* const next, next_of(from, root));
        if (next == nullptr) {
            break;
        }
        plan.push_back(next);
        from = next->header.header.batch.to;
        root = next->header.header.batch.root;
        covered = checkpoints_.count(from) > 0 ? plan.size() : covered;
    }
    if (covered == 0) {
        const std::string away = away_.empty() ? "" : "; away: " + *away_.begin();
        return fail(away_.empty() ? Kind::not_found : Kind::unavailable,
                    "log.rebuild: nobody here holds batches of " + publisher_.name +
                        " from its first entry on" + away);
    }
    plan.resize(covered);
    return plan;
}

Result<da::Shard> Rebuilding::shard_of(const Card& holder, const Candidate& batch) const {
    if (is_us(holder)) {
        return node_->shards->shard(batch.header.header);
    }
    json::Object body;
    body.set("header", batch.header.note);
    MN_TRY(const json::Value said, ask_holder(*node_, holder, "da.shard", std::move(body)));
    json::Reader reader(said, "da.shard");
    da::Shard out;
    MN_TRY(const std::uint64_t index, read_count(reader, "index", da::kShardsMax));
    MN_TRY(const std::string content, reader.string("shard"));
    MN_DO(reader.finish());
    out.index = static_cast<std::uint32_t>(index);
    MN_TRY(out.content, codec::parse_base64(content));
    return out;
}

/// k different shards that have their hash; who gave one that has not is named.
Result<std::vector<da::Shard>> Rebuilding::fetch(const Candidate& batch) {
    const da::Header& header = batch.header.header;
    std::vector<da::Shard> out;
    std::set<std::uint32_t> indexes;
    for (const Card& holder : holders_) {
        if (out.size() == header.code.k || batch.holders.count(holder.name) == 0) {
            continue;
        }
        auto shard = shard_of(holder, batch);
        const auto checked =
            shard ? da::check_shard(header, *shard) : Result<void>(tl::unexpected(shard.error()));
        if (!checked) {
            blame(holder,
                  "entries " + std::to_string(header.batch.from) + " to " +
                      std::to_string(header.batch.to) + ": " + checked.error().what);
        } else if (indexes.insert(shard->index).second) {
            out.push_back(std::move(*shard));
        }
    }
    if (out.size() < header.code.k) {
        std::string names;
        for (const HolderFault& one : faults_) {
            names += "; " + one.holder + ": " + one.what;
        }
        return fail(Kind::unavailable,
                    "log.rebuild: " + std::to_string(out.size()) + " of " +
                        std::to_string(header.code.k) + " shards are there" + names);
    }
    return out;
}

Result<void> Rebuilding::add(ledger::DirectoryWriter& writer, const Candidate& batch) {
    MN_TRY(const std::vector<da::Shard> shards, fetch(batch));
    MN_TRY(const Bytes blob, da::rebuild(batch.header.header, shards));
    const auto range = open_blob(batch.header.header.batch, blob);
    if (!range) {
        return fail(Kind::corrupt, "log.rebuild: publisher fault: " + range.error().what);
    }
    return writer.add(*range);
}

json::Value Rebuilding::answer(const ledger::Checkpoint& checkpoint, std::size_t batches) const {
    json::Array faults;
    for (const HolderFault& one : faults_) {
        json::Object fault;
        fault.set("holder", one.holder);
        fault.set("what", one.what);
        faults.emplace_back(std::move(fault));
    }
    json::Array away;
    for (const std::string& name : away_) {
        away.emplace_back(name);
    }
    json::Array files;
    for (const ledger::TileName& tile : ledger::Tiles(checkpoint.size)) {
        files.emplace_back(ledger::path_of(tile));
    }
    files.emplace_back("log.vkey");
    files.emplace_back("checkpoint");
    json::Object out;
    out.set("institution", publisher_.name);
    out.set("origin", checkpoint.origin);
    out.set("size", checkpoint.size);
    out.set("root", hex(checkpoint.root));
    out.set("vkey", crypto::write_vkey(publisher_.log));
    out.set("batches", std::uint64_t{batches});
    out.set("away", std::move(away));
    out.set("faults", std::move(faults));
    out.set("files", std::move(files));
    return json::Value(std::move(out));
}

Result<json::Value> Rebuilding::run() {
    gather();
    MN_TRY(const Plan plan, make_plan());
    MN_TRY(auto writer, ledger::DirectoryWriter::begin(*node_->disk, folder_of(publisher_.name)));
    for (const Candidate* const batch : plan) {
        MN_DO(add(writer, *batch));
    }
    MN_TRY(const ledger::Checkpoint checkpoint,
           writer.finish(checkpoints_.at(writer.size()), publisher_.log));
    return answer(checkpoint, plan.size());
}

}  // namespace

Result<json::Value> log_rebuild(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "log.rebuild");
    MN_TRY(const std::string institution, reader.string("institution"));
    MN_DO(reader.finish());
    MN_TRY(Card publisher, card_named(node, institution));
    return Rebuilding(node, std::move(publisher)).run();
}

Result<json::Value> log_rebuilt(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "log.rebuilt");
    MN_TRY(const std::string institution, reader.string("institution"));
    MN_TRY(const std::string file, reader.string("file"));
    MN_DO(reader.finish());
    MN_TRY(const Card publisher, card_named(node, institution));
    if (file != "checkpoint" && file != "log.vkey" && !ledger::parse_tile_path(file)) {
        return fail(Kind::invalid, "log.rebuilt.file: no file of a log");
    }
    MN_TRY(const Bytes content,
           node.disk->read(folder_of(publisher.name) + "/" + file, ledger::kBundleSizeBytesMax));
    json::Object out;
    out.set("content", codec::to_base64(content));
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
