#include "mednexus/disk/internal/posix_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mednexus/core/check.hpp"
#include "mednexus/disk/internal/posix_list.hpp"
#include "mednexus/disk/path.hpp"

namespace mednexus::disk::internal {
namespace {

/// The clean-up of another process may remove a file between its making and its locking; such a
/// file has no name left, and the caller makes another.
Result<bool> lock_new_file(const Descriptor& file, const std::string& name) {
    struct stat about {};

    if (uninterrupted([&] { return ::flock(file.get(), LOCK_EX); }) != 0 ||
        ::fstat(file.get(), &about) != 0) {
        return system_failure("lock", name, errno);
    }
    return about.st_nlink > 0;
}

class PosixFile final : public DurableFile {
public:
    PosixFile(std::shared_ptr<Root> root, Descriptor file, std::string name)
        : root_(std::move(root)), file_(std::move(file)), name_(std::move(name)) {}

    PosixFile(const PosixFile&) = delete;
    PosixFile& operator=(const PosixFile&) = delete;
    PosixFile(PosixFile&&) = delete;
    PosixFile& operator=(PosixFile&&) = delete;

    ~PosixFile() override {
        if (!is_committed_) {
            ::unlinkat(root_->folder().get(), name_.c_str(), 0);
        }
    }

    Result<void> append(BytesView more) override {
        MN_CHECK(!is_committed_);
        return write_all(file_, more, name_);
    }

    Result<void> commit_as(const std::string& path) override {
        MN_CHECK(!is_committed_);
        MN_DO(check_path(path));
        MN_DO(sync(file_, path));
        MN_DO(root_->ensure_folder(folder_of(path)));
        const int root = root_->folder().get();
        if (::renameat(root, name_.c_str(), root, path.c_str()) != 0) {
            return io_failure("rename", path, errno);
        }
        is_committed_ = true;
        return sync_folder(root_->folder(), folder_of(path));
    }

private:
    std::shared_ptr<Root> root_;
    Descriptor file_;
    std::string name_;
    bool is_committed_ = false;
};

Result<void> remove_if_unheld(const Root& root, const std::string& name) {
    auto file = open_at(root.folder(), name, O_RDWR | O_NONBLOCK);
    if (!file) {
        return file.error().kind == Kind::not_found ? Result<void>{} : tl::unexpected(file.error());
    }
    if (uninterrupted([&] { return ::flock(file->get(), LOCK_EX | LOCK_NB); }) != 0) {
        return {};  // somebody is writing it
    }
    if (::unlinkat(root.folder().get(), name.c_str(), 0) != 0 && errno != ENOENT) {
        return system_failure("remove", name, errno);
    }
    return {};
}

}  // namespace

std::string Root::fresh_temporary_name() {
    return std::string(kTemporaryFolder) + '/' + std::to_string(::getpid()) + '-' +
           std::to_string(files_made_.fetch_add(1));
}

bool Root::is_known(const std::string& folder) const {
    const std::scoped_lock lock(mutex_);
    return known_folders_.contains(folder);
}

void Root::remember(const std::string& folder) {
    const std::scoped_lock lock(mutex_);
    if (known_folders_.size() >= kKnownFoldersMax) {
        known_folders_.clear();
    }
    known_folders_.insert(folder);
}

Result<void> Root::ensure_folder(const std::string& folder) {
    if (folder.empty() || is_known(folder)) {
        return {};
    }
    MN_DO(ensure_folder(folder_of(folder)));
    MN_DO(make_folder(folder_, folder));
    remember(folder);
    return {};
}

Result<std::unique_ptr<DurableFile>> make_posix_file(std::shared_ptr<Root> root) {
    for (;;) {
        std::string name = root->fresh_temporary_name();
        const int fd = uninterrupted([&] {
            return ::openat(
                root->folder().get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        });
        if (fd < 0 && errno == EEXIST) {
            continue;  // of another disk in this process, or of a process that had our number
        }
        if (fd < 0) {
            return io_failure("create", name, errno);
        }
        Descriptor file(fd);
        MN_TRY(const bool is_ours, lock_new_file(file, name));
        if (is_ours) {
            return std::make_unique<PosixFile>(std::move(root), std::move(file), std::move(name));
        }
    }
}

Result<void> remove_leftovers(const Root& root) {
    const std::string folder(kTemporaryFolder);
    MN_TRY(const std::vector<std::string> names, list_folder(root.folder(), folder));
    for (const std::string& name : names) {
        if (!name.ends_with('/')) {  // a folder there is not ours
            MN_DO(remove_if_unheld(root, std::string(folder).append("/").append(name)));
        }
    }
    return {};
}

}  // namespace mednexus::disk::internal
