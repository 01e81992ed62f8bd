#pragma once
/// Patient data: cannot be printed or copied by accident. `clone()` copies on purpose, `reveal()`
/// reads.
#include <utility>

namespace mednexus {

template <typename T>
class Sensitive {
public:
    Sensitive() = default;

    explicit Sensitive(T value) : value_(std::move(value)) {}

    ~Sensitive() = default;
    Sensitive(const Sensitive&) = delete;
    Sensitive& operator=(const Sensitive&) = delete;
    Sensitive(Sensitive&&) noexcept = default;
    Sensitive& operator=(Sensitive&&) noexcept = default;

    [[nodiscard]] Sensitive clone() const { return Sensitive(value_); }

    [[nodiscard]] const T& reveal() const noexcept { return value_; }

    [[nodiscard]] T take() && { return std::move(value_); }

private:
    T value_{};
};

}  // namespace mednexus
