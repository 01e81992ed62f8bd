#pragma once
/// A folder as a disk that only reads: unlike open_posix_disk it makes and removes nothing, so it
/// may look at folders that are somebody else's, read-only, or in use.
#include <string>
#include <utility>

#include "mednexus/disk/disk.hpp"

namespace mednexus::cli {

class FolderView final : public Disk {
public:
    explicit FolderView(std::string root) : root_(std::move(root)) {}

    [[nodiscard]] Result<Bytes> read(const std::string& path,
                                     std::uint64_t size_bytes_max) const override;
    [[nodiscard]] Result<Bytes> read_range(const std::string& path,
                                           std::uint64_t offset,
                                           std::uint64_t count) const override;
    [[nodiscard]] Result<std::uint64_t> size_of(const std::string& path) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string& folder) const override;

    // Errors: always denied.
    [[nodiscard]] Result<void> write(const std::string& path, BytesView content) override;
    [[nodiscard]] Result<std::unique_ptr<DurableFile>> create() override;
    [[nodiscard]] Result<void> remove(const std::string& path) override;

private:
    std::string root_;
};

/// Errors   not_found: no such folder
[[nodiscard]] Result<FolderView> view_folder(const std::string& root);

}  // namespace mednexus::cli
