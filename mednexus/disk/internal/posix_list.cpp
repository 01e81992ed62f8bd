#include "mednexus/disk/internal/posix_list.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mednexus::disk::internal {
namespace {

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

using FolderStream = std::unique_ptr<DIR, CloseFolder>;

Result<FolderStream> open_stream(const Descriptor& root, const std::string& folder) {
    const std::string name = folder.empty() ? "." : folder;
    MN_TRY(const Descriptor opened, open_at(root, name, O_RDONLY | O_DIRECTORY));
    const int own = ::dup(opened.get());  // the stream closes what it is given
    FolderStream stream(own < 0 ? nullptr : ::fdopendir(own));
    if (stream == nullptr) {
        const int reason = errno;
        if (own >= 0) {
            ::close(own);
        }
        return io_failure("list", name, reason);
    }
    return stream;
}

/// "name" for a file, "name/" for a folder, "" for anything else or what has gone meanwhile.
std::string entry_name(int folder_fd, const char* name) {
    const std::string_view text(name);

    struct stat about {};

    if (text == "." || text == ".." ||
        ::fstatat(folder_fd, name, &about, AT_SYMLINK_NOFOLLOW) != 0) {
        return {};
    }
    if (S_ISDIR(about.st_mode)) {
        return std::string(text) + '/';
    }
    return S_ISREG(about.st_mode) ? std::string(text) : std::string();
}

}  // namespace

Result<std::vector<std::string>> list_folder(const Descriptor& root, const std::string& folder) {
    auto stream = open_stream(root, folder);
    if (!stream) {
        const bool is_missing = stream.error().kind == Kind::not_found;
        return is_missing ? Result<std::vector<std::string>>{} : tl::unexpected(stream.error());
    }
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream->get())) {
        std::string name = entry_name(::dirfd(stream->get()), entry->d_name);
        if (!name.empty()) {
            names.push_back(std::move(name));
        }
        errno = 0;
    }
    if (errno != 0) {
        return system_failure("list", folder, errno);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace mednexus::disk::internal
