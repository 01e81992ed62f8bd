#pragma once
/// What the tests of this folder share.
#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/crypto/signed_note.hpp"
#include "mednexus/ledger/log.hpp"

namespace mednexus::ledger::internal {

inline constexpr std::string_view kTestOrigin = "north.example/log";

/// The key whose seed is SHA-256 of `label`.
inline crypto::NoteSigner test_signer(std::string name, std::string_view label = "seed") {
    const Hash32 seed = crypto::sha256(bytes_of(label));
    return {.name = std::move(name), .seed = *crypto::Ed25519Seed::from(seed.view())};
}

inline Bytes test_entry(std::uint64_t index) {
    return to_bytes("entry " + std::to_string(index));
}

inline std::vector<Hash32> test_leaves(std::uint64_t count) {
    std::vector<Hash32> leaves;
    for (std::uint64_t i = 0; i < count; ++i) {
        leaves.push_back(kRfc6962.leaf(test_entry(i)));
    }
    return leaves;
}

inline std::unique_ptr<Log> open_test_log(Disk& disk, LogOptions options = {}) {
    auto log = Log::open(disk, test_signer(std::string(kTestOrigin)), std::move(options));
    EXPECT_TRUE(log) << log.error().what;
    return log ? *std::move(log) : nullptr;
}

/// Appends entries size() … count-1.
inline void fill(Log& log, std::uint64_t count) {
    while (log.size() < count) {
        const auto appended = log.append(test_entry(log.size()));
        ASSERT_TRUE(appended) << appended.error().what;
        ASSERT_FALSE(appended->existed);
    }
}

template <typename T>
void expect_kind(const Result<T>& result, Kind kind) {
    ASSERT_FALSE(result);
    EXPECT_EQ(name_of(result.error().kind), name_of(kind)) << result.error().what;
}

/// Expects a refusal whose text holds `rule`.
template <typename T>
void expect_refused(const Result<T>& result, Kind kind, std::string_view rule) {
    expect_kind(result, kind);
    if (!result) {
        EXPECT_THAT(result.error().what, ::testing::HasSubstr(std::string(rule)));
    }
}

}  // namespace mednexus::ledger::internal
