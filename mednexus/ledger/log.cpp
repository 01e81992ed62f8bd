#include "mednexus/ledger/log.hpp"

#include "mednexus/ledger/internal/committer.hpp"
#include "mednexus/ledger/internal/files.hpp"
#include "mednexus/ledger/internal/load.hpp"
#include "mednexus/ledger/internal/state.hpp"

namespace mednexus::ledger {

using internal::Files;
using internal::State;

class Log::Impl {
public:
    Impl(const Files& files,
         crypto::NoteSigner signer,
         internal::Loaded loaded,
         const LogOptions& options)
        : files_(files),
          verifier_(signer.verifier()),
          state_(std::move(loaded.tree), std::move(loaded.checkpoint)),
          committer_(files,
                     std::move(signer),
                     state_,
                     std::move(loaded.tail),
                     {.queue_entries_max = options.queue_entries_max,
                      .entries_max = options.entries_max}) {}

    [[nodiscard]] const State& state() const { return state_; }

    [[nodiscard]] const crypto::NoteVerifier& verifier() const { return verifier_; }

    [[nodiscard]] Result<Appended> append(BytesView entry);
    [[nodiscard]] Result<Bytes> entry(std::uint64_t index) const;
    [[nodiscard]] Result<Bytes> content_of(const TileName& name) const;
    [[nodiscard]] Result<LogRange> range(std::uint64_t from, std::uint64_t to) const;

private:
    [[nodiscard]] Result<std::vector<Bytes>> checked_entries(const TileName& name) const;

    Files files_;
    crypto::NoteVerifier verifier_;
    State state_;
    internal::Committer committer_;
};

namespace {

Result<void> begin_if_absent(Files& files, const crypto::NoteSigner& signer) {
    const auto found = files.read_checkpoint();
    if (found || found.error().kind != Kind::not_found) {
        return {};
    }
    MN_TRY(const bool has_tiles, files.has_tiles());
    if (has_tiles) {
        return fail(Kind::corrupt, "ledger.open: there are tiles but no checkpoint");
    }
    const Checkpoint empty{.origin = signer.name, .size = 0, .root = empty_root()};
    return files.write_checkpoint(crypto::make_signed_note(signer, write_checkpoint_text(empty)));
}

/// A crash between a checkpoint and the removal of what it replaced leaves partial tiles behind.
Result<void> drop_leftovers(Files& files, std::uint64_t size) {
    if (size >= kTileWidth) {
        MN_DO(files.drop_partials({.kind = TileKind::entries, .index = size / kTileWidth - 1}));
    }
    for (std::uint32_t level = 0; size >= kTileWidth; ++level) {
        MN_DO(files.drop_partials({.level = level, .index = size / kTileWidth - 1}));
        size /= kTileWidth;
    }
    return {};
}

bool is_covered(const TileName& name, std::uint64_t size) {
    const std::uint64_t count = size >> (kTileHeight * name.level);
    return name.index <= count / kTileWidth && name.index * kTileWidth + name.width <= count;
}

}  // namespace

Result<Appended> Log::Impl::append(BytesView entry) {
    if (entry.empty() || entry.size() > kEntrySizeBytesMax) {
        return fail(
            Kind::invalid,
            "ledger.append: an entry has 1 to 65535 bytes, not " + std::to_string(entry.size()));
    }
    const Hash32 leaf = kRfc6962.leaf(entry);
    if (const auto index = state_.index_of(leaf)) {
        return Appended{.index = *index, .existed = true};
    }
    return committer_.append(entry, leaf);
}

Result<Bytes> Log::Impl::entry(std::uint64_t index) const {
    const std::uint64_t size = state_.size();
    MN_TRY(const Hash32 leaf, state_.leaf(index));
    TileName name{.kind = TileKind::entries, .index = index / kTileWidth};
    if (name.index == size / kTileWidth) {
        name.width = static_cast<std::uint32_t>(size % kTileWidth);
    }
    MN_TRY(std::vector<Bytes> entries, files_.read_entries(name));
    Bytes& entry = entries.at(index % kTileWidth);
    if (kRfc6962.leaf(entry) != leaf) {
        return fail(Kind::corrupt,
                    "ledger.entry: " + std::to_string(index) + " does not hash to its leaf");
    }
    return std::move(entry);
}

/// Hash tiles come from the checked tree, entries from the disk and are checked here.
Result<Bytes> Log::Impl::content_of(const TileName& name) const {
    if (name.kind == TileKind::hashes) {
        return state_.tile(name);
    }
    MN_TRY(const std::vector<Bytes> entries, checked_entries(name));
    Bytes bundle;
    for (const Bytes& entry : entries) {
        append_to_bundle(bundle, entry);
    }
    return bundle;
}

Result<std::vector<Bytes>> Log::Impl::checked_entries(const TileName& name) const {
    MN_TRY(std::vector<Bytes> entries, files_.read_entries(name));
    std::uint64_t index = name.index * kTileWidth;
    for (const Bytes& entry : entries) {
        MN_TRY(const Hash32 leaf, state_.leaf(index));
        if (kRfc6962.leaf(entry) != leaf) {
            return fail(Kind::corrupt,
                        "ledger: entry " + std::to_string(index) + " does not hash to its leaf");
        }
        ++index;
    }
    return entries;
}

/// Bundle by bundle, so that each is read once.
Result<LogRange> Log::Impl::range(std::uint64_t from, std::uint64_t to) const {
    const std::uint64_t size = state_.size();
    if (from >= to || to > size) {
        return fail(Kind::invalid, "ledger.range: the log does not have these entries");
    }
    LogRange out{.from = from, .before = {}, .entries = {}};
    MN_TRY(out.before, state_.peaks(from));
    std::size_t size_bytes = 1 + out.before.size() * Hash32::kSizeBytes;
    while (out.to() < to) {
        TileName name{.kind = TileKind::entries, .index = out.to() / kTileWidth};
        if (name.index == size / kTileWidth) {
            name.width = static_cast<std::uint32_t>(size % kTileWidth);
        }
        MN_TRY(std::vector<Bytes> entries, checked_entries(name));
        for (std::uint64_t at = out.to() % kTileWidth; at < entries.size() && out.to() < to; ++at) {
            size_bytes += 2 + entries[at].size();
            if (size_bytes > kRangeSizeBytesMax || out.entries.size() == kRangeEntriesMax) {
                return out;
            }
            out.entries.push_back(std::move(entries[at]));
        }
    }
    return out;
}

Log::Log(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Log::~Log() = default;

Result<std::unique_ptr<Log>> Log::open(Disk& disk, crypto::NoteSigner signer, LogOptions options) {
    Files files(disk, options.folder);
    MN_DO(begin_if_absent(files, signer));
    MN_TRY(internal::Loaded loaded, internal::load(files, signer.verifier(), options.entries_max));
    MN_DO(drop_leftovers(files, loaded.tree.size()));
    return std::unique_ptr<Log>(new Log(
        std::make_unique<Impl>(files, std::move(signer), std::move(loaded), std::move(options))));
}

Result<Appended> Log::append(BytesView entry) {
    return impl_->append(entry);
}

std::uint64_t Log::size() const {
    return impl_->state().size();
}

std::string Log::checkpoint_note() const {
    return impl_->state().published().note;
}

Checkpoint Log::checkpoint() const {
    return impl_->state().published().checkpoint;
}

crypto::NoteVerifier Log::verifier() const {
    return impl_->verifier();
}

Result<Bytes> Log::entry(std::uint64_t index) const {
    return impl_->entry(index);
}

Result<std::uint64_t> Log::find(BytesView entry) const {
    const auto index = impl_->state().index_of(kRfc6962.leaf(entry));
    if (!index) {
        return fail(Kind::not_found, "ledger.find: no such entry");
    }
    return *index;
}

Result<std::vector<Hash32>> Log::inclusion_proof(std::uint64_t index,
                                                 std::uint64_t tree_size) const {
    return impl_->state().inclusion_proof(index, tree_size);
}

Result<std::vector<Hash32>> Log::consistency_proof(std::uint64_t old_size,
                                                   std::uint64_t new_size) const {
    return impl_->state().consistency_proof(old_size, new_size);
}

Result<Hash32> Log::root_at(std::uint64_t tree_size) const {
    return impl_->state().root(tree_size);
}

Result<LogRange> Log::range(std::uint64_t from, std::uint64_t to) const {
    return impl_->range(from, to);
}

Result<TlogProof> Log::prove(std::uint64_t index) const {
    const internal::SignedCheckpoint head = impl_->state().published();
    MN_TRY(Bytes entry, impl_->entry(index));
    MN_TRY(auto path, impl_->state().inclusion_proof(index, head.checkpoint.size));
    return TlogProof{.extra = std::move(entry),
                     .index = index,
                     .path = std::move(path),
                     .checkpoint_note = head.note};
}

Result<Bytes> Log::file(std::string_view path) const {
    if (path == internal::kCheckpointPath) {
        return to_bytes(checkpoint_note());
    }
    if (path == internal::kVkeyPath) {
        return to_bytes(crypto::write_vkey(verifier()) + "\n");
    }
    const auto name = parse_tile_path(path);
    if (!name || !is_covered(*name, size())) {
        return fail(Kind::not_found, "ledger: no such file of the log");
    }
    return impl_->content_of(*name);
}

Result<Checkpoint> Log::export_to(Disk& target) const {
    const internal::SignedCheckpoint head = impl_->state().published();
    const std::string checkpoint_path(internal::kCheckpointPath);
    if (target.size_of(checkpoint_path)) {
        return fail(Kind::conflict, "ledger.export: there is a checkpoint already");
    }
    for (const TileName& name : Tiles(head.checkpoint.size)) {
        MN_TRY(const Bytes content, impl_->content_of(name));
        MN_DO(target.write(path_of(name), content));
    }
    MN_DO(target.write(std::string(internal::kVkeyPath),
                       bytes_of(crypto::write_vkey(impl_->verifier()) + "\n")));
    MN_DO(target.write(checkpoint_path, bytes_of(head.note)));
    return head.checkpoint;
}

}  // namespace mednexus::ledger
