#include "mednexus/ledger/range.hpp"

#include <bit>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/ledger/tiles.hpp"

namespace mednexus::ledger {

namespace {

/// The complete subtrees of a growing tree, largest first: those of the one bits of its size.
class Peaks {
public:
    Peaks(std::vector<Hash32> hashes, std::uint64_t size)
        : hashes_(std::move(hashes)), size_(size) {
        MN_CHECK(hashes_.size() == static_cast<std::size_t>(std::popcount(size_)));
    }

    void push(Hash32 hash) {
        for (std::uint64_t rest = size_; (rest & 1U) != 0; rest >>= 1U) {
            hash = kRfc6962.node(hashes_.back(), hash);
            hashes_.pop_back();
        }
        hashes_.push_back(hash);
        ++size_;
    }

    [[nodiscard]] Hash32 root() const {
        if (hashes_.empty()) {
            return empty_root();
        }
        Hash32 out = hashes_.back();
        for (std::size_t i = hashes_.size() - 1; i-- > 0;) {
            out = kRfc6962.node(hashes_[i], out);
        }
        return out;
    }

private:
    std::vector<Hash32> hashes_;
    std::uint64_t size_;
};

Failure refuse(const std::string& rule) {
    return fail(Kind::invalid, "ledger.range: " + rule);
}

}  // namespace

Bytes write_range(const LogRange& range) {
    Bytes out{static_cast<std::uint8_t>(range.before.size())};
    for (const Hash32& hash : range.before) {
        append(out, hash.view());
    }
    for (const Bytes& entry : range.entries) {
        append_to_bundle(out, entry);
    }
    return out;
}

Result<LogRange> parse_range(BytesView raw, std::uint64_t from, std::uint64_t to) {
    if (raw.size() > kRangeSizeBytesMax) {
        return refuse("more than 4 MiB");
    }
    if (from >= to || to - from > kRangeEntriesMax) {
        return refuse("not 1 to 65536 entries");
    }
    codec::Cursor cursor(raw);
    MN_TRY(const std::uint8_t count, cursor.u8());
    if (count != std::popcount(from)) {
        return refuse("another count of subtrees than " + std::to_string(from) + " leaves have");
    }
    LogRange out{.from = from, .before = {}, .entries = {}};
    for (unsigned i = 0; i < count; ++i) {
        MN_TRY(const BytesView hash, cursor.take(Hash32::kSizeBytes));
        out.before.push_back(*Hash32::from(hash));
    }
    MN_TRY(const BytesView bundle, cursor.take(cursor.remaining()));
    MN_TRY(out.entries, parse_bundle(bundle, static_cast<std::uint32_t>(to - from)));
    return out;
}

RangeRoots roots_of(const LogRange& range) {
    Peaks peaks(range.before, range.from);
    RangeRoots out;
    out.before = peaks.root();
    for (const Bytes& entry : range.entries) {
        peaks.push(kRfc6962.leaf(entry));
    }
    out.root = peaks.root();
    return out;
}

}  // namespace mednexus::ledger
