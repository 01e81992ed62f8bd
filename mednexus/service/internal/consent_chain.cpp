#include "mednexus/service/internal/consent_chain.hpp"

#include "mednexus/crypto/secp256k1.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::uint64_t kBlurSeconds = 30ULL * 24 * 3600;

}  // namespace

UnixTime blurred_expiry(UnixTime end, Random& random) {
    const Hash32 drawn = random_id<Hash32>(random);
    std::uint64_t number = 0;
    for (const std::uint8_t byte : drawn.view().first(8)) {
        number = number << 8U | byte;
    }
    return {end.seconds + 1 + static_cast<std::int64_t>(number % kBlurSeconds)};
}

Result<std::optional<OnChainName>> queue_grant(NodeState& node,
                                               const Consent& consent,
                                               const Hash32& document,
                                               const Secret<32>& patient_seed,
                                               const Hash32& salt,
                                               UnixTime expires) {
    if (!node.chain) {
        return std::optional<OnChainName>();
    }
    const Secret<32> key = derive_consent_account(patient_seed, consent.id);
    MN_TRY(const chain::Address account, crypto::evm_address_of(key));
    chain::Signed<chain::ConsentGrant> grant;
    grant.message = {.handle = chain::consent_handle(account),
                     .commitment = commit_to_consent(salt, document),
                     .expires = expires,
                     .version = 1};
    MN_TRY(
        grant.signature,
        crypto::sign_recoverable(key, chain::grant_digest(node.chain->config().at, grant.message)));
    const OnChainName name{grant.message.handle, grant.message.commitment};
    MN_DO(node.database->insert_consent_on_chain(consent.id, name, salt));
    MN_DO(node.chain->outbox().enqueue(
        ItemKind::grant, "grant/" + consent.id, write_grant_item(grant)));
    return std::optional(name);
}

Result<std::optional<std::string>> queue_revocation(NodeState& node,
                                                    const std::string& consent_id,
                                                    const Secret<32>& patient_seed) {
    if (!node.chain) {
        return std::optional<std::string>();
    }
    MN_TRY(const std::optional<OnChainName> name, node.database->consent_on_chain(consent_id));
    if (!name) {
        return std::optional<std::string>();
    }
    const Secret<32> key = derive_consent_account(patient_seed, consent_id);
    chain::Signed<chain::ConsentRevocation> revocation;
    revocation.message.handle = name->handle;
    MN_TRY(revocation.signature,
           crypto::sign_recoverable(
               key, chain::revocation_digest(node.chain->config().at, revocation.message)));
    std::string item = "revoke/" + consent_id;
    MN_DO(node.chain->outbox().enqueue(ItemKind::revoke, item, write_revocation_item(revocation)));
    return std::optional(std::move(item));
}

}  // namespace mednexus::service::internal
