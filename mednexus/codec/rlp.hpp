#pragma once
/// Recursive length prefix, the encoding of Ethereum's transactions, headers and tries. The reader
/// takes only what the writer gives. Threads: values; an Item views the bytes it was parsed from
/// and must not outlive them.
#include <cstdint>
#include <string>
#include <vector>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/fixed.hpp"
#include "mednexus/core/result.hpp"

namespace mednexus::rlp {

inline constexpr std::size_t kDepthMax = 16;  ///< lists inside each other

/// Lengths  any
/// Source   yellow paper, appendix B
[[nodiscard]] Bytes encode(BytesView string);
/// Most significant byte first, no leading zero; zero is the empty string.
[[nodiscard]] Bytes encode_integer(std::uint64_t value);

/// A list being written, item by item.
class List {
public:
    List& add(BytesView string);
    List& add_integer(std::uint64_t value);
    /// Of any width, most significant byte first; leading zeros are dropped.
    List& add_integer(BytesView big_endian);
    /// An item that is encoded already: a list in the list.
    List& add_encoded(BytesView item);
    [[nodiscard]] Bytes encode() const;

private:
    Bytes payload_;
};

struct Limits {
    std::size_t size_bytes_max = 1U << 20U;
    std::size_t items_max = 1U << 18U;  ///< all items of a text together
};

struct Item {
    bool is_list = false;
    BytesView string;         ///< of a string: its bytes
    std::vector<Item> items;  ///< of a list
    BytesView encoded;        ///< the item with its prefix
};

/// Reads exactly one item.
///
/// Errors   invalid: truncated, bytes after the item, a length that a shorter form could say, a
///          single byte below 0x80 with a prefix, deeper than kDepthMax, over a limit
/// Source   yellow paper, appendix B
[[nodiscard]] Result<Item> parse(BytesView bytes, const Limits& limits = {});

/// Errors: invalid: a list.
[[nodiscard]] Result<BytesView> to_string(const Item& item);
/// Errors: invalid: a list, a leading zero, more than 8 bytes.
[[nodiscard]] Result<std::uint64_t> to_integer(const Item& item);
/// Right-aligned in 32 bytes, as fixed-width arithmetic wants it.
/// Errors: invalid: a list, a leading zero, more than 32 bytes.
[[nodiscard]] Result<std::array<std::uint8_t, 32>> to_word(const Item& item);

/// Errors: invalid: a list, another length.
template <typename F>
[[nodiscard]] Result<F> to_fixed(const Item& item) {
    MN_TRY(const BytesView string, to_string(item));
    return F::from(string);
}

}  // namespace mednexus::rlp
