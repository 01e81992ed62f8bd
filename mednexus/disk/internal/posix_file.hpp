#pragma once
/// A file under its temporary name, and the folders that were made durable for it.
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "mednexus/disk/disk.hpp"
#include "mednexus/disk/internal/posix_io.hpp"

namespace mednexus::disk::internal {

/// The root folder, shared by a disk and the files it has open: a file may outlive its disk.
/// Threads: safe.
class Root {
public:
    explicit Root(Descriptor folder) noexcept : folder_(std::move(folder)) {}

    [[nodiscard]] const Descriptor& folder() const noexcept { return folder_; }

    /// A name under ".tmp/" that no other file of this process has.
    [[nodiscard]] std::string fresh_temporary_name();

    /// Makes the folder and all above it, durably. Each costs its sync once per process, not once
    /// per file. Errors: io.
    [[nodiscard]] Result<void> ensure_folder(const std::string& folder);

private:
    static constexpr std::size_t kKnownFoldersMax = 4096;

    [[nodiscard]] bool is_known(const std::string& folder) const;
    void remember(const std::string& folder);

    Descriptor folder_;
    std::atomic<std::uint64_t> files_made_{0};
    mutable std::mutex mutex_;
    std::set<std::string> known_folders_;  ///< guarded by mutex_; exist and are synced
};

/// Opens a new temporary file, locked (flock) for as long as it lives, so that the clean-up of
/// another disk on the same root can tell a living file from a leftover. Errors: io.
[[nodiscard]] Result<std::unique_ptr<DurableFile>> make_posix_file(std::shared_ptr<Root> root);

/// Removes files under ".tmp" that nobody holds. Errors: io.
[[nodiscard]] Result<void> remove_leftovers(const Root& root);

}  // namespace mednexus::disk::internal
