#include "mednexus/codec/rlp.hpp"

#include <algorithm>
#include <array>

#include "mednexus/codec/cursor.hpp"

namespace mednexus::rlp {

namespace {

constexpr std::uint8_t kString = 0x80;  // + length, below 56
constexpr std::uint8_t kList = 0xC0;
constexpr std::size_t kShortMax = 55;

BytesView without_leading_zeros(BytesView bytes) {
    while (!bytes.empty() && bytes.front() == 0) {
        bytes = bytes.subspan(1);
    }
    return bytes;
}

Bytes big_endian_of(std::uint64_t value) {
    Bytes eight;
    codec::append_be(eight, value);
    return to_bytes(without_leading_zeros(eight));
}

void append_prefix(Bytes& to, std::uint8_t base, std::size_t size) {
    if (size <= kShortMax) {
        to.push_back(static_cast<std::uint8_t>(base + size));
        return;
    }
    const Bytes length = big_endian_of(size);
    to.push_back(static_cast<std::uint8_t>(base + kShortMax + length.size()));
    append(to, length);
}

void append_string(Bytes& to, BytesView string) {
    if (string.size() != 1 || string[0] >= kString) {
        append_prefix(to, kString, string.size());
    }
    append(to, string);
}

struct Prefix {
    bool is_list = false;
    std::size_t size_bytes = 0;  ///< of the prefix itself
    std::size_t payload_bytes = 0;
};

Failure refuse(std::string what) {
    return fail(Kind::invalid, "rlp: " + std::move(what));
}

Result<std::size_t> read_long_length(BytesView bytes) {
    if (bytes.front() == 0) {
        return refuse("a length with a leading zero");
    }
    std::uint64_t length = 0;
    for (const std::uint8_t byte : bytes) {
        length = (length << 8U) | byte;
    }
    if (length <= kShortMax) {
        return refuse("a long form for a short length");
    }
    return length;
}

Result<Prefix> read_prefix(BytesView rest) {
    if (rest.empty()) {
        return refuse("truncated");
    }
    const std::uint8_t first = rest.front();
    if (first < kString) {
        return Prefix{.is_list = false, .size_bytes = 0, .payload_bytes = 1};
    }
    const bool is_list = first >= kList;
    const auto short_length = static_cast<std::size_t>(first - (is_list ? kList : kString));
    if (short_length <= kShortMax) {
        return Prefix{.is_list = is_list, .size_bytes = 1, .payload_bytes = short_length};
    }
    const std::size_t length_bytes = short_length - kShortMax;  // 1 to 8
    if (rest.size() < 1 + length_bytes) {
        return refuse("truncated");
    }
    MN_TRY(const std::size_t length, read_long_length(rest.subspan(1, length_bytes)));
    return Prefix{.is_list = is_list, .size_bytes = 1 + length_bytes, .payload_bytes = length};
}

class Parser {
public:
    explicit Parser(std::size_t items_max) : items_left_(items_max) {}

    /// Takes one item off the front of `rest`.
    Result<Item> take(BytesView& rest, std::size_t depth) {
        if (items_left_-- == 0) {
            return refuse("too many items");
        }
        MN_TRY(const Prefix prefix, read_prefix(rest));
        if (prefix.payload_bytes > rest.size() - prefix.size_bytes) {
            return refuse("truncated");
        }
        const BytesView payload = rest.subspan(prefix.size_bytes, prefix.payload_bytes);
        Item item;
        item.is_list = prefix.is_list;
        item.encoded = rest.first(prefix.size_bytes + prefix.payload_bytes);
        rest = rest.subspan(item.encoded.size());
        if (prefix.is_list) {
            MN_DO(take_all(payload, depth + 1, item.items));
        } else if (prefix.size_bytes == 1 && payload.size() == 1 && payload[0] < kString) {
            return refuse("a prefix before a byte that needs none");
        } else {
            item.string = payload;
        }
        return item;
    }

private:
    Result<void> take_all(BytesView payload, std::size_t depth, std::vector<Item>& items) {
        if (depth > kDepthMax) {
            return refuse("lists too deep");
        }
        while (!payload.empty()) {
            MN_TRY(Item item, take(payload, depth));
            items.push_back(std::move(item));
        }
        return {};
    }

    std::size_t items_left_;
};

Result<BytesView> to_minimal(const Item& item, std::size_t size_bytes_max) {
    MN_TRY(const BytesView bytes, to_string(item));
    if (!bytes.empty() && bytes.front() == 0) {
        return refuse("an integer with a leading zero");
    }
    if (bytes.size() > size_bytes_max) {
        return refuse("an integer over " + std::to_string(8 * size_bytes_max) + " bits");
    }
    return bytes;
}

}  // namespace

Bytes encode(BytesView string) {
    Bytes out;
    append_string(out, string);
    return out;
}

Bytes encode_integer(std::uint64_t value) {
    return encode(big_endian_of(value));
}

List& List::add(BytesView string) {
    append_string(payload_, string);
    return *this;
}

List& List::add_integer(std::uint64_t value) {
    return add(big_endian_of(value));
}

List& List::add_integer(BytesView big_endian) {
    return add(without_leading_zeros(big_endian));
}

List& List::add_encoded(BytesView item) {
    append(payload_, item);
    return *this;
}

Bytes List::encode() const {
    Bytes out;
    append_prefix(out, kList, payload_.size());
    append(out, payload_);
    return out;
}

Result<Item> parse(BytesView bytes, const Limits& limits) {
    if (bytes.size() > limits.size_bytes_max) {
        return refuse("over " + std::to_string(limits.size_bytes_max) + " bytes");
    }
    BytesView rest = bytes;
    MN_TRY(Item item, Parser(limits.items_max).take(rest, 0));
    if (!rest.empty()) {
        return refuse(std::to_string(rest.size()) + " bytes after the item");
    }
    return item;
}

Result<BytesView> to_string(const Item& item) {
    if (item.is_list) {
        return refuse("a list where a string belongs");
    }
    return item.string;
}

Result<std::uint64_t> to_integer(const Item& item) {
    MN_TRY(const BytesView bytes, to_minimal(item, sizeof(std::uint64_t)));
    std::uint64_t out = 0;
    for (const std::uint8_t byte : bytes) {
        out = (out << 8U) | byte;
    }
    return out;
}

Result<std::array<std::uint8_t, 32>> to_word(const Item& item) {
    std::array<std::uint8_t, 32> out{};
    MN_TRY(const BytesView bytes, to_minimal(item, out.size()));
    std::copy(bytes.begin(), bytes.end(), out.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    return out;
}

}  // namespace mednexus::rlp
