#pragma once
/// Arguments and event data as Solidity contracts encode them: the types that ours use. The reader
/// takes the strict encoding only (tails in order, without gap or overlap), so every byte is read
/// once. Threads: values; a Reader views the bytes it was made from and must not outlive them.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::abi {

inline constexpr std::size_t kWordBytes = 32;

/// Writes one tuple, such as the arguments of a function, member by member.
///
/// Source   Solidity ABI specification, "Formal specification of the encoding"
class Writer {
public:
    Writer& word(const Hash32& value);  ///< bytes32
    Writer& integer(std::uint64_t value);
    Writer& boolean(bool value);

    template <typename Tag>
    Writer& address(const Fixed<Tag, 20>& value) {
        return right_aligned(value.view());
    }

    Writer& bytes(BytesView value);
    Writer& string(std::string_view value);
    Writer& words(std::span<const Hash32> values);        ///< bytes32[]
    Writer& byte_strings(std::span<const Bytes> values);  ///< bytes[]
    /// T[] of tuples. Needs: each of `values` is static (no bytes, string, array), all of one type.
    Writer& tuples(std::span<const Writer> values);
    /// Length: a multiple of 32 bytes.
    [[nodiscard]] Bytes encode() const;

private:
    struct Tail {
        std::size_t offset_at = 0;  ///< where in the head its offset belongs
        Bytes bytes;
    };

    Writer& right_aligned(BytesView value);
    Writer& tail(Bytes bytes);

    Bytes head_;
    std::vector<Tail> tails_;
};

/// Reads one tuple, member by member in order, then finish(). After an error a Reader is of no use.
///
/// Errors   invalid, of every function: truncated; padding that is not zero; a value too large for
///          its type; an offset that is not that of the next tail; over a maximum given
/// Source   Solidity ABI specification, "Strict encoding mode"
class Reader {
public:
    /// `head_words`: 1 for each member, and for a static tuple among them 1 for each of its own.
    Reader(BytesView data, std::size_t head_words) noexcept
        : data_(data), head_end_(head_words * kWordBytes), tail_(head_end_) {}

    [[nodiscard]] Result<Hash32> word();
    /// uintN; `bits` 8 to 64.
    [[nodiscard]] Result<std::uint64_t> integer(unsigned bits);
    [[nodiscard]] Result<bool> boolean();

    template <typename F>
    [[nodiscard]] Result<F> address() {
        static_assert(F::kSizeBytes == 20);
        MN_TRY(const BytesView raw, right_aligned(F::kSizeBytes));
        return F::from(raw);
    }

    [[nodiscard]] Result<BytesView> bytes(std::size_t size_bytes_max);
    /// The bytes as they are: whether they are UTF-8 is the caller's question.
    [[nodiscard]] Result<std::string> string(std::size_t size_bytes_max);
    [[nodiscard]] Result<std::vector<Hash32>> words(std::size_t count_max);
    [[nodiscard]] Result<std::vector<BytesView>> byte_strings(std::size_t count_max,
                                                              std::size_t size_bytes_max);
    /// One reader for each static tuple; the caller finishes each.
    [[nodiscard]] Result<std::vector<Reader>> tuples(std::size_t words_each, std::size_t count_max);
    /// Errors also: members or bytes that nobody read.
    [[nodiscard]] Result<void> finish() const;

private:
    [[nodiscard]] Result<BytesView> take_head();
    [[nodiscard]] Result<BytesView> take_tail(std::size_t size_bytes);
    [[nodiscard]] Result<BytesView> right_aligned(std::size_t size_bytes);
    [[nodiscard]] Result<std::size_t> enter_tail(std::size_t length_max);

    BytesView data_;
    std::size_t head_ = 0;  ///< next word of the head; all three count bytes from data_'s begin
    std::size_t head_end_;
    std::size_t tail_;  ///< where the next tail must begin
};

}  // namespace mednexus::abi
