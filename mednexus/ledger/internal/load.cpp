#include "mednexus/ledger/internal/load.hpp"

namespace mednexus::ledger::internal {

namespace {

/// Level 0 makes the tree; the levels above are compared with it.
Result<void> read_hash_tile(const FileReader& files, const TileName& name, Tree& tree) {
    MN_TRY(const std::vector<Hash32> hashes, files.read_hashes(name));
    if (name.level == 0) {
        for (const Hash32& hash : hashes) {
            tree.push(hash);
        }
        return {};
    }
    Bytes raw;
    for (const Hash32& hash : hashes) {
        append(raw, hash.view());
    }
    if (raw != tree.tile(name)) {
        return fail(Kind::corrupt, path_of(name) + " does not follow from the level below");
    }
    return {};
}

Result<Tree> read_tree(const FileReader& files, std::uint64_t size) {
    Tree tree;
    for (const TileName& name : Tiles(size)) {
        if (name.kind == TileKind::hashes) {
            MN_DO(read_hash_tile(files, name, tree));
        }
    }
    return tree;
}

/// Full bundles are not read again here: nothing is appended to them, and entry() checks each read.
Result<Bytes> read_tail(const FileReader& files, const Tree& tree) {
    Bytes tail;
    const auto width = static_cast<std::uint32_t>(tree.size() % kTileWidth);
    if (width == 0) {
        return tail;
    }
    const TileName name{
        .kind = TileKind::entries, .index = tree.size() / kTileWidth, .width = width};
    MN_TRY(const std::vector<Bytes> entries, files.read_entries(name));
    std::uint64_t index = tree.size() - width;
    for (const Bytes& entry : entries) {
        if (kRfc6962.leaf(entry) != tree.leaf(index)) {
            return fail(Kind::corrupt,
                        "entry " + std::to_string(index) + " does not hash to its leaf");
        }
        append_to_bundle(tail, entry);
        ++index;
    }
    return tail;
}

Result<Loaded> load_parts(const FileReader& files,
                          const crypto::NoteVerifier& log,
                          std::uint64_t entries_max) {
    Loaded out;
    MN_TRY(out.checkpoint.note, files.read_checkpoint());
    MN_TRY(out.checkpoint.checkpoint, open_checkpoint(out.checkpoint.note, log));
    const std::uint64_t size = out.checkpoint.checkpoint.size;
    if (size > entries_max) {
        return fail(Kind::unavailable, "more than entries_max entries");
    }
    MN_TRY(out.tree, read_tree(files, size));
    if (out.tree.root(size) != out.checkpoint.checkpoint.root) {
        return fail(Kind::corrupt, "the tiles do not have the root of the checkpoint");
    }
    MN_TRY(out.tail, read_tail(files, out.tree));
    return out;
}

}  // namespace

Result<Loaded> load(const FileReader& files,
                    const crypto::NoteVerifier& log,
                    std::uint64_t entries_max) {
    auto loaded = load_parts(files, log, entries_max);
    if (loaded) {
        return loaded;
    }
    // What should be there and is not, or does not read as what it should be, is corruption.
    const Error& error = loaded.error();
    const bool is_of_the_moment = error.kind == Kind::io || error.kind == Kind::unavailable;
    return fail(is_of_the_moment ? error.kind : Kind::corrupt, "ledger.open: " + error.what);
}

}  // namespace mednexus::ledger::internal
