#include "apps/mednexus/files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mednexus::cli {
namespace {

constexpr std::size_t kPieceBytes = 1U << 16U;
constexpr int kClosed = -1;

Failure system_failure(const std::string& path, int error) {
    const Kind kind = error == ENOENT || error == ENOTDIR ? Kind::not_found : Kind::io;
    return fail(kind, fmt::format("{}: {}", path, std::generic_category().message(error)));
}

Failure taken(const std::string& path) {
    return fail(Kind::conflict, fmt::format("{}: is there already, and is not overwritten", path));
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> sync_folder(const std::string& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor == kClosed) {
        return system_failure(folder, errno);
    }
    const bool is_synced = ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    return is_synced ? Result<void>{} : system_failure(folder, error);
}

}  // namespace

InputFile::InputFile(int descriptor, std::string path, std::uint64_t size_bytes)
    : descriptor_(descriptor), path_(std::move(path)), size_bytes_(size_bytes) {}

InputFile::InputFile(InputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, kClosed)),
      path_(std::move(other.path_)),
      size_bytes_(other.size_bytes_) {}

InputFile::~InputFile() {
    if (descriptor_ != kClosed) {
        ::close(descriptor_);
    }
}

Result<InputFile> InputFile::open(const std::string& path) {
    const int descriptor =
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe must not hang us
    if (descriptor == kClosed) {
        return system_failure(path, errno);
    }

    struct stat about {};

    const bool is_known = ::fstat(descriptor, &about) == 0;
    if (!is_known || S_ISDIR(about.st_mode) || S_ISFIFO(about.st_mode)) {
        ::close(descriptor);
        return fail(Kind::invalid,
                    path + (is_known && S_ISFIFO(about.st_mode) ? ": is a pipe, not a file"
                                                                : ": is a folder, not a file"));
    }
    return InputFile(descriptor, path, static_cast<std::uint64_t>(about.st_size));
}

Result<std::size_t> InputFile::read(std::span<std::uint8_t> out) {
    while (true) {
        const auto got = ::read(descriptor_, out.data(), out.size());
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR) {
            return system_failure(path_, errno);
        }
    }
}

Result<Bytes> read_input(const std::string& path, std::uint64_t size_bytes_max) {
    MN_TRY(InputFile file, InputFile::open(path));
    Bytes content;
    while (true) {
        const auto old = content.size();
        content.resize(old + kPieceBytes);
        MN_TRY(const std::size_t got, file.read(std::span(content).subspan(old)));
        content.resize(old + got);
        if (content.size() > size_bytes_max) {
            return fail(Kind::invalid, fmt::format("{}: more than {} bytes", path, size_bytes_max));
        }
        if (got == 0) {
            return content;
        }
    }
}

OutputFile::OutputFile(int descriptor, std::string path, std::string temporary, Existing existing)
    : descriptor_(descriptor),
      path_(std::move(path)),
      temporary_(std::move(temporary)),
      existing_(existing) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, kClosed)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      existing_(other.existing_) {}

OutputFile::~OutputFile() {
    if (descriptor_ != kClosed) {
        ::close(descriptor_);
    }
    if (!temporary_.empty()) {
        ::unlink(temporary_.c_str());
    }
}

Result<OutputFile> OutputFile::create(const std::string& path, Existing existing) {
    struct stat about {};

    const bool is_there = ::lstat(path.c_str(), &about) == 0;
    if (is_there && (existing == Existing::refuse || S_ISDIR(about.st_mode))) {
        return taken(path);
    }
    std::string temporary = path + ".part-XXXXXX";
    const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
    if (descriptor == kClosed) {
        return system_failure(path, errno);
    }
    return OutputFile(descriptor, path, std::move(temporary), existing);
}

Result<void> OutputFile::append(BytesView more) {
    while (!more.empty()) {
        const auto put = ::write(descriptor_, more.data(), more.size());
        if (put < 0 && errno != EINTR) {
            return system_failure(path_, errno);
        }
        more = more.subspan(put < 0 ? 0 : static_cast<std::size_t>(put));
    }
    return {};
}

Result<void> OutputFile::commit() {
    if (::fsync(descriptor_) != 0) {
        return system_failure(path_, errno);
    }
    const unsigned int flags = existing_ == Existing::replace ? 0U : RENAME_NOREPLACE;
    if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), flags) != 0) {
        return errno == EEXIST ? Result<void>(taken(path_)) : system_failure(path_, errno);
    }
    temporary_.clear();
    return sync_folder(folder_of(path_));
}

Result<void> write_output(const std::string& path, BytesView content, Existing existing) {
    MN_TRY(OutputFile file, OutputFile::create(path, existing));
    MN_DO(file.append(content));
    return file.commit();
}

}  // namespace mednexus::cli
