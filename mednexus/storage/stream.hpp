#pragma once
/// Bytes that arrive in order (ByteSource) and bytes that lie somewhere (ByteRange): the two shapes
/// in which storage takes and gives content that need not fit in memory.
#include <cstdint>
#include <span>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::storage {

/// Content in order, once.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    /// Fills the front of `out` and returns how much: 0 only at the end, or when `out` is empty.
    /// Errors: the source's own.
    [[nodiscard]] virtual Result<std::size_t> read(std::span<std::uint8_t> out) = 0;
};

/// Content of known size at rest.
class ByteRange {
public:
    virtual ~ByteRange() = default;
    [[nodiscard]] virtual std::uint64_t size_bytes() const noexcept = 0;
    /// Exactly `count` bytes from `offset`. Errors: invalid outside 0 .. size_bytes(); corrupt when
    /// the content is not what its name says; io.
    [[nodiscard]] virtual Result<Bytes> read(std::uint64_t offset, std::uint64_t count) const = 0;
};

/// Bytes in memory as a source. The view must stay valid as long as the source is used.
class MemorySource final : public ByteSource {
public:
    explicit MemorySource(BytesView content) noexcept : rest_(content) {}

    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out) override;

private:
    BytesView rest_;
};

/// Bytes in memory as a range. The view must stay valid as long as the range is used.
class MemoryRange final : public ByteRange {
public:
    explicit MemoryRange(BytesView content) noexcept : content_(content) {}

    [[nodiscard]] std::uint64_t size_bytes() const noexcept override { return content_.size(); }

    [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::uint64_t count) const override;

private:
    BytesView content_;
};

/// Reads until `out` is full or the source ends. Errors: the source's.
[[nodiscard]] Result<std::size_t> read_full(ByteSource& source, std::span<std::uint8_t> out);

/// True when offset .. offset + count lies within size, without overflow.
[[nodiscard]] bool is_within(std::uint64_t offset,
                             std::uint64_t count,
                             std::uint64_t size) noexcept;

}  // namespace mednexus::storage
