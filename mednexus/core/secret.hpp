#pragma once
/// Secrets cannot be printed, copied or compared by accident. `reveal()` is the one way in, easy to
/// grep.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus {

/// Overwrites the bytes in a way the compiler may not remove.
void wipe(std::span<std::uint8_t> bytes) noexcept;

/// N secret bytes: move-only, wiped when moved from and when destroyed.
template <std::size_t N>
class Secret {
public:
    Secret() = default;  ///< all zero, to be filled through mutable_reveal()

    ~Secret() { wipe(raw_); }

    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;

    Secret(Secret&& other) noexcept : raw_(other.raw_) { wipe(other.raw_); }

    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            raw_ = other.raw_;
            wipe(other.raw_);
        }
        return *this;
    }

    /// Errors: invalid unless `raw` has exactly N bytes. The caller wipes `raw`.
    [[nodiscard]] static Result<Secret> from(BytesView raw) {
        if (raw.size() != N) {
            return fail(Kind::invalid, "secret has the wrong length");
        }
        Secret out;
        std::copy(raw.begin(), raw.end(), out.raw_.begin());
        return out;
    }

    [[nodiscard]] Secret clone() const {
        Secret out;
        out.raw_ = raw_;
        return out;
    }

    [[nodiscard]] std::span<const std::uint8_t, N> reveal() const noexcept { return raw_; }

    [[nodiscard]] std::span<std::uint8_t, N> mutable_reveal() noexcept { return raw_; }

private:
    std::array<std::uint8_t, N> raw_{};
};

/// Secret bytes of a length known only at run time (passphrases, private key files).
class SecretBytes {
public:
    SecretBytes() = default;

    explicit SecretBytes(Bytes raw) noexcept : raw_(std::move(raw)) {}

    ~SecretBytes() { wipe(raw_); }

    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;

    SecretBytes(SecretBytes&& other) noexcept : raw_(std::move(other.raw_)) { other.raw_.clear(); }

    SecretBytes& operator=(SecretBytes&& other) noexcept {
        if (this != &other) {
            wipe(raw_);
            raw_ = std::move(other.raw_);
            other.raw_.clear();
        }
        return *this;
    }

    [[nodiscard]] SecretBytes clone() const { return SecretBytes(raw_); }

    [[nodiscard]] BytesView reveal() const noexcept { return raw_; }

    [[nodiscard]] std::size_t size_bytes() const noexcept { return raw_.size(); }

private:
    Bytes raw_;
};

}  // namespace mednexus
