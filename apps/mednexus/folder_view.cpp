#include "apps/mednexus/folder_view.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "apps/mednexus/files.hpp"
#include "mednexus/disk/path.hpp"

namespace mednexus::cli {
namespace {

namespace fs = std::filesystem;

Failure read_only(const std::string& path) {
    return fail(Kind::denied, path + ": this folder is only looked at");
}

}  // namespace

Result<Bytes> FolderView::read(const std::string& path, std::uint64_t size_bytes_max) const {
    MN_DO(disk::check_path(path));
    return read_input(fmt::format("{}/{}", root_, path), size_bytes_max);
}

Result<Bytes> FolderView::read_range(const std::string& path,
                                     std::uint64_t offset,
                                     std::uint64_t count) const {
    MN_TRY(const std::uint64_t size, size_of(path));
    if (offset > size || count > size - offset) {
        return fail(Kind::corrupt, path + ": the file ends before the range");
    }
    MN_TRY(const Bytes whole, read(path, size));
    const auto from = whole.begin() + static_cast<std::ptrdiff_t>(offset);
    return Bytes(from, from + static_cast<std::ptrdiff_t>(count));
}

Result<std::uint64_t> FolderView::size_of(const std::string& path) const {
    MN_DO(disk::check_path(path));
    MN_TRY(const InputFile file, InputFile::open(fmt::format("{}/{}", root_, path)));
    return file.size_bytes();
}

Result<std::vector<std::string>> FolderView::list(const std::string& folder) const {
    MN_DO(disk::check_folder(folder));
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(fmt::format("{}/{}", root_, folder), error), end;
         !error && at != end;
         at.increment(error)) {
        names.push_back(at->path().filename().string() + (at->is_directory(error) ? "/" : ""));
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        return fail(Kind::io, fmt::format("{}: {}", folder, error.message()));
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> FolderView::write(const std::string& path, BytesView /*content*/) {
    return read_only(path);
}

Result<std::unique_ptr<DurableFile>> FolderView::create() {
    return read_only(root_);
}

Result<void> FolderView::remove(const std::string& path) {
    return read_only(path);
}

Result<FolderView> view_folder(const std::string& root) {
    std::error_code error;
    if (!fs::is_directory(root, error)) {
        return fail(Kind::not_found, root + ": no such folder");
    }
    return FolderView(root);
}

}  // namespace mednexus::cli
