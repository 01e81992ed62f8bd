#include "mednexus/codec/abi.hpp"

#include <algorithm>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/core/check.hpp"

namespace mednexus::abi {

namespace {

void append_integer(Bytes& to, std::uint64_t value) {
    to.insert(to.end(), kWordBytes - sizeof(value), 0);
    codec::append_be(to, value);
}

std::size_t padding_of(std::size_t size_bytes) noexcept {
    return (kWordBytes - size_bytes % kWordBytes) % kWordBytes;
}

Bytes counted(BytesView value) {
    Bytes out;
    append_integer(out, value.size());
    append(out, value);
    out.insert(out.end(), padding_of(value.size()), 0);
    return out;
}

Failure refuse(std::string what) {
    return fail(Kind::invalid, "abi: " + std::move(what));
}

bool is_zero(BytesView bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

std::uint64_t last_eight(BytesView word) {
    std::uint64_t out = 0;
    for (const std::uint8_t byte : word.last(sizeof(out))) {
        out = (out << 8U) | byte;
    }
    return out;
}

/// A uint256 that must fit 64 bits.
Result<std::uint64_t> integer_of(BytesView word) {
    if (!is_zero(word.first(kWordBytes - sizeof(std::uint64_t)))) {
        return refuse("an integer over 64 bits");
    }
    return last_eight(word);
}

}  // namespace

// --- Writer ---

Writer& Writer::word(const Hash32& value) {
    append(head_, value.view());
    return *this;
}

Writer& Writer::integer(std::uint64_t value) {
    append_integer(head_, value);
    return *this;
}

Writer& Writer::boolean(bool value) {
    return integer(value ? 1 : 0);
}

Writer& Writer::right_aligned(BytesView value) {
    head_.insert(head_.end(), kWordBytes - value.size(), 0);
    append(head_, value);
    return *this;
}

Writer& Writer::tail(Bytes bytes) {
    tails_.push_back({.offset_at = head_.size(), .bytes = std::move(bytes)});
    head_.insert(head_.end(), kWordBytes, 0);  // encode() puts the offset here
    return *this;
}

Writer& Writer::bytes(BytesView value) {
    return tail(counted(value));
}

Writer& Writer::string(std::string_view value) {
    return bytes(bytes_of(value));
}

Writer& Writer::words(std::span<const Hash32> values) {
    Bytes out;
    append_integer(out, values.size());
    for (const Hash32& value : values) {
        append(out, value.view());
    }
    return tail(std::move(out));
}

Writer& Writer::byte_strings(std::span<const Bytes> values) {
    Writer elements;
    for (const Bytes& value : values) {
        elements.bytes(value);
    }
    Bytes out;
    append_integer(out, values.size());
    append(out, elements.encode());  // offsets count from behind the number of elements
    return tail(std::move(out));
}

Writer& Writer::tuples(std::span<const Writer> values) {
    Bytes out;
    append_integer(out, values.size());
    for (const Writer& value : values) {
        MN_CHECK(value.tails_.empty());
        MN_CHECK(value.head_.size() == values.front().head_.size());
        append(out, value.head_);
    }
    return tail(std::move(out));
}

Bytes Writer::encode() const {
    Bytes out = head_;
    for (const Tail& tail : tails_) {
        Bytes offset;
        append_integer(offset, out.size());
        std::copy(offset.begin(),
                  offset.end(),
                  out.begin() + static_cast<std::ptrdiff_t>(tail.offset_at));
        append(out, tail.bytes);
    }
    return out;
}

// --- Reader ---

Result<BytesView> Reader::take_head() {
    MN_CHECK(head_ < head_end_);  // the caller reads more members than it announced
    if (data_.size() < head_ + kWordBytes) {
        return refuse("truncated");
    }
    head_ += kWordBytes;
    return data_.subspan(head_ - kWordBytes, kWordBytes);
}

Result<BytesView> Reader::take_tail(std::size_t size_bytes) {
    if (data_.size() < tail_ || size_bytes > data_.size() - tail_) {
        return refuse("truncated");
    }
    tail_ += size_bytes;
    return data_.subspan(tail_ - size_bytes, size_bytes);
}

Result<BytesView> Reader::right_aligned(std::size_t size_bytes) {
    MN_TRY(const BytesView raw, take_head());
    if (!is_zero(raw.first(kWordBytes - size_bytes))) {
        return refuse("padding that is not zero");
    }
    return raw.last(size_bytes);
}

/// Checks the offset in the head and gives the length or count at the front of the tail.
Result<std::size_t> Reader::enter_tail(std::size_t length_max) {
    MN_TRY(const BytesView raw_offset, take_head());
    MN_TRY(const std::uint64_t offset, integer_of(raw_offset));
    if (offset != tail_) {
        return refuse("an offset that is not that of the next tail");
    }
    MN_TRY(const BytesView raw_length, take_tail(kWordBytes));
    MN_TRY(const std::uint64_t length, integer_of(raw_length));
    if (length > length_max) {
        return refuse("a length over " + std::to_string(length_max));
    }
    return length;
}

Result<Hash32> Reader::word() {
    MN_TRY(const BytesView raw, take_head());
    return Hash32::from(raw);
}

Result<std::uint64_t> Reader::integer(unsigned bits) {
    MN_CHECK(bits >= 8 && bits <= 64 && bits % 8 == 0);
    MN_TRY(const BytesView raw, right_aligned(bits / 8));
    std::uint64_t out = 0;
    for (const std::uint8_t byte : raw) {
        out = (out << 8U) | byte;
    }
    return out;
}

Result<bool> Reader::boolean() {
    MN_TRY(const std::uint64_t value, integer(8));
    if (value > 1) {
        return refuse("a bool that is neither 0 nor 1");
    }
    return value == 1;
}

Result<BytesView> Reader::bytes(std::size_t size_bytes_max) {
    MN_TRY(const std::size_t size, enter_tail(size_bytes_max));
    MN_TRY(const BytesView out, take_tail(size));
    MN_TRY(const BytesView padding, take_tail(padding_of(size)));
    if (!is_zero(padding)) {
        return refuse("padding that is not zero");
    }
    return out;
}

Result<std::string> Reader::string(std::size_t size_bytes_max) {
    MN_TRY(const BytesView raw, bytes(size_bytes_max));
    return std::string(text_of(raw));
}

Result<std::vector<Hash32>> Reader::words(std::size_t count_max) {
    MN_TRY(const std::size_t count, enter_tail(count_max));
    std::vector<Hash32> out;
    for (std::size_t i = 0; i < count; ++i) {
        MN_TRY(const BytesView raw, take_tail(kWordBytes));
        MN_TRY(const Hash32 value, Hash32::from(raw));
        out.push_back(value);
    }
    return out;
}

Result<std::vector<BytesView>> Reader::byte_strings(std::size_t count_max,
                                                    std::size_t size_bytes_max) {
    MN_TRY(const std::size_t count, enter_tail(count_max));
    if (count > data_.size() / kWordBytes) {
        return refuse("truncated");
    }
    Reader elements(data_.subspan(tail_), count);
    std::vector<BytesView> out;
    for (std::size_t i = 0; i < count; ++i) {
        MN_TRY(const BytesView element, elements.bytes(size_bytes_max));
        out.push_back(element);
    }
    tail_ += elements.tail_;
    return out;
}

Result<std::vector<Reader>> Reader::tuples(std::size_t words_each, std::size_t count_max) {
    MN_TRY(const std::size_t count, enter_tail(count_max));
    std::vector<Reader> out;
    for (std::size_t i = 0; i < count; ++i) {
        MN_TRY(const BytesView raw, take_tail(words_each * kWordBytes));
        out.emplace_back(raw, words_each);
    }
    return out;
}

Result<void> Reader::finish() const {
    MN_CHECK(head_ == head_end_);  // the caller announced more members than it read
    if (tail_ != data_.size()) {
        return refuse("bytes after the last member");
    }
    return {};
}

}  // namespace mednexus::abi
