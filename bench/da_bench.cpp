// What cutting a batch into shards, hashing them and putting it together again cost beside what
// nobody can do without: ISA-L alone on the same rows, and a copy of the bytes, in the same run.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <vector>

#include <fmt/core.h>
#include <isa-l/erasure_code.h>

#include "bench/report.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/da/retrieve.hpp"

namespace {

using mednexus::Bytes;
using mednexus::BytesView;
using mednexus::Result;
using mednexus::bench::keep;
using mednexus::bench::must;
using mednexus::bench::seconds_now;
namespace crypto = mednexus::crypto;
namespace da = mednexus::da;

constexpr std::size_t kBlobBytes = 4U << 20U;
constexpr int kRounds = 20;

double mib_per_second(const std::function<void()>& work) {
    return static_cast<double>(kBlobBytes) / (1U << 20U) /
           mednexus::bench::best_seconds(kRounds, work);
}

Bytes some_bytes() {
    Bytes out(kBlobBytes);
    std::uint32_t state = 1;
    for (std::uint8_t& byte : out) {
        state = state * 1'664'525U + 1'013'904'223U;
        byte = static_cast<std::uint8_t>(state >> 24U);
    }
    return out;
}

da::Roster roster_of(std::size_t count) {
    std::vector<crypto::NoteVerifier> holders(count);
    for (std::size_t i = 0; i < count; ++i) {
        holders[i].name = fmt::format("{:02}.example", i);
        holders[i].key.mutable_array()[0] = static_cast<std::uint8_t>(i);
    }
    return must(da::Roster::make(std::move(holders)));
}

/// The vendor's kernel alone: k rows in, one row out, nothing copied or hashed.
double raw_isal(const std::vector<Bytes>& shards, std::size_t k) {
    const std::size_t width = shards.front().size();
    Bytes matrix((k + 1) * k);
    Bytes tables(32 * k);
    gf_gen_cauchy1_matrix(matrix.data(), static_cast<int>(k) + 1, static_cast<int>(k));
    ec_init_tables(static_cast<int>(k), 1, matrix.data() + k * k, tables.data());
    std::vector<Bytes> rows(shards.begin(), shards.begin() + static_cast<std::ptrdiff_t>(k));
    Bytes parity(width);
    return mib_per_second([&] {
        std::vector<std::uint8_t*> from(k);
        for (std::size_t at = 0; at < width; at += 4096) {
            for (std::size_t i = 0; i < k; ++i) {
                from[i] = rows[i].data() + at;
            }
            std::uint8_t* to = parity.data() + at;
            ec_encode_data(static_cast<int>(std::min<std::size_t>(4096, width - at)),
                           static_cast<int>(k),
                           1,
                           tables.data(),
                           from.data(),
                           &to);
        }
        keep(parity);
    });
}

double raw_sha256(const std::vector<Bytes>& shards) {
    return mib_per_second([&] {
        for (const Bytes& shard : shards) {
            keep(crypto::sha256(shard));
        }
    });
}

void measure(std::size_t n, bool as_json) {
    const Bytes blob = some_bytes();
    const da::Roster roster = roster_of(n);
    const da::HeaderTerms terms{.batch = {"a.example/log", 0, 1, {}, {}}, .keep_until = {}};
    const da::Header header = must(da::make_header(terms, roster, blob));
    const std::vector<Bytes> shards = must(da::split(blob, header.code));
    const std::string of = fmt::format("({}, {}), blob of 4 MiB, one thread", n, n - 1);
    const double isal = raw_isal(shards, n - 1);
    const double hash = raw_sha256(shards);
    const auto print = [&](const char* name, double value, const char* floor, double floor_value) {
        mednexus::bench::print({.bench = name,
                                .value = value,
                                .unit = "MiB/s",
                                .floor_or_peer = floor,
                                .floor_or_peer_value = floor_value,
                                .parameters = of},
                               as_json);
    };
    print("da.split",
          mib_per_second([&] { keep(must(da::split(blob, header.code))); }),
          "ISA-L alone",
          isal);
    print("da.make_header",
          mib_per_second([&] { keep(must(da::make_header(terms, roster, blob))); }),
          "SHA-256 of the n shards alone",
          hash);
    std::vector<da::Shard> last;  // without the first: every one of these passes through the code
    for (std::uint32_t i = 1; i < n; ++i) {
        last.push_back({i, shards[i]});
    }
    print("da.join",
          mib_per_second([&] { keep(must(da::join(last, header.code))); }),
          "ISA-L alone",
          isal);
    print("da.rebuild",
          mib_per_second([&] { keep(must(da::rebuild(header, last))); }),
          "SHA-256 of the n shards alone",
          hash);
}

}  // namespace

int main(int argc, char** argv) {
    const bool as_json = mednexus::bench::wants_json(argc, argv);
    const Bytes blob = some_bytes();
    Bytes copy(blob.size());
    const double memory = mib_per_second([&] {
        std::memcpy(copy.data(), blob.data(), blob.size());
        keep(copy);
    });
    mednexus::bench::print({.bench = "da.copy",
                            .value = memory,
                            .unit = "MiB/s",
                            .floor_or_peer = "memcpy",
                            .floor_or_peer_value = memory,
                            .parameters = "4 MiB"},
                           as_json);
    for (const std::size_t n : {std::size_t{3}, std::size_t{5}}) {
        measure(n, as_json);
    }
    return 0;
}
