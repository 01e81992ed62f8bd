#pragma once
/// Vectors of integers that are wiped when they go: secret polynomials and what stands between them
/// and a ciphertext. The size is fixed at construction, so no copy stays behind after growing.
#include <cstdint>
#include <span>
#include <vector>

#include "mednexus/core/secret.hpp"

namespace mednexus::compute::internal {

template <typename T>
class Wiped {
public:
    explicit Wiped(std::size_t size) : raw_(size) {}

    ~Wiped() { wipe_all(); }

    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    Wiped(Wiped&& other) noexcept = default;  ///< a moved vector leaves nothing behind

    Wiped& operator=(Wiped&& other) noexcept {
        if (this != &other) {
            wipe_all();
            raw_ = std::move(other.raw_);
        }
        return *this;
    }

    [[nodiscard]] std::span<T> view() noexcept { return raw_; }

    [[nodiscard]] std::span<const T> view() const noexcept { return raw_; }

private:
    void wipe_all() noexcept {
        wipe({reinterpret_cast<std::uint8_t*>(raw_.data()), raw_.size() * sizeof(T)});
    }

    std::vector<T> raw_;
};

using SecretWords = Wiped<std::uint32_t>;    ///< residues
using SecretIntegers = Wiped<std::int32_t>;  ///< small coefficients, signed
using SecretLongs = Wiped<std::int64_t>;     ///< coefficients behind a mask

}  // namespace mednexus::compute::internal
