#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/eip712.hpp"
#include "mednexus/chain/internal/signatures.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {

namespace {

using internal::hash_of;

constexpr std::string_view kHandleDomain = "mednexus/consent-handle/v1";
constexpr std::string_view kGrantType =
    "Grant(bytes32 handle,bytes32 commitment,uint64 expiresAt,uint32 version)";
constexpr std::string_view kRevocationType = "Revocation(bytes32 handle)";

Hash32 digest_of(const Deployment& at, const abi::Writer& message) {
    const Hash32 separator = internal::domain_separator({.name = "MedNexus ConsentRegistry",
                                                         .version = "1",
                                                         .chain_id = at.chain_id,
                                                         .contract = at.consents});
    return internal::typed_digest(separator, crypto::keccak256(message.encode()));
}

}  // namespace

Hash32 consent_handle(const Address& account) {
    return crypto::keccak256(abi::Writer().word(hash_of(kHandleDomain)).address(account).encode());
}

Hash32 grant_digest(const Deployment& at, const ConsentGrant& grant) {
    MN_CHECK(grant.expires.seconds >= 0);
    return digest_of(at,
                     abi::Writer()
                         .word(hash_of(kGrantType))
                         .word(grant.handle)
                         .word(grant.commitment)
                         .integer(static_cast<std::uint64_t>(grant.expires.seconds))
                         .integer(grant.version));
}

Hash32 revocation_digest(const Deployment& at, const ConsentRevocation& revocation) {
    return digest_of(at, abi::Writer().word(hash_of(kRevocationType)).word(revocation.handle));
}

}  // namespace mednexus::chain
