#include "mednexus/ledger/internal/files.hpp"

namespace mednexus::ledger::internal {

namespace {

TileName full_form_of(TileName name) {
    name.width = kTileWidth;
    return name;
}

Failure corrupt(const TileName& name, const Error& error) {
    return fail(Kind::corrupt, "ledger: " + path_of(name) + ": " + error.what);
}

bool is_missing_partial(const TileName& name, const Error& error) {
    return name.width < kTileWidth && error.kind == Kind::not_found;
}

}  // namespace

std::string FileReader::at(std::string_view path) const {
    return folder_.empty() ? std::string(path) : folder_ + "/" + std::string(path);
}

Result<std::string> FileReader::read_checkpoint() const {
    MN_TRY(const Bytes raw, disk_->read(at(kCheckpointPath), kCheckpointSizeBytesMax));
    return std::string(text_of(raw));
}

Result<void> Files::write_checkpoint(std::string_view note) {
    return disk_->write(at(kCheckpointPath), bytes_of(note));
}

Result<std::string> FileReader::read_vkey() const {
    constexpr std::uint64_t kVkeySizeBytesMax = 4096;
    MN_TRY(const Bytes raw, disk_->read(at(kVkeyPath), kVkeySizeBytesMax));
    return std::string(text_of(raw));
}

Result<bool> FileReader::has_tiles() const {
    MN_TRY(const auto names, disk_->list(at("tile")));
    return !names.empty();
}

Result<std::vector<Hash32>> FileReader::read_hashes(const TileName& name) const {
    const auto raw = disk_->read(at(path_of(name)), kTileSizeBytes);
    if (!raw && is_missing_partial(name, raw.error())) {
        MN_TRY(auto hashes, read_hashes(full_form_of(name)));
        hashes.resize(name.width);
        return hashes;
    }
    if (!raw) {
        return tl::unexpected(raw.error());
    }
    auto hashes = parse_tile(*raw, name.width);
    return hashes ? std::move(hashes) : corrupt(name, hashes.error());
}

Result<std::vector<Bytes>> FileReader::read_entries(const TileName& name) const {
    const auto raw = disk_->read(at(path_of(name)), kBundleSizeBytesMax);
    if (!raw && is_missing_partial(name, raw.error())) {
        MN_TRY(auto entries, read_entries(full_form_of(name)));
        entries.resize(name.width);
        return entries;
    }
    if (!raw) {
        return tl::unexpected(raw.error());
    }
    auto entries = parse_bundle(*raw, name.width);
    return entries ? std::move(entries) : corrupt(name, entries.error());
}

Result<void> Files::write(const TileName& name, BytesView content) {
    return disk_->write(at(path_of(name)), content);
}

Result<void> Files::drop_partials(const TileName& name) {
    const std::string folder = at(partial_folder_of(name));
    MN_TRY(const auto names, disk_->list(folder));
    for (const std::string& one : names) {
        std::string path = folder;
        MN_DO(disk_->remove(path.append("/").append(one)));
    }
    return {};
}

}  // namespace mednexus::ledger::internal
