#include "mednexus/da/code.hpp"

#include <algorithm>
#include <array>

#include <isa-l/erasure_code.h>

#include "mednexus/codec/cursor.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/merkle/merkle.hpp"

namespace mednexus::da {

namespace {

constexpr std::uint64_t kWidthStep = 64;
constexpr std::uint64_t kWideStep = 4096;
constexpr std::uint64_t kWideFrom = 256ULL << 10U;
constexpr std::size_t kLengthSizeBytes = 8;
constexpr std::size_t kStripeSizeBytes = 4096;  // k rows of it stay in the first-level cache
constexpr std::size_t kTableSizeBytes = 32;     // of one coefficient, ISA-L ec_init_tables
constexpr merkle::Hasher kHasher{&crypto::rfc6962_leaf, &crypto::rfc6962_node};

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t step) {
    return (value + step - 1) / step * step;
}

/// ISA-L takes its sources as pointers to non-const, and only reads them.
std::uint8_t* source_of(BytesView bytes, std::size_t offset) {
    return const_cast<std::uint8_t*>(  // NOLINT(cppcoreguidelines-pro-type-const-cast)
        bytes.subspan(offset).data());
}

/// Coefficients of linear combinations of `columns` rows each, ready for ISA-L.
class Combination {
public:
    Combination(Bytes coefficients, std::uint32_t columns)
        : columns_(columns),
          rows_(static_cast<std::uint32_t>(coefficients.size() / columns)),
          tables_(coefficients.size() * kTableSizeBytes) {
        ec_init_tables(static_cast<int>(columns_),
                       static_cast<int>(rows_),
                       coefficients.data(),
                       tables_.data());
    }

    /// Shape    sources: columns of `width` bytes; targets: one for each row, of the same width
    void apply(std::span<const BytesView> sources,
               std::span<Bytes* const> targets,
               std::size_t width) {
        MN_CHECK(sources.size() == columns_ && targets.size() == rows_);
        std::vector<std::uint8_t*> from(columns_);
        std::vector<std::uint8_t*> to(rows_);
        for (std::size_t at = 0; at < width; at += kStripeSizeBytes) {
            for (std::size_t i = 0; i < from.size(); ++i) {
                from[i] = source_of(sources[i], at);
            }
            for (std::size_t i = 0; i < to.size(); ++i) {
                to[i] = targets[i]->data() + at;
            }
            ec_encode_data(static_cast<int>(std::min(kStripeSizeBytes, width - at)),
                           static_cast<int>(columns_),
                           static_cast<int>(rows_),
                           tables_.data(),
                           from.data(),
                           to.data());
        }
    }

private:
    std::uint32_t columns_;
    std::uint32_t rows_;
    Bytes tables_;
};

/// n rows of k coefficients: identity over a Cauchy block.
Bytes generator_of(Code code) {
    Bytes matrix(std::size_t{code.n} * code.k);
    gf_gen_cauchy1_matrix(matrix.data(), static_cast<int>(code.n), static_cast<int>(code.k));
    return matrix;
}

/// The length and the blob, laid over the first k shards; the rest of them is zero.
void lay_out(BytesView blob, std::span<Bytes> rows) {
    Bytes framed_length;
    codec::append_be(framed_length, std::uint64_t{blob.size()});
    std::copy(framed_length.begin(), framed_length.end(), rows.front().begin());
    std::size_t at = kLengthSizeBytes;
    for (Bytes& row : rows) {
        const std::size_t count = std::min(blob.size(), row.size() - at);
        std::copy_n(blob.begin(), count, row.begin() + static_cast<std::ptrdiff_t>(at));
        blob = blob.subspan(count);
        at = 0;
    }
    MN_CHECK(blob.empty());
}

/// The first k shards, after their indexes and lengths were looked at.
Result<std::span<const Shard>> first_of(std::span<const Shard> shards, Code code) {
    if (!code.is_valid()) {
        return fail(Kind::invalid, "da.join: a code that is none");
    }
    if (shards.size() < code.k) {
        return fail(Kind::invalid, "da.join: fewer than " + std::to_string(code.k) + " shards");
    }
    const auto chosen = shards.first(code.k);
    std::array<bool, kShardsMax> is_seen{};
    const std::size_t width = chosen.front().content.size();
    for (const Shard& shard : chosen) {
        if (shard.index >= code.n || std::exchange(is_seen.at(shard.index), true)) {
            return fail(Kind::invalid, "da.join: shard " + std::to_string(shard.index) + " twice");
        }
        if (shard.content.size() != width || width == 0 || width % kWidthStep != 0 ||
            width > width_of(kBlobSizeBytesMax, code.k)) {
            return fail(Kind::invalid, "da.join: lengths of shards that no blob has");
        }
    }
    return chosen;
}

/// Fills in the rows that were not among the shards.
void solve(std::span<const Shard> shards, Code code, std::vector<Bytes>& rows) {
    const std::size_t k = code.k;
    const Bytes generator = generator_of(code);
    Bytes chosen;
    std::vector<BytesView> sources;
    for (const Shard& shard : shards) {
        append(chosen, BytesView(generator).subspan(shard.index * k, k));
        sources.emplace_back(shard.content);
    }
    Bytes inverse(k * k);
    MN_CHECK(gf_invert_matrix(chosen.data(), inverse.data(), static_cast<int>(k)) == 0);
    Bytes coefficients;
    std::vector<Bytes*> targets;
    for (std::size_t row = 0; row < k; ++row) {
        if (rows[row].empty()) {
            append(coefficients, BytesView(inverse).subspan(row * k, k));
            rows[row].resize(shards.front().content.size());
            targets.push_back(&rows[row]);
        }
    }
    if (!targets.empty()) {
        Combination(std::move(coefficients), code.k)
            .apply(sources, targets, shards.front().content.size());
    }
}

Result<Bytes> unframed(std::vector<Bytes> rows) {
    Bytes all;
    all.reserve(rows.size() * rows.front().size());
    for (const Bytes& row : rows) {
        append(all, row);
    }
    codec::Cursor cursor(all);
    MN_TRY(const std::uint64_t length, cursor.u64_be());
    const auto k = static_cast<std::uint32_t>(rows.size());
    if (length == 0 || length > kBlobSizeBytesMax || width_of(length, k) != rows.front().size()) {
        return fail(Kind::corrupt, "da.join: a length that is not that of a blob");
    }
    const auto begin = all.begin() + kLengthSizeBytes;
    const auto end = begin + static_cast<std::ptrdiff_t>(length);
    if (std::any_of(end, all.end(), [](std::uint8_t byte) { return byte != 0; })) {
        return fail(Kind::corrupt, "da.join: bytes behind the end of the blob");
    }
    return Bytes(begin, end);
}

}  // namespace

std::uint64_t width_of(std::uint64_t length, std::uint32_t k) noexcept {
    const std::uint64_t width = round_up((kLengthSizeBytes + length + k - 1) / k, kWidthStep);
    return width > kWideFrom ? round_up(width, kWideStep) : width;
}

Result<std::vector<Bytes>> split(BytesView blob, Code code) {
    if (!code.is_valid()) {
        return fail(Kind::invalid, "da.split: a code that is none");
    }
    if (blob.empty() || blob.size() > kBlobSizeBytesMax) {
        return fail(Kind::invalid, "da.split: a blob has 1 byte to 32 MiB");
    }
    const auto width = static_cast<std::size_t>(width_of(blob.size(), code.k));
    std::vector<Bytes> shards(code.n, Bytes(width));
    const auto rows = std::span(shards).first(code.k);
    lay_out(blob, rows);
    const std::vector<BytesView> sources(rows.begin(), rows.end());
    std::vector<Bytes*> targets;
    for (Bytes& parity : std::span(shards).subspan(code.k)) {
        targets.push_back(&parity);
    }
    const Bytes generator = generator_of(code);
    Combination(to_bytes(BytesView(generator).subspan(std::size_t{code.k} * code.k)), code.k)
        .apply(sources, targets, width);
    return shards;
}

Result<Bytes> join(std::span<const Shard> shards, Code code) {
    MN_TRY(const std::span<const Shard> chosen, first_of(shards, code));
    std::vector<Bytes> rows(code.k);
    for (const Shard& shard : chosen) {
        if (shard.index < code.k) {
            rows[shard.index] = shard.content;
        }
    }
    solve(chosen, code, rows);
    return unframed(std::move(rows));
}

Hash32 shard_hash(BytesView shard) {
    MN_CHECK(!shard.empty());
    std::vector<Hash32> leaves;
    leaves.reserve(shard.size() / kShardLeafSizeBytes + 1);
    while (!shard.empty()) {
        const std::size_t count = std::min(shard.size(), kShardLeafSizeBytes);
        leaves.push_back(kHasher.leaf(shard.first(count)));
        shard = shard.subspan(count);
    }
    return merkle::root_of(kHasher, leaves);
}

}  // namespace mednexus::da
