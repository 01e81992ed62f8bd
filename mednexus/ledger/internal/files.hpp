#pragma once
/// The files of a log on a disk: where they stand and how they are read back.
/// Threads: as the disk.
#include <string>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/disk/disk.hpp"
#include "mednexus/ledger/tiles.hpp"

namespace mednexus::ledger::internal {

inline constexpr std::uint64_t kCheckpointSizeBytesMax = 1U << 20U;
inline constexpr std::string_view kCheckpointPath = "checkpoint";
inline constexpr std::string_view kVkeyPath = "log.vkey";

class FileReader {
public:
    FileReader(const Disk& disk, std::string folder) : disk_(&disk), folder_(std::move(folder)) {}

    /// Errors: not_found, io.
    [[nodiscard]] Result<std::string> read_checkpoint() const;
    [[nodiscard]] Result<std::string> read_vkey() const;
    [[nodiscard]] Result<bool> has_tiles() const;

    /// The hashes of a tile; when a partial one is gone, the front of the full one.
    /// Errors: not_found; corrupt: wrong size; io.
    [[nodiscard]] Result<std::vector<Hash32>> read_hashes(const TileName& name) const;

    /// The entries of a bundle, with the same fall-back. Errors: as above.
    [[nodiscard]] Result<std::vector<Bytes>> read_entries(const TileName& name) const;

protected:
    [[nodiscard]] std::string at(std::string_view path) const;

private:
    const Disk* disk_;
    std::string folder_;
};

class Files : public FileReader {
public:
    Files(Disk& disk, std::string folder) : FileReader(disk, std::move(folder)), disk_(&disk) {}

    [[nodiscard]] Result<void> write_checkpoint(std::string_view note);
    [[nodiscard]] Result<void> write(const TileName& name, BytesView content);

    /// Removes the partial forms of a full tile.
    [[nodiscard]] Result<void> drop_partials(const TileName& name);

private:
    Disk* disk_;
};

}  // namespace mednexus::ledger::internal
