#pragma once
/// The operator's Unix socket, <home>/mednexusd.sock, whatever the length of the home's path.
/// Source: docs/formats/http.md, section 1; unix(7).
#include <string>
#include <utility>

#include "mednexus/core/result.hpp"

namespace mednexus::http::internal {

inline constexpr const char* kLocalSocketName = "mednexusd.sock";

/// Owns a file descriptor.
class Descriptor {
public:
    Descriptor() = default;

    explicit Descriptor(int value) noexcept : value_(value) {}

    Descriptor(Descriptor&& other) noexcept : value_(other.release()) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        reset(other.release());
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() { reset(-1); }

    [[nodiscard]] int get() const noexcept { return value_; }

    int release() noexcept { return std::exchange(value_, -1); }

    void reset(int value) noexcept;

private:
    int value_ = -1;
};

/// Replaces a socket left behind; the new one has mode 0600 from its first moment.
/// Errors   io; conflict: something that is no socket has the name
[[nodiscard]] Result<Descriptor> listen_local(const std::string& home);

/// Removes the socket's name; that it is gone already is no error.
void remove_local(const std::string& home);

/// Errors   not_found: nobody listens; busy: its queue is full; denied: not ours; io
[[nodiscard]] Result<Descriptor> connect_local(const std::string& home);

/// True when the process at the other end runs as our user (SO_PEERCRED).
[[nodiscard]] bool is_own_user(int socket) noexcept;

}  // namespace mednexus::http::internal
