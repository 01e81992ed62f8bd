#include "mednexus/crypto/secp256k1.hpp"

#include <algorithm>
#include <cctype>
#include <memory>

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::crypto {

namespace {

constexpr std::size_t kScalarBytes = 32;
constexpr std::size_t kPublicKeyBytes = 65;  // 0x04 ‖ x ‖ y
constexpr std::uint8_t kVBase = 27;

struct Destroy {
    void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};

using Context = std::unique_ptr<secp256k1_context, Destroy>;

/// For what no secret passes through.
const secp256k1_context* public_context() {
    static const secp256k1_context* const kContext = [] {
        secp256k1_selftest();  // as its header advises before the static context
        return secp256k1_context_static;
    }();
    return kContext;
}

Secret<32> blinding_seed(const Secret<32>& key, BytesView message) {
    constexpr std::string_view kLabel = "mednexus/secp256k1-blinding/v1";
    Sha256 hash;
    hash.update(bytes_of(kLabel));
    hash.update(key.reveal());
    hash.update(message);
    Hash32 digest = hash.finish();
    Secret<32> out;
    std::copy(digest.array().begin(), digest.array().end(), out.mutable_reveal().begin());
    wipe(digest.mutable_array());
    return out;
}

Context blinded_context(const Secret<32>& key, BytesView message) {
    Context context(secp256k1_context_create(SECP256K1_CONTEXT_NONE));
    MN_CHECK(context != nullptr);
    const Secret<32> seed = blinding_seed(key, message);
    const int status = secp256k1_context_randomize(context.get(), seed.reveal().data());
    MN_CHECK(status == 1);
    return context;
}

EvmAddress address_of(const secp256k1_pubkey& point) {
    std::array<std::uint8_t, kPublicKeyBytes> raw{};
    std::size_t size = raw.size();
    secp256k1_ec_pubkey_serialize(
        public_context(), raw.data(), &size, &point, SECP256K1_EC_UNCOMPRESSED);
    MN_CHECK(size == raw.size());
    const Hash32 digest = keccak256(BytesView(raw).subspan(1));
    EvmAddress out;
    std::copy_n(digest.array().end() - EvmAddress::kSizeBytes,
                EvmAddress::kSizeBytes,
                out.mutable_array().begin());
    return out;
}

std::array<std::uint8_t, 2 * kScalarBytes> compact_of(const RecoverableSignature& signature) {
    std::array<std::uint8_t, 2 * kScalarBytes> out{};
    std::copy_n(signature.r.array().begin(), kScalarBytes, out.begin());
    std::copy_n(signature.s.array().begin(), kScalarBytes, out.begin() + kScalarBytes);
    return out;
}

RecoverableSignature split(BytesView compact, std::uint8_t parity) {
    RecoverableSignature out;
    std::copy_n(compact.begin(), kScalarBytes, out.r.mutable_array().begin());
    std::copy_n(compact.begin() + kScalarBytes, kScalarBytes, out.s.mutable_array().begin());
    out.parity = parity;
    return out;
}

bool has_high_s(const secp256k1_ecdsa_recoverable_signature& signature) {
    secp256k1_ecdsa_signature plain{};
    secp256k1_ecdsa_recoverable_signature_convert(public_context(), &plain, &signature);
    return secp256k1_ecdsa_signature_normalize(public_context(), nullptr, &plain) == 1;
}

bool is_digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

std::array<std::uint8_t, kRsvSizeBytes> to_rsv(const RecoverableSignature& signature) {
    MN_CHECK(signature.parity <= 1);
    std::array<std::uint8_t, kRsvSizeBytes> out{};
    const auto compact = compact_of(signature);
    std::copy(compact.begin(), compact.end(), out.begin());
    out.back() = static_cast<std::uint8_t>(kVBase + signature.parity);
    return out;
}

Result<RecoverableSignature> parse_rsv(BytesView raw) {
    if (raw.size() != kRsvSizeBytes) {
        return fail(Kind::invalid,
                    "secp256k1: a signature of " + std::to_string(raw.size()) + " bytes");
    }
    const std::uint8_t v = raw.back();
    if (v != kVBase && v != kVBase + 1) {
        return fail(Kind::invalid, "secp256k1: v is neither 27 nor 28");
    }
    return split(raw, static_cast<std::uint8_t>(v - kVBase));
}

bool is_valid_scalar(const Secret<32>& key) {
    return secp256k1_ec_seckey_verify(public_context(), key.reveal().data()) == 1;
}

Secret<32> make_secp256k1_key(Random& random) {
    Secret<32> key;
    do {  // one in 2^128 numbers is none
        random.fill(key.mutable_reveal());
    } while (!is_valid_scalar(key));
    return key;
}

Result<EvmAddress> evm_address_of(const Secret<32>& key) {
    const Context context = blinded_context(key, {});
    secp256k1_pubkey point{};
    if (secp256k1_ec_pubkey_create(context.get(), &point, key.reveal().data()) != 1) {
        return fail(Kind::invalid, "secp256k1: the key is no valid scalar");
    }
    return address_of(point);
}

Result<RecoverableSignature> sign_recoverable(const Secret<32>& key, const Hash32& digest) {
    const Context context = blinded_context(key, digest.view());
    secp256k1_ecdsa_recoverable_signature raw{};
    const int status = secp256k1_ecdsa_sign_recoverable(context.get(),
                                                        &raw,
                                                        digest.array().data(),
                                                        key.reveal().data(),
                                                        secp256k1_nonce_function_rfc6979,
                                                        nullptr);
    if (status != 1) {
        return fail(Kind::invalid, "secp256k1.sign: the key is no valid scalar");
    }
    std::array<std::uint8_t, 2 * kScalarBytes> compact{};
    int recovery_id = 0;
    secp256k1_ecdsa_recoverable_signature_serialize_compact(
        context.get(), compact.data(), &recovery_id, &raw);
    if (recovery_id > 1) {
        return fail(Kind::internal, "secp256k1.sign: r above the group's order");
    }
    return split(compact, static_cast<std::uint8_t>(recovery_id));
}

Result<EvmAddress> recover_signer(const Hash32& digest, const RecoverableSignature& signature) {
    if (signature.parity > 1) {
        return fail(Kind::invalid, "secp256k1.recover: parity over 1");
    }
    const auto compact = compact_of(signature);
    secp256k1_ecdsa_recoverable_signature raw{};
    if (secp256k1_ecdsa_recoverable_signature_parse_compact(
            public_context(), &raw, compact.data(), signature.parity) != 1) {
        return fail(Kind::invalid, "secp256k1.recover: r or s not below the group's order");
    }
    if (has_high_s(raw)) {
        return fail(Kind::invalid, "secp256k1.recover: high s");
    }
    secp256k1_pubkey point{};
    if (secp256k1_ecdsa_recover(public_context(), &point, &raw, digest.array().data()) != 1) {
        return fail(Kind::invalid, "secp256k1.recover: nobody's signature");
    }
    return address_of(point);
}

std::string to_checksum_address(const EvmAddress& address) {
    std::string digits = codec::to_hex(address.view());
    const Hash32 digest = keccak256(bytes_of(digits));
    for (std::size_t i = 0; i < digits.size(); ++i) {
        const std::uint8_t byte = digest.array()[i / 2];
        const unsigned nibble = i % 2 == 0 ? byte >> 4U : byte & 0x0FU;
        if (nibble >= 8 && !is_digit(digits[i])) {
            digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
        }
    }
    return "0x" + digits;
}

Result<EvmAddress> parse_evm_address(std::string_view text) {
    if (!text.starts_with("0x")) {
        return fail(Kind::invalid, "address: does not begin with 0x");
    }
    MN_TRY(const EvmAddress address, codec::parse_hex_as<EvmAddress>(text));
    const auto has = [&](int (*is_kind)(int)) {
        return std::any_of(text.begin() + 2, text.end(), [&](char c) {
            return is_kind(static_cast<unsigned char>(c)) != 0;
        });
    };
    const bool is_mixed = has(std::isupper) && has(std::islower);
    if (is_mixed && to_checksum_address(address) != text) {
        return fail(Kind::invalid, "address: the case of its digits is not its checksum");
    }
    return address;
}

}  // namespace mednexus::crypto
