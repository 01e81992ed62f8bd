#pragma once
/// Hashes and what is built on them. Vendors: OpenSSL 3 (SHA-256, HMAC, HKDF), Crypto++ (Keccak-256
/// only), libsodium (BLAKE2b-512).
#include <memory>
#include <string_view>

#include "mednexus/core/bytes.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::crypto {

/// SHA-256, FIPS 180-4.
[[nodiscard]] Hash32 sha256(BytesView data);

/// Keccak-256 with the original padding, as Ethereum and 0G use it; not SHA3-256.
[[nodiscard]] Hash32 keccak256(BytesView data);

/// BLAKE2b, 64 bytes, no key (RFC 7693).
[[nodiscard]] Secret<64> blake2b_512(BytesView data);

/// SHA-256 of data that arrives in pieces. finish() may be called once.
class Sha256 {
public:
    Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    Sha256(Sha256&& other) noexcept;
    Sha256& operator=(Sha256&& other) noexcept;
    ~Sha256();
    void update(BytesView data);
    [[nodiscard]] Hash32 finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Leaf and node hash of RFC 6962: SHA-256(0x00 ‖ data), SHA-256(0x01 ‖ left ‖ right).
[[nodiscard]] Hash32 rfc6962_leaf(BytesView data);
[[nodiscard]] Hash32 rfc6962_node(const Hash32& left, const Hash32& right);

/// Leaf and node hash of 0G Storage: Keccak-256(data), Keccak-256(left ‖ right).
[[nodiscard]] Hash32 zero_g_leaf(BytesView data);
[[nodiscard]] Hash32 zero_g_node(const Hash32& left, const Hash32& right);

/// HMAC-SHA-256, RFC 2104. Lengths: any key, any data.
[[nodiscard]] Hash32 hmac_sha256(BytesView key, BytesView data);

/// HKDF with SHA-256, RFC 5869. Lengths: out 1..8160 bytes. Errors: invalid for other lengths.
[[nodiscard]] Result<SecretBytes> hkdf_sha256(BytesView key,
                                              BytesView salt,
                                              BytesView info,
                                              std::size_t out_bytes);

/// HKDF for the common case of one 32-byte key named by an ASCII label, empty salt.
[[nodiscard]] Secret<32> derive_key(const Secret<32>& key, std::string_view label);

struct Argon2idCost {
    std::uint32_t memory_kib = 65536;  ///< 8 .. 4194304
    std::uint32_t passes = 3;          ///< 1 .. 64
};

/// Argon2id (RFC 9106), one lane, 32 bytes out. Lengths: salt 16 bytes (libsodium's). Errors:
/// invalid for a cost outside its bounds or another salt length; busy when memory is short.
[[nodiscard]] Result<Secret<32>> argon2id(const SecretBytes& passphrase,
                                          BytesView salt,
                                          Argon2idCost cost);

/// True when both have the same length and bytes; time depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(BytesView a, BytesView b) noexcept;

}  // namespace mednexus::crypto
