#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/signatures.hpp"
#include "mednexus/core/check.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {

namespace {

constexpr std::size_t kSelectorBytes = 4;

using internal::call_of;

/// Before 1970 there was no chain.
std::uint64_t seconds_of(UnixTime time) {
    MN_CHECK(time.seconds >= 0);
    return static_cast<std::uint64_t>(time.seconds);
}

void check_batch(std::size_t count) {
    MN_CHECK(count >= 1 && count <= kBatchMax);
}

template <typename Message>
std::vector<Bytes> signatures_of(std::span<const Signed<Message>> items) {
    std::vector<Bytes> out;
    for (const Signed<Message>& item : items) {
        out.push_back(to_bytes(BytesView(crypto::to_rsv(item.signature))));
    }
    return out;
}

}  // namespace

namespace internal {

Hash32 hash_of(std::string_view signature) {
    return crypto::keccak256(bytes_of(signature));
}

Bytes call_of(std::string_view signature, const abi::Writer& arguments) {
    Bytes out = to_bytes(hash_of(signature).view().first(kSelectorBytes));
    append(out, arguments.encode());
    return out;
}

}  // namespace internal

Hash32 institution_id(std::string_view card_name) {
    return crypto::keccak256(bytes_of(card_name));
}

Bytes add_accreditor_call(const Address& account) {
    return call_of(internal::kAddAccreditor, abi::Writer().address(account));
}

Bytes remove_accreditor_call(const Address& account) {
    return call_of(internal::kRemoveAccreditor, abi::Writer().address(account));
}

Bytes accredit_call(const Accreditation& accreditation) {
    return call_of(internal::kAccredit,
                   abi::Writer()
                       .word(accreditation.institution)
                       .address(accreditation.account)
                       .word(accreditation.card)
                       .string(accreditation.endpoint)
                       .integer(seconds_of(accreditation.expires)));
}

Bytes renew_call(const Hash32& institution, UnixTime expires) {
    return call_of(internal::kRenew, abi::Writer().word(institution).integer(seconds_of(expires)));
}

Bytes standing_call(const Hash32& institution, Standing standing) {
    MN_CHECK(standing != Standing::none);
    std::string_view signature = internal::kRevoke;
    if (standing == Standing::active) {
        signature = internal::kReinstate;
    } else if (standing == Standing::suspended) {
        signature = internal::kSuspend;
    }
    return call_of(signature, abi::Writer().word(institution));
}

Bytes publish_card_call(const Hash32& card, std::string_view endpoint) {
    return call_of(internal::kPublishCard, abi::Writer().word(card).string(endpoint));
}

Bytes grant_batch_call(std::span<const Signed<ConsentGrant>> grants) {
    check_batch(grants.size());
    std::vector<abi::Writer> rows;
    for (const Signed<ConsentGrant>& one : grants) {
        rows.push_back(abi::Writer()
                           .word(one.message.handle)
                           .word(one.message.commitment)
                           .integer(seconds_of(one.message.expires))
                           .integer(one.message.version));
    }
    return call_of(internal::kGrantBatch,
                   abi::Writer().tuples(rows).byte_strings(signatures_of(grants)));
}

Bytes revoke_batch_call(std::span<const Signed<ConsentRevocation>> revocations) {
    check_batch(revocations.size());
    std::vector<Hash32> handles;
    for (const Signed<ConsentRevocation>& one : revocations) {
        handles.push_back(one.message.handle);
    }
    return call_of(internal::kRevokeBatch,
                   abi::Writer().words(handles).byte_strings(signatures_of(revocations)));
}

Bytes register_batch_call(std::span<const CaseEntry> cases) {
    check_batch(cases.size());
    std::vector<Hash32> handles;
    std::vector<Hash32> commitments;
    for (const CaseEntry& one : cases) {
        handles.push_back(one.handle);
        commitments.push_back(one.commitment);
    }
    return call_of(internal::kRegisterBatch, abi::Writer().words(handles).words(commitments));
}

Bytes tombstone_batch_call(std::span<const Hash32> handles) {
    check_batch(handles.size());
    return call_of(internal::kTombstoneBatch, abi::Writer().words(handles));
}

Bytes anchor_call(std::uint64_t size, const Hash32& root) {
    return call_of(internal::kAnchor, abi::Writer().integer(size).word(root));
}

}  // namespace mednexus::chain
