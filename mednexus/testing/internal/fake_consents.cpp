/// ConsentRegistry, in the order of checks of contracts/src/ConsentRegistry.sol.
#include <array>

#include "mednexus/testing/internal/fake_call.hpp"

namespace mednexus::testing::internal {

namespace {

using Checked = tl::expected<void, Bytes>;

constexpr std::uint8_t kGranted = 1;
constexpr std::uint8_t kRevoked = 2;
constexpr std::size_t kSignatureBytesMax = 4096;

chain::Deployment place_of(const Call& call) {
    chain::Deployment at;
    at.chain_id = call.context.chain_id;
    at.consents = call.address;
    return at;
}

Checked check_counts(std::size_t count, std::size_t signatures) {
    if (count != signatures) {
        return revert("LengthMismatch()");
    }
    return check_batch(count);
}

/// The account that signed must be the one that the handle is made of.
Checked check_signature(std::size_t index,
                        const Hash32& handle,
                        const Hash32& digest,
                        BytesView signature) {
    const auto parsed = crypto::parse_rsv(signature);
    const auto account = parsed ? crypto::recover_signer(digest, *parsed)
                                : Result<chain::Address>(Failure(parsed.error()));
    if (!account || chain::consent_handle(*account) != handle) {
        return revert("InvalidSignature(uint256)", abi::Writer().integer(index));
    }
    return {};
}

bool is_stored(const ConsentRecord& record, const chain::ConsentGrant& grant) {
    return record.version == grant.version && record.commitment == grant.commitment &&
           record.expires == static_cast<std::uint64_t>(grant.expires.seconds);
}

Checked store_grant(Call& call, const chain::ConsentGrant& grant) {
    ConsentRecord& record = call.self->consents[grant.handle];
    if (record.state == kRevoked) {
        return revert("ConsentIsRevoked(bytes32)", abi::Writer().word(grant.handle));
    }
    if (record.state == kGranted && is_stored(record, grant)) {
        return {};
    }
    if (record.state == kGranted && grant.version <= record.version) {
        return revert("StaleVersion(bytes32,uint32)",
                      abi::Writer().word(grant.handle).integer(grant.version));
    }
    const auto expires = static_cast<std::uint64_t>(grant.expires.seconds);
    if (call.context.time >= expires) {
        return revert("ExpiryInThePast(uint64)", abi::Writer().integer(expires));
    }
    record = {grant.commitment, expires, grant.version, kGranted};
    emit(call,
         "ConsentGranted(bytes32,bytes32,uint64,uint32)",
         {grant.handle},
         abi::Writer().word(grant.commitment).integer(expires).integer(grant.version));
    return {};
}

tl::expected<chain::ConsentGrant, Bytes> read_grant(abi::Reader reader) {
    constexpr unsigned kBits64 = 64;
    constexpr unsigned kBits32 = 32;
    chain::ConsentGrant grant;
    MN_TRY(grant.handle, argument(reader.word()));
    MN_TRY(grant.commitment, argument(reader.word()));
    MN_TRY(const std::uint64_t expires, argument(reader.integer(kBits64)));
    MN_TRY(const std::uint64_t version, argument(reader.integer(kBits32)));
    grant.expires = {static_cast<std::int64_t>(expires)};
    grant.version = static_cast<std::uint32_t>(version);
    return grant;
}

Ran grant_batch(Call& call) {
    constexpr std::size_t kWordsEach = 4;
    abi::Reader reader(call.arguments, 2);
    MN_TRY(const auto grants, argument(reader.tuples(kWordsEach, kItemsMax)));
    MN_TRY(const auto signatures, argument(reader.byte_strings(kItemsMax, kSignatureBytesMax)));
    MN_TRY([[maybe_unused]] const Hash32 relayer, active_caller(call));
    MN_DO(check_counts(grants.size(), signatures.size()));
    for (std::size_t i = 0; i < grants.size(); ++i) {
        MN_TRY(const chain::ConsentGrant grant, read_grant(grants[i]));
        const Hash32 digest = chain::grant_digest(place_of(call), grant);
        MN_DO(check_signature(i, grant.handle, digest, signatures[i]));
        MN_DO(store_grant(call, grant));
    }
    return {};
}

Ran revoke_batch(Call& call) {
    abi::Reader reader(call.arguments, 2);
    MN_TRY(const auto handles, argument(reader.words(kItemsMax)));
    MN_TRY(const auto signatures, argument(reader.byte_strings(kItemsMax, kSignatureBytesMax)));
    MN_DO(check_counts(handles.size(), signatures.size()));
    for (std::size_t i = 0; i < handles.size(); ++i) {
        const Hash32 digest = chain::revocation_digest(place_of(call), {handles[i]});
        MN_DO(check_signature(i, handles[i], digest, signatures[i]));
        ConsentRecord& record = call.self->consents[handles[i]];
        if (record.state != kRevoked) {
            record.state = kRevoked;
            emit(call, "ConsentRevoked(bytes32)", {handles[i]});
        }
    }
    return {};
}

tl::expected<ConsentRecord, Bytes> find_consent(const Call& call) {
    abi::Reader reader(call.arguments, 1);
    MN_TRY(const Hash32 handle, argument(reader.word()));
    const auto found = call.self->consents.find(handle);
    return found == call.self->consents.end() ? ConsentRecord{} : found->second;
}

Ran consent_view(Call& call) {
    MN_TRY(const ConsentRecord record, find_consent(call));
    return abi::Writer()
        .word(record.commitment)
        .integer(record.expires)
        .integer(record.version)
        .integer(record.state)
        .encode();
}

Ran is_in_force_view(Call& call) {
    MN_TRY(const ConsentRecord record, find_consent(call));
    const bool holds = record.state == kGranted && call.context.time < record.expires;
    return abi::Writer().boolean(holds).encode();
}

Ran institutions_view(Call& call) {
    return abi::Writer().address(call.self->registry).encode();
}

}  // namespace

std::span<const Function> consent_functions() {
    static constexpr std::array<Function, 5> kFunctions{
        {{"grantBatch((bytes32,bytes32,uint64,uint32)[],bytes[])", grant_batch},
         {"revokeBatch(bytes32[],bytes[])", revoke_batch},
         {"consent(bytes32)", consent_view},
         {"isInForce(bytes32)", is_in_force_view},
         {"institutions()", institutions_view}}};
    return kFunctions;
}

}  // namespace mednexus::testing::internal
