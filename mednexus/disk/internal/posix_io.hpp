#pragma once
/// System calls with their three traps closed: interruption, short transfers, and lost reasons.
#include <cerrno>
#include <string>
#include <string_view>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::disk::internal {

/// An owned file descriptor. Move-only.
class Descriptor {
public:
    Descriptor() = default;

    explicit Descriptor(int fd) noexcept : fd_(fd) {}

    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;

    [[nodiscard]] int get() const noexcept { return fd_; }

    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }

private:
    int fd_ = -1;
};

/// Repeats a system call that returns -1 for as long as a signal interrupts it.
template <typename Call>
auto uninterrupted(Call&& call) {
    auto result = call();
    while (result == -1 && errno == EINTR) {
        result = call();
    }
    return result;
}

/// `io` with the system's own words for `error_number`; `not_found` for ENOENT and ENOTDIR.
[[nodiscard]] Failure system_failure(std::string_view operation,
                                     std::string_view path,
                                     int error_number);

/// `io` whatever the number: for calls where a missing folder is a fault of the disk. Same words.
[[nodiscard]] Failure io_failure(std::string_view operation,
                                 std::string_view path,
                                 int error_number);

/// openat() with O_CLOEXEC and O_NOFOLLOW added. Errors: as system_failure.
[[nodiscard]] Result<Descriptor> open_at(const Descriptor& folder,
                                         const std::string& path,
                                         int flags,
                                         unsigned mode = 0);

/// All of `bytes`, however many calls it takes. Errors: io.
[[nodiscard]] Result<void> write_all(const Descriptor& file,
                                     BytesView bytes,
                                     std::string_view path);

/// Fills `out` from `offset`; returns how many bytes there were before the end. Errors: io.
[[nodiscard]] Result<std::size_t> read_at(const Descriptor& file,
                                          std::uint64_t offset,
                                          std::span<std::uint8_t> out,
                                          std::string_view path);

/// fsync() of a file or a folder. Errors: io.
[[nodiscard]] Result<void> sync(const Descriptor& file, std::string_view path);

/// Opens a folder below `root` ("" is the root itself) and syncs it. Errors: as system_failure.
[[nodiscard]] Result<void> sync_folder(const Descriptor& root, const std::string& folder);

/// Makes one folder, mode 0700, unless it exists, and syncs the one that holds it: also when it
/// exists, since whoever made it may have crashed before syncing. Errors: io.
[[nodiscard]] Result<void> make_folder(const Descriptor& root, const std::string& folder);

/// The part of `path` before its last '/', "" when there is none.
[[nodiscard]] std::string folder_of(const std::string& path);

}  // namespace mednexus::disk::internal
