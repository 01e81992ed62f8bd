/// A log directory from its entries: bundles as they come, hash tiles and checkpoint at the end.
#include "mednexus/core/check.hpp"
#include "mednexus/ledger/internal/files.hpp"
#include "mednexus/ledger/internal/tree.hpp"
#include "mednexus/ledger/range.hpp"

namespace mednexus::ledger {

class DirectoryWriter::Impl {
public:
    Impl(Disk& disk, const std::string& folder)
        : disk_(&disk), files_(disk, folder), prefix_(folder.empty() ? "" : folder + "/") {}

    [[nodiscard]] Result<void> begin() {
        return disk_->remove(prefix_ + std::string(internal::kCheckpointPath));
    }

    [[nodiscard]] const internal::Tree& tree() const noexcept { return tree_; }

    [[nodiscard]] Result<void> add(BytesView entry) {
        const std::uint64_t index = tree_.size();
        append_to_bundle(tail_, entry);
        tree_.push(kRfc6962.leaf(entry));
        return tree_.size() % kTileWidth == 0 ? write_bundle(index / kTileWidth, kTileWidth)
                                              : Result<void>();
    }

    [[nodiscard]] Result<void> finish(const std::string& note, const crypto::NoteVerifier& log) {
        const std::uint64_t size = tree_.size();
        if (const auto rest = static_cast<std::uint32_t>(size % kTileWidth); rest != 0) {
            MN_DO(write_bundle(size / kTileWidth, rest));
        }
        for (const TileName& name : Tiles(size)) {
            if (name.kind == TileKind::hashes) {
                MN_DO(files_.write(name, tree_.tile(name)));
            }
        }
        MN_DO(disk_->write(prefix_ + std::string(internal::kVkeyPath),
                           bytes_of(crypto::write_vkey(log) + "\n")));
        return files_.write_checkpoint(note);
    }

private:
    [[nodiscard]] Result<void> write_bundle(std::uint64_t index, std::uint32_t width) {
        const TileName name{.kind = TileKind::entries, .index = index, .width = width};
        const auto written = files_.write(name, tail_);
        tail_.clear();
        return written;
    }

    Disk* disk_;
    internal::Files files_;
    std::string prefix_;
    internal::Tree tree_;
    Bytes tail_;
};

DirectoryWriter::DirectoryWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

DirectoryWriter::DirectoryWriter(DirectoryWriter&&) noexcept = default;
DirectoryWriter::~DirectoryWriter() = default;

Result<DirectoryWriter> DirectoryWriter::begin(Disk& disk, std::string folder) {
    DirectoryWriter out(std::make_unique<Impl>(disk, folder));
    MN_DO(out.impl_->begin());
    return out;
}

std::uint64_t DirectoryWriter::size() const noexcept {
    return impl_->tree().size();
}

Hash32 DirectoryWriter::root() const {
    return impl_->tree().root(size());
}

Result<void> DirectoryWriter::add(const LogRange& range) {
    if (range.from != size() || roots_of(range).before != root()) {
        return fail(
            Kind::invalid,
            "ledger.range: does not continue the " + std::to_string(size()) + " entries before it");
    }
    for (const Bytes& entry : range.entries) {
        MN_DO(impl_->add(entry));
    }
    return {};
}

Result<Checkpoint> DirectoryWriter::finish(const std::string& checkpoint_note,
                                           const crypto::NoteVerifier& log) {
    MN_TRY(Checkpoint checkpoint, open_checkpoint(checkpoint_note, log));
    if (checkpoint.size != size() || checkpoint.root != root()) {
        return fail(Kind::invalid, "ledger.range: the checkpoint is not that of the entries");
    }
    MN_DO(impl_->finish(checkpoint_note, log));
    return checkpoint;
}

}  // namespace mednexus::ledger
