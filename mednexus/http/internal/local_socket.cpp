#include "mednexus/http/internal/local_socket.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace mednexus::http::internal {

namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr int kBacklog = 64;

Failure system_failure(Kind kind, const char* what, int error_number) {
    return fail(kind,
                std::string("operator socket: ") + what + ": " +
                    std::generic_category().message(error_number));
}

/// An address of the socket that fits into sockaddr_un. `folder` must stay open while it is used.
struct Place {
    Descriptor folder;
    sockaddr_un address{};
};

Result<Place> find_place(const std::string& home) {
    Place place;
    place.folder.reset(::open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (place.folder.get() < 0) {
        const int error_number = errno;
        const bool is_absent = error_number == ENOENT || error_number == ENOTDIR;
        return system_failure(
            is_absent ? Kind::not_found : Kind::io, "cannot open the home", error_number);
    }
    std::string path = home + "/" + kLocalSocketName;
    if (path.size() >= sizeof(place.address.sun_path)) {
        path = "/proc/self/fd/" + std::to_string(place.folder.get()) + "/" + kLocalSocketName;
    }
    place.address.sun_family = AF_UNIX;
    std::memcpy(place.address.sun_path, path.data(), path.size());  // the rest is zero
    return place;
}

const sockaddr* raw(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);  // NOLINT: the type bind(2) asks for
}

Result<Descriptor> make_socket() {
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket.get() < 0) {
        return system_failure(Kind::io, "cannot make a socket", errno);
    }
    return socket;
}

Result<void> remove_stale(const Place& place) {
    struct stat found {};

    if (::fstatat(place.folder.get(), kLocalSocketName, &found, AT_SYMLINK_NOFOLLOW) != 0) {
        return {};
    }
    if (!S_ISSOCK(found.st_mode)) {
        return fail(Kind::conflict, "operator socket: a file that is no socket has its name");
    }
    if (::unlinkat(place.folder.get(), kLocalSocketName, 0) != 0) {
        return system_failure(Kind::io, "cannot remove the old one", errno);
    }
    return {};
}

}  // namespace

void Descriptor::reset(int value) noexcept {
    if (value_ >= 0) {
        ::close(value_);
    }
    value_ = value;
}

Result<Descriptor> listen_local(const std::string& home) {
    MN_TRY(const Place place, find_place(home));
    MN_DO(remove_stale(place));
    MN_TRY(Descriptor socket, make_socket());
    // bind(2) gives the file the mode of the socket: there is no moment with a wider one.
    if (::fchmod(socket.get(), kOwnerOnly) != 0 ||
        ::bind(socket.get(), raw(place.address), sizeof place.address) != 0 ||
        ::listen(socket.get(), kBacklog) != 0) {
        return system_failure(Kind::io, "cannot listen", errno);
    }
    return socket;
}

void remove_local(const std::string& home) {
    if (const auto place = find_place(home)) {
        ::unlinkat(place->folder.get(), kLocalSocketName, 0);
    }
}

Result<Descriptor> connect_local(const std::string& home) {
    MN_TRY(const Place place, find_place(home));
    MN_TRY(Descriptor socket, make_socket());
    if (::connect(socket.get(), raw(place.address), sizeof place.address) == 0) {
        return socket;
    }
    const int error_number = errno;
    switch (error_number) {
        case ENOENT:
        case ECONNREFUSED:
            return system_failure(Kind::not_found, "nobody listens", error_number);
        case EAGAIN:
            return system_failure(Kind::busy, "its queue is full", error_number);
        case EACCES:
        case EPERM:
            return system_failure(Kind::denied, "cannot connect", error_number);
        default:
            return system_failure(Kind::io, "cannot connect", error_number);
    }
}

bool is_own_user(int socket) noexcept {
    ucred who{};
    socklen_t size = sizeof who;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
           who.uid == ::geteuid();
}

}  // namespace mednexus::http::internal
