#pragma once
/// The port to durable files, and its real implementation. A module of its own in row 0, because
/// storage, ledger and service all need the same three guarantees and may not see each other
/// (docs/adr/0002-disk-port.md). testing::FaultyDisk implements the same port and drops, tears and
/// flips.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus {

/// A file being written under a temporary name. Destroyed before commit, it leaves nothing.
class DurableFile {
public:
    virtual ~DurableFile() = default;
    /// Errors: io (disk full and the like).
    [[nodiscard]] virtual Result<void> append(BytesView more) = 0;
    /// Syncs the bytes, gives the file its name (replacing what had it) and syncs the folder: when
    /// this returns, the file survives kill -9 and power loss. Call once, last.
    [[nodiscard]] virtual Result<void> commit_as(const std::string& path) = 0;
};

/// Paths are relative to the root that the disk was opened with: '/' between parts, no "..", no
/// leading '/'. Threads: safe; two writers of one path leave one of the two contents whole.
class Disk {
public:
    virtual ~Disk() = default;
    /// Errors: not_found; invalid when larger than size_bytes_max; io.
    [[nodiscard]] virtual Result<Bytes> read(const std::string& path,
                                             std::uint64_t size_bytes_max) const = 0;
    /// Exactly `count` bytes from `offset`. Errors: not_found; corrupt when the file ends before;
    /// io.
    [[nodiscard]] virtual Result<Bytes> read_range(const std::string& path,
                                                   std::uint64_t offset,
                                                   std::uint64_t count) const = 0;
    /// Size in bytes. Errors: not_found, io.
    [[nodiscard]] virtual Result<std::uint64_t> size_of(const std::string& path) const = 0;
    /// Whole file at once: temporary name, sync, rename, sync of the folder. Makes missing folders.
    [[nodiscard]] virtual Result<void> write(const std::string& path, BytesView content) = 0;
    /// The same for content that arrives in pieces.
    [[nodiscard]] virtual Result<std::unique_ptr<DurableFile>> create() = 0;
    /// Names directly under the folder, sorted; folders end in '/'. A missing folder is empty.
    /// Errors: io.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(
        const std::string& folder) const = 0;
    /// Durable when it returns. A missing file is not an error. Errors: io.
    [[nodiscard]] virtual Result<void> remove(const std::string& path) = 0;
};

/// The folder `root` of the file system; made (mode 0700) when missing. Leftover temporary files of
/// a crash are removed. Errors: io, naming the folder and the system's reason.
[[nodiscard]] Result<std::unique_ptr<Disk>> open_posix_disk(const std::string& root);

}  // namespace mednexus
