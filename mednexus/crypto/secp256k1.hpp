#pragma once
/// Accounts and signatures of EVM chains: ECDSA on secp256k1 with recovery. Vendor: libsecp256k1.
/// Threads: safe. Every use of a key runs in a context of its own that is blinded by a digest of
/// key and message: there is no shared state to lock, no randomness to ask for, and who does not
/// know the key does not know the blinding (ADR 0101).
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "mednexus/core/fixed.hpp"
#include "mednexus/core/ids.hpp"
#include "mednexus/core/random.hpp"
#include "mednexus/core/result.hpp"
#include "mednexus/core/secret.hpp"

namespace mednexus::crypto {

/// The last 20 bytes of the Keccak-256 of an uncompressed public key without its prefix.
using EvmAddress = Fixed<struct EvmAddressTag, 20>;

/// Big-endian r and s, and which of the two points with this r it was.
struct RecoverableSignature {
    Hash32 r;
    Hash32 s;
    std::uint8_t parity = 0;  ///< 0 or 1

    friend bool operator==(const RecoverableSignature&, const RecoverableSignature&) = default;
};

inline constexpr std::size_t kRsvSizeBytes = 65;

/// r ‖ s ‖ v with v = 27 + parity, as contracts take it. Needs: parity 0 or 1.
[[nodiscard]] std::array<std::uint8_t, kRsvSizeBytes> to_rsv(const RecoverableSignature& signature);
/// Errors: invalid: another length, v neither 27 nor 28. The numbers are judged by recover_signer.
[[nodiscard]] Result<RecoverableSignature> parse_rsv(BytesView raw);

/// Whether the big-endian number is in 1 … n-1, and so a private key.
[[nodiscard]] bool is_valid_scalar(const Secret<32>& key);

/// 32 random bytes that are a private key.
[[nodiscard]] Secret<32> make_secp256k1_key(Random& random);

/// Errors: invalid: not a valid scalar.
[[nodiscard]] Result<EvmAddress> evm_address_of(const Secret<32>& key);

/// Deterministic (RFC 6979 with SHA-256), low s (at most n/2).
///
/// Lengths  digest 32 bytes: of what, the caller knows
/// Errors   invalid: not a valid scalar; internal: an r that only a third value of parity could
///          name (happens once in 2^127)
/// Source   SEC 1 section 4.1; RFC 6979; EIP-2 for low s
[[nodiscard]] Result<RecoverableSignature> sign_recoverable(const Secret<32>& key,
                                                            const Hash32& digest);

/// Whose signature this is.
///
/// Errors   invalid: r or s zero or not below n, high s, parity over 1, no point with this r
/// Source   SEC 1 section 4.1.6; EIP-2
[[nodiscard]] Result<EvmAddress> recover_signer(const Hash32& digest,
                                                const RecoverableSignature& signature);

/// "0x" and 40 digits whose case is a checksum. Source: EIP-55
[[nodiscard]] std::string to_checksum_address(const EvmAddress& address);

/// "0x" and 40 digits. Errors: invalid: another form; digits of both cases that are not those of
/// to_checksum_address.
[[nodiscard]] Result<EvmAddress> parse_evm_address(std::string_view text);

}  // namespace mednexus::crypto
