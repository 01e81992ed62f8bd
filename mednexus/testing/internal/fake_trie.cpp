#include "mednexus/testing/internal/fake_trie.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::testing::internal {

namespace {

constexpr unsigned kNibbleBits = 4;
constexpr std::size_t kBranches = 16;

struct Entry {
    Bytes nibbles;
    Bytes value;
};

using Entries = std::span<const Entry>;

Bytes nibbles_of(BytesView key) {
    Bytes out;
    for (const std::uint8_t byte : key) {
        out.push_back(byte >> kNibbleBits);
        out.push_back(byte & 0x0FU);
    }
    return out;
}

/// Hex-prefix encoding, appendix C.
Bytes compact(BytesView nibbles, bool is_leaf) {
    const bool is_odd = nibbles.size() % 2 == 1;
    const unsigned flag = (is_leaf ? 2U : 0U) + (is_odd ? 1U : 0U);
    Bytes digits(is_odd ? 1 : 2);
    digits[0] = static_cast<std::uint8_t>(flag);
    std::ranges::copy(nibbles, std::back_inserter(digits));
    Bytes out;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        out.push_back(static_cast<std::uint8_t>(digits[i] << kNibbleBits | digits[i + 1]));
    }
    return out;
}

Bytes encode_node(Entries entries, std::size_t depth);

/// A node inside another: itself when it is short, else its hash.
void add_child(rlp::List& to, Entries entries, std::size_t depth) {
    const Bytes node = encode_node(entries, depth);
    if (node.size() < Hash32::kSizeBytes) {
        to.add_encoded(node);
    } else {
        to.add(crypto::keccak256(node).view());
    }
}

std::size_t shared_prefix(Entries entries, std::size_t depth) {
    const Bytes& first = entries.front().nibbles;
    std::size_t length = first.size();
    for (const Entry& entry : entries) {
        const auto end = std::ranges::mismatch(first, entry.nibbles).in1;
        length = std::min(length, static_cast<std::size_t>(end - first.begin()));
    }
    return length - depth;
}

Bytes encode_branch(Entries entries, std::size_t depth) {
    rlp::List node;
    Bytes own_value;
    if (entries.front().nibbles.size() == depth) {
        own_value = entries.front().value;
        entries = entries.subspan(1);
    }
    for (std::size_t nibble = 0; nibble < kBranches; ++nibble) {
        std::size_t count = 0;
        while (count < entries.size() && entries[count].nibbles[depth] == nibble) {
            ++count;
        }
        if (count == 0) {
            node.add({});
        } else {
            add_child(node, entries.first(count), depth + 1);
        }
        entries = entries.subspan(count);
    }
    node.add(own_value);
    return node.encode();
}

Bytes encode_node(Entries entries, std::size_t depth) {
    const BytesView path = BytesView(entries.front().nibbles).subspan(depth);
    rlp::List node;
    if (entries.size() == 1) {
        return node.add(compact(path, true)).add(entries.front().value).encode();
    }
    const std::size_t shared = shared_prefix(entries, depth);
    if (shared == 0) {
        return encode_branch(entries, depth);
    }
    node.add(compact(path.first(shared), false));
    add_child(node, entries, depth + shared);
    return node.encode();
}

}  // namespace

Hash32 trie_root(const std::vector<Bytes>& values) {
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < values.size(); ++i) {
        entries.push_back({nibbles_of(rlp::encode_integer(i)), values[i]});
    }
    std::ranges::sort(entries, {}, &Entry::nibbles);
    return crypto::keccak256(entries.empty() ? rlp::encode({}) : encode_node(entries, 0));
}

}  // namespace mednexus::testing::internal
