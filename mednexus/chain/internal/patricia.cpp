#include "mednexus/chain/internal/patricia.hpp"

#include <algorithm>
#include <optional>

#include "mednexus/codec/rlp.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain::internal {

namespace {

constexpr std::size_t kBranches = 16;
constexpr std::size_t kBranchItems = kBranches + 1;
constexpr std::size_t kPathItems = 2;  // of a leaf and of an extension
constexpr std::uint8_t kOddFlag = 1;
constexpr std::uint8_t kLeafFlag = 2;

using Nibbles = Bytes;  // one nibble a byte
using NibblesView = BytesView;

Nibbles nibbles_of(BytesView key) {
    Nibbles out;
    for (const std::uint8_t byte : key) {
        out.push_back(byte >> 4U);
        out.push_back(byte & 0x0FU);
    }
    return out;
}

/// Hex-prefix encoding: flags, then the nibbles two by two.
Bytes packed(NibblesView path, bool is_leaf) {
    const bool is_odd = path.size() % 2 == 1;
    const unsigned flags = (is_leaf ? kLeafFlag : 0U) | (is_odd ? kOddFlag : 0U);
    Bytes out{static_cast<std::uint8_t>((flags << 4U) | (is_odd ? path[0] : 0U))};
    for (std::size_t i = is_odd ? 1 : 0; i < path.size(); i += 2) {
        out.push_back(static_cast<std::uint8_t>((path[i] << 4U) | path[i + 1]));
    }
    return out;
}

struct Packed {
    Nibbles path;
    bool is_leaf = false;
};

Failure refuse_node(const char* what) {
    return fail(Kind::invalid, std::string("trie: ") + what);
}

Result<Packed> unpacked(BytesView raw) {
    if (raw.empty() || raw[0] >> 4U > (kLeafFlag | kOddFlag)) {
        return refuse_node("a path without flags");
    }
    const std::uint8_t flags = raw[0] >> 4U;
    const bool is_odd = (flags & kOddFlag) != 0;
    if (!is_odd && (raw[0] & 0x0FU) != 0) {
        return refuse_node("a path whose padding is not zero");
    }
    Nibbles path = nibbles_of(raw);
    path.erase(path.begin(), path.begin() + (is_odd ? 1 : 2));
    return Packed{.path = std::move(path), .is_leaf = (flags & kLeafFlag) != 0};
}

bool starts_with(NibblesView path, NibblesView front) {
    return path.size() >= front.size() && std::equal(front.begin(), front.end(), path.begin());
}

// --- making ---

struct Entry {
    Nibbles path;
    Bytes value;
};

using Entries = std::span<const Entry>;

/// Encodes the nodes over sorted entries, and on the way keeps those that lead to one path.
class Maker {
public:
    explicit Maker(std::optional<Nibbles> wanted) : wanted_(std::move(wanted)) {}

    Bytes root(Entries entries) {
        if (entries.empty()) {
            return rlp::encode({});
        }
        Bytes out = node(entries, 0);
        keep(out, entries, 0);
        return out;
    }

    /// From the root down. Children are done before their parents, hence the turn.
    std::vector<Bytes> kept() && {
        std::reverse(kept_.begin(), kept_.end());
        return std::move(kept_);
    }

private:
    /// The node over entries that share their first `depth` nibbles.
    Bytes node(Entries entries, std::size_t depth) {
        const Nibbles& first = entries.front().path;
        if (entries.size() == 1) {
            return rlp::List()
                .add(packed(NibblesView(first).subspan(depth), true))
                .add(entries.front().value)
                .encode();
        }
        // Sorted: what the first and the last share, all share.
        const Nibbles& last = entries.back().path;
        const auto parted = std::mismatch(first.begin() + static_cast<std::ptrdiff_t>(depth),
                                          first.end(),
                                          last.begin() + static_cast<std::ptrdiff_t>(depth),
                                          last.end());
        const auto shared = static_cast<std::size_t>(parted.first - first.begin());
        if (shared == depth) {
            return branch(entries, depth);
        }
        const NibblesView path = NibblesView(first).subspan(depth, shared - depth);
        return rlp::List()
            .add(packed(path, false))
            .add_encoded(reference(branch(entries, shared), entries, shared))
            .encode();
    }

    Bytes branch(Entries entries, std::size_t depth) {
        rlp::List list;
        Bytes value;
        if (entries.front().path.size() == depth) {
            value = entries.front().value;
            entries = entries.subspan(1);
        }
        for (std::size_t nibble = 0; nibble < kBranches; ++nibble) {
            const auto end = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
                return entry.path[depth] != nibble;
            });
            const Entries child = entries.first(static_cast<std::size_t>(end - entries.begin()));
            entries = entries.subspan(child.size());
            if (child.empty()) {
                list.add({});
            } else {
                list.add_encoded(reference(node(child, depth + 1), child, depth + 1));
            }
        }
        return list.add(value).encode();
    }

    /// How a parent names a node: by its hash, or by itself when that is shorter.
    Bytes reference(const Bytes& encoded, Entries entries, std::size_t depth) {
        if (encoded.size() < Hash32::kSizeBytes) {
            return encoded;
        }
        keep(encoded, entries, depth);
        return rlp::encode(crypto::keccak256(encoded).view());
    }

    void keep(const Bytes& encoded, Entries entries, std::size_t depth) {
        if (!wanted_) {
            return;
        }
        const NibblesView above = NibblesView(entries.front().path).first(depth);
        if (starts_with(*wanted_, above)) {
            kept_.push_back(encoded);
        }
    }

    std::optional<Nibbles> wanted_;
    std::vector<Bytes> kept_;
};

std::vector<Entry> sorted(std::vector<TriePair> pairs) {
    std::vector<Entry> out;
    out.reserve(pairs.size());
    for (TriePair& pair : pairs) {
        MN_CHECK(pair.key.size() <= kKeySizeBytesMax && !pair.value.empty());
        out.push_back({.path = nibbles_of(pair.key), .value = std::move(pair.value)});
    }
    std::sort(
        out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.path < b.path; });
    const auto twice = std::adjacent_find(
        out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.path == b.path; });
    MN_CHECK(twice == out.end());
    return out;
}

// --- reading ---

Failure mismatch(const char* what) {
    return fail(Kind::corrupt, std::string("trie: ") + what);
}

/// What a walk finds below one node: the value, or the item that names the next node.
struct Step {
    std::optional<BytesView> value;
    const rlp::Item* next = nullptr;
    NibblesView rest;
};

Result<Step> step_branch(const rlp::Item& node, NibblesView path) {
    const rlp::Item& item = node.items[path.empty() ? kBranches : path[0]];
    if (path.empty()) {
        MN_TRY(const BytesView value, rlp::to_string(item));
        if (value.empty()) {
            return mismatch("the key is absent");
        }
        return Step{.value = value, .next = nullptr, .rest = {}};
    }
    return Step{.value = std::nullopt, .next = &item, .rest = path.subspan(1)};
}

Result<Step> step_path(const rlp::Item& node, NibblesView path) {
    MN_TRY(const BytesView raw, rlp::to_string(node.items[0]));
    MN_TRY(const Packed packed, unpacked(raw));
    if (packed.is_leaf) {
        MN_TRY(const BytesView value, rlp::to_string(node.items[1]));
        if (!std::equal(path.begin(), path.end(), packed.path.begin(), packed.path.end())) {
            return mismatch("the key is absent");
        }
        return Step{.value = value, .next = nullptr, .rest = {}};
    }
    if (packed.path.empty()) {
        return refuse_node("an extension by nothing");
    }
    if (!starts_with(path, packed.path)) {
        return mismatch("the key is absent");
    }
    return Step{
        .value = std::nullopt, .next = &node.items[1], .rest = path.subspan(packed.path.size())};
}

Result<Step> step(const rlp::Item& node, NibblesView path) {
    if (node.is_list && node.items.size() == kBranchItems) {
        return step_branch(node, path);
    }
    if (node.is_list && node.items.size() == kPathItems) {
        return step_path(node, path);
    }
    return refuse_node("a node of neither 2 nor 17 items");
}

/// Follows the path through one node and those that stand inside it.
Result<Step> walk(const rlp::Item& root, NibblesView path) {
    const rlp::Item* node = &root;
    for (;;) {
        MN_TRY(const Step found, step(*node, path));
        if (found.value || !found.next->is_list) {
            return found;
        }
        if (found.next->encoded.size() >= Hash32::kSizeBytes) {
            return refuse_node("a node of 32 bytes or more inside another");
        }
        node = found.next;
        path = found.rest;
    }
}

}  // namespace

Hash32 trie_root(std::vector<TriePair> pairs) {
    return crypto::keccak256(Maker(std::nullopt).root(sorted(std::move(pairs))));
}

std::vector<Bytes> trie_proof(std::vector<TriePair> pairs, BytesView key) {
    const std::vector<Entry> entries = sorted(std::move(pairs));
    Maker maker(nibbles_of(key));
    maker.root(entries);
    return std::move(maker).kept();
}

Result<BytesView> trie_value(std::span<const Bytes> nodes,
                             BytesView key,
                             const Hash32& root,
                             std::size_t node_size_bytes_max) {
    const Nibbles path = nibbles_of(key);
    NibblesView rest = path;
    Hash32 expected = root;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (crypto::keccak256(nodes[i]) != expected) {
            return mismatch("not the node that is named above it");
        }
        MN_TRY(const rlp::Item node,
               rlp::parse(nodes[i], {.size_bytes_max = node_size_bytes_max, .items_max = 1024}));
        MN_TRY(const Step found, walk(node, rest));
        if (found.value) {
            if (i + 1 != nodes.size()) {
                return mismatch("nodes after the value");
            }
            return *found.value;
        }
        MN_TRY(const BytesView name, rlp::to_string(*found.next));
        if (name.empty()) {
            return mismatch("the key is absent");
        }
        MN_TRY(expected, Hash32::from(name));
        rest = found.rest;
    }
    return mismatch("nodes are missing");
}

}  // namespace mednexus::chain::internal
