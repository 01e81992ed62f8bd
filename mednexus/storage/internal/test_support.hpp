#pragma once
/// Set-up that the tests of this module share.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/storage/crypt4gh.hpp"

namespace mednexus::storage::internal {

/// Somebody with a key pair.
struct Person {
    crypto::X25519SecretKey secret;
    crypto::X25519PublicKey public_key;

    explicit Person(Random& random)
        : secret(crypto::make_x25519_secret(random)),
          public_key(crypto::x25519_public_of(secret)) {}
};

template <typename T>
void expect_kind(const Result<T>& result, Kind kind) {
    ASSERT_FALSE(result);
    EXPECT_EQ(name_of(result.error().kind), name_of(kind)) << result.error().what;
}

inline bool is_same(BytesView a, BytesView b) {
    return std::ranges::equal(a, b);
}

inline Sealed seal_or_die(BytesView plain, Recipients recipients, Random& random) {
    auto sealed = seal(plain, recipients, random);
    EXPECT_TRUE(sealed) << sealed.error().what;
    return sealed ? *std::move(sealed) : Sealed{};
}

inline Bytes flipped(Bytes bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
    return bytes;
}

}  // namespace mednexus::storage::internal
