#include <limits>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mednexus/disk/disk.hpp"
#include "mednexus/disk/internal/posix_file.hpp"
#include "mednexus/disk/internal/posix_list.hpp"
#include "mednexus/disk/path.hpp"

namespace mednexus {
namespace {

using disk::check_folder;
using disk::check_path;
using disk::internal::Descriptor;
using disk::internal::folder_of;
using disk::internal::io_failure;
using disk::internal::open_at;
using disk::internal::Root;
using disk::internal::sync_folder;
using disk::internal::system_failure;

struct OpenFile {
    Descriptor file;
    std::uint64_t size_bytes = 0;
};

class PosixDisk final : public Disk {
public:
    explicit PosixDisk(std::shared_ptr<Root> root) : root_(std::move(root)) {}

    Result<Bytes> read(const std::string& path, std::uint64_t size_bytes_max) const override {
        MN_TRY(const OpenFile opened, open_file(path));
        if (opened.size_bytes > size_bytes_max) {
            return fail(Kind::invalid,
                        "disk.read: " + path + ": " + std::to_string(opened.size_bytes) +
                            " bytes, at most " + std::to_string(size_bytes_max));
        }
        return read_exactly(opened, path, 0, opened.size_bytes);
    }

    Result<Bytes> read_range(const std::string& path,
                             std::uint64_t offset,
                             std::uint64_t count) const override {
        MN_TRY(const OpenFile opened, open_file(path));
        return read_exactly(opened, path, offset, count);
    }

    Result<std::uint64_t> size_of(const std::string& path) const override {
        MN_TRY(const OpenFile opened, open_file(path));
        return opened.size_bytes;
    }

    Result<void> write(const std::string& path, BytesView content) override {
        MN_DO(check_path(path));  // before any byte is written
        MN_TRY(const std::unique_ptr<DurableFile> file, create());
        MN_DO(file->append(content));
        return file->commit_as(path);
    }

    Result<std::unique_ptr<DurableFile>> create() override {
        return disk::internal::make_posix_file(root_);
    }

    Result<std::vector<std::string>> list(const std::string& folder) const override {
        MN_DO(check_folder(folder));
        MN_TRY(std::vector<std::string> names,
               disk::internal::list_folder(root_->folder(), folder));
        if (folder.empty()) {
            std::erase(names, std::string(disk::kTemporaryFolder) + '/');
        }
        return names;
    }

    Result<void> remove(const std::string& path) override {
        MN_DO(check_path(path));
        const bool is_gone = ::unlinkat(root_->folder().get(), path.c_str(), 0) == 0 ||
                             errno == ENOENT || errno == ENOTDIR;
        if (!is_gone) {
            return system_failure("remove", path, errno);
        }
        // Also when it was gone before: whoever removed it may have crashed before syncing.
        auto synced = sync_folder(root_->folder(), folder_of(path));
        return !synced && synced.error().kind == Kind::not_found ? Result<void>{} : synced;
    }

private:
    /// Errors: not_found also for a folder, a device or a symbolic link to nowhere.
    [[nodiscard]] Result<OpenFile> open_file(const std::string& path) const {
        MN_DO(check_path(path));
        MN_TRY(Descriptor file, open_at(root_->folder(), path, O_RDONLY | O_NONBLOCK));

        struct stat about {};

        if (::fstat(file.get(), &about) != 0) {
            return system_failure("open", path, errno);
        }
        if (!S_ISREG(about.st_mode)) {
            return fail(Kind::not_found, "disk.open: " + path + ": not a file");
        }
        return OpenFile{std::move(file), static_cast<std::uint64_t>(about.st_size)};
    }

    [[nodiscard]] static Result<Bytes> read_exactly(const OpenFile& opened,
                                                    const std::string& path,
                                                    std::uint64_t offset,
                                                    std::uint64_t count) {
        // Checked before the buffer is made: a count from outside must not size it.
        if (offset > opened.size_bytes || count > opened.size_bytes - offset) {
            return fail(Kind::corrupt, "disk.read: " + path + ": the file ends before the range");
        }
        Bytes out(static_cast<std::size_t>(count));
        MN_TRY(const std::size_t got, disk::internal::read_at(opened.file, offset, out, path));
        if (got != out.size()) {
            return fail(Kind::corrupt, "disk.read: " + path + ": the file became shorter");
        }
        return out;
    }

    std::shared_ptr<Root> root_;
};

/// mkdir -p, each new folder 0700 and its parent synced.
Result<void> make_root(const std::string& root) {
    struct stat about {};

    if (root.empty() || root == "/" || ::stat(root.c_str(), &about) == 0) {
        return {};
    }
    const std::string parent =
        root.find('/') == std::string::npos ? std::string() : folder_of(root);
    MN_DO(make_root(parent));
    if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) {
        return io_failure("make", root, errno);
    }
    const std::string holder = !parent.empty() ? parent : root.front() == '/' ? "/" : ".";
    const Descriptor opened(::open(holder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open()) {
        return system_failure("open", holder, errno);
    }
    return disk::internal::sync(opened, holder);
}

std::string without_trailing_slashes(std::string path) {
    while (path.size() > 1 && path.back() == '/') {
        path.pop_back();
    }
    return path;
}

}  // namespace

Result<std::unique_ptr<Disk>> open_posix_disk(const std::string& root) {
    const std::string path = without_trailing_slashes(root);
    if (path.empty()) {
        return fail(Kind::invalid, "disk.open: no folder given");
    }
    MN_DO(make_root(path));
    Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) {
        return io_failure("open", path, errno);
    }
    auto shared = std::make_shared<Root>(std::move(folder));
    MN_DO(disk::internal::make_folder(shared->folder(), std::string(disk::kTemporaryFolder)));
    MN_DO(disk::internal::remove_leftovers(*shared));
    return std::make_unique<PosixDisk>(std::move(shared));
}

}  // namespace mednexus
