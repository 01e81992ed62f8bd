#include "mednexus/disk/internal/posix_io.hpp"

#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mednexus::disk::internal {

Descriptor::~Descriptor() {
    if (fd_ >= 0) {
        ::close(fd_);  // never repeated: on Linux the descriptor is gone even after EINTR
    }
}

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Failure io_failure(std::string_view operation, std::string_view path, int error_number) {
    std::string what = "disk.";
    what.append(operation).append(": ").append(path).append(": ");
    return fail(Kind::io, what + std::generic_category().message(error_number));
}

Failure system_failure(std::string_view operation, std::string_view path, int error_number) {
    if (error_number != ENOENT && error_number != ENOTDIR) {
        return io_failure(operation, path, error_number);
    }
    std::string what = "disk.";
    what.append(operation).append(": ").append(path);
    return fail(Kind::not_found, what + ": no such file");
}

Result<Descriptor> open_at(const Descriptor& folder,
                           const std::string& path,
                           int flags,
                           unsigned mode) {
    const int fd = uninterrupted(
        [&] { return ::openat(folder.get(), path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode); });
    if (fd < 0) {
        return system_failure("open", path, errno);
    }
    return Descriptor(fd);
}

Result<void> write_all(const Descriptor& file, BytesView bytes, std::string_view path) {
    while (!bytes.empty()) {
        const auto written =
            uninterrupted([&] { return ::write(file.get(), bytes.data(), bytes.size()); });
        if (written < 0) {
            return system_failure("write", path, errno);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::size_t> read_at(const Descriptor& file,
                            std::uint64_t offset,
                            std::span<std::uint8_t> out,
                            std::string_view path) {
    std::size_t filled = 0;
    while (filled < out.size()) {
        const auto got = uninterrupted([&] {
            return ::pread(file.get(),
                           out.data() + filled,
                           out.size() - filled,
                           static_cast<off_t>(offset + filled));
        });
        if (got < 0) {
            return system_failure("read", path, errno);
        }
        if (got == 0) {
            break;
        }
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

Result<void> sync(const Descriptor& file, std::string_view path) {
    if (uninterrupted([&] { return ::fsync(file.get()); }) != 0) {
        return system_failure("sync", path, errno);
    }
    return {};
}

Result<void> sync_folder(const Descriptor& root, const std::string& folder) {
    const std::string name = folder.empty() ? "." : folder;
    MN_TRY(const Descriptor opened, open_at(root, name, O_RDONLY | O_DIRECTORY));
    return sync(opened, name);
}

Result<void> make_folder(const Descriptor& root, const std::string& folder) {
    if (::mkdirat(root.get(), folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return io_failure("make", folder, errno);
    }
    return sync_folder(root, folder_of(folder));
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

}  // namespace mednexus::disk::internal
