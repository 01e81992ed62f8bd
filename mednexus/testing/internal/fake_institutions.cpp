/// InstitutionRegistry, in the order of checks of contracts/src/InstitutionRegistry.sol.
#include <array>

#include "mednexus/testing/internal/fake_call.hpp"

namespace mednexus::testing::internal {

namespace {

using chain::Address;
using chain::Standing;
using Checked = tl::expected<void, Bytes>;

constexpr std::size_t kEndpointBytesMax = 256;
constexpr unsigned kBits64 = 64;

std::uint64_t number_of(Standing standing) {
    return static_cast<std::uint64_t>(standing);
}

tl::expected<Address, Bytes> address_argument(const Call& call) {
    abi::Reader reader(call.arguments, 1);
    return argument(reader.address<Address>());
}

tl::expected<Hash32, Bytes> word_argument(const Call& call) {
    abi::Reader reader(call.arguments, 1);
    return argument(reader.word());
}

Checked only_owner(const Call& call) {
    if (call.context.sender != call.self->owner) {
        return revert("OwnableUnauthorizedAccount(address)",
                      abi::Writer().address(call.context.sender));
    }
    return {};
}

Checked only_accreditor(const Call& call) {
    if (!call.self->accreditors.contains(call.context.sender)) {
        return revert("NotAccreditor(address)", abi::Writer().address(call.context.sender));
    }
    return {};
}

Checked check_expiry(const Call& call, std::uint64_t expires) {
    if (call.context.time >= expires) {
        return revert("ExpiryInThePast(uint64)", abi::Writer().integer(expires));
    }
    return {};
}

Checked check_endpoint(std::string_view endpoint) {
    if (endpoint.size() > kEndpointBytesMax) {
        return revert("EndpointTooLong(uint256)", abi::Writer().integer(endpoint.size()));
    }
    return {};
}

tl::expected<InstitutionRecord*, Bytes> known(Call& call, const Hash32& institution) {
    const auto found = call.self->institutions.find(institution);
    if (found == call.self->institutions.end()) {
        return revert("UnknownInstitution(bytes32)", abi::Writer().word(institution));
    }
    return &found->second;
}

tl::unexpected<Bytes> wrong_status(const Hash32& institution, Standing status) {
    return revert("WrongStatus(bytes32,uint8)",
                  abi::Writer().word(institution).integer(number_of(status)));
}

Ran add_accreditor(Call& call) {
    MN_TRY(const Address account, address_argument(call));
    MN_DO(only_owner(call));
    if (call.self->accreditors.insert(account).second) {
        emit(call, "AccreditorAdded(address)", {topic_of(account)});
    }
    return {};
}

Ran remove_accreditor(Call& call) {
    MN_TRY(const Address account, address_argument(call));
    MN_DO(only_owner(call));
    if (call.self->accreditors.erase(account) == 1) {
        emit(call, "AccreditorRemoved(address)", {topic_of(account)});
    }
    return {};
}

Checked check_new(const Call& call, const Hash32& institution, const Address& account) {
    if (institution == Hash32{}) {
        return revert("UnknownInstitution(bytes32)", abi::Writer().word(institution));
    }
    if (call.self->institutions.contains(institution)) {
        return revert("InstitutionExists(bytes32)", abi::Writer().word(institution));
    }
    if (account == Address{}) {
        return revert("InvalidAccount()");
    }
    if (call.self->institution_of.contains(account)) {
        return revert("AccountInUse(address)", abi::Writer().address(account));
    }
    return {};
}

Ran accredit(Call& call) {
    constexpr std::size_t kHeadWords = 5;
    abi::Reader reader(call.arguments, kHeadWords);
    MN_TRY(const Hash32 institution, argument(reader.word()));
    MN_TRY(const Address account, argument(reader.address<Address>()));
    MN_TRY(const Hash32 card, argument(reader.word()));
    MN_TRY(const std::string endpoint, argument(reader.string(call.arguments.size())));
    MN_TRY(const std::uint64_t expires, argument(reader.integer(kBits64)));
    MN_DO(only_accreditor(call));
    MN_DO(check_new(call, institution, account));
    MN_DO(check_expiry(call, expires));
    MN_DO(check_endpoint(endpoint));
    call.self->institutions[institution] = {account, expires, Standing::active, card};
    call.self->institution_of[account] = institution;
    emit(call,
         "InstitutionAccredited(bytes32,address,bytes32,string,uint64)",
         {institution, topic_of(account)},
         abi::Writer().word(card).string(endpoint).integer(expires));
    return {};
}

Ran renew(Call& call) {
    abi::Reader reader(call.arguments, 2);
    MN_TRY(const Hash32 institution, argument(reader.word()));
    MN_TRY(const std::uint64_t expires, argument(reader.integer(kBits64)));
    MN_DO(only_accreditor(call));
    MN_TRY(InstitutionRecord * record, known(call, institution));
    if (record->status == Standing::revoked) {
        return wrong_status(institution, record->status);
    }
    MN_DO(check_expiry(call, expires));
    record->expires = expires;
    emit(call, "InstitutionRenewed(bytes32,uint64)", {institution}, abi::Writer().integer(expires));
    return {};
}

template <Standing kTo, auto kMayChange>
Ran set_status(Call& call) {
    MN_TRY(const Hash32 institution, word_argument(call));
    MN_DO(only_accreditor(call));
    MN_TRY(InstitutionRecord * record, known(call, institution));
    if (!kMayChange(record->status)) {
        return wrong_status(institution, record->status);
    }
    record->status = kTo;
    emit(call,
         "InstitutionStatusChanged(bytes32,uint8)",
         {institution},
         abi::Writer().integer(number_of(kTo)));
    return {};
}

constexpr bool is_active(Standing status) {
    return status == Standing::active;
}

constexpr bool is_suspended(Standing status) {
    return status == Standing::suspended;
}

constexpr bool is_not_revoked(Standing status) {
    return status != Standing::revoked;
}

Ran publish_card(Call& call) {
    abi::Reader reader(call.arguments, 2);
    MN_TRY(const Hash32 card, argument(reader.word()));
    MN_TRY(const std::string endpoint, argument(reader.string(call.arguments.size())));
    const Address& sender = call.context.sender;
    const auto own = call.self->institution_of.find(sender);
    const bool is_institution = own != call.self->institution_of.end() &&
                                call.self->institutions.at(own->second).status != Standing::revoked;
    if (!is_institution) {
        return revert("NotAnInstitution(address)", abi::Writer().address(sender));
    }
    MN_DO(check_endpoint(endpoint));
    call.self->institutions.at(own->second).card = card;
    emit(call,
         "CardPublished(bytes32,bytes32,string)",
         {own->second},
         abi::Writer().word(card).string(endpoint));
    return {};
}

Ran institution_view(Call& call) {
    MN_TRY(const Hash32 institution, word_argument(call));
    const auto found = call.self->institutions.find(institution);
    const InstitutionRecord record =
        found == call.self->institutions.end() ? InstitutionRecord{} : found->second;
    return abi::Writer()
        .address(record.account)
        .integer(record.expires)
        .integer(number_of(record.status))
        .word(record.card)
        .encode();
}

Ran institution_of_view(Call& call) {
    MN_TRY(const Address account, address_argument(call));
    const auto found = call.self->institution_of.find(account);
    const Hash32 own = found == call.self->institution_of.end() ? Hash32{} : found->second;
    return abi::Writer().word(own).encode();
}

Ran require_active_view(Call& call) {
    MN_TRY(const Address account, address_argument(call));
    MN_TRY(const Hash32 own, require_active(*call.self, call.context, account));
    return abi::Writer().word(own).encode();
}

Ran owner_view(Call& call) {
    return abi::Writer().address(call.self->owner).encode();
}

Ran transfer_ownership(Call& call) {
    MN_TRY(const Address account, address_argument(call));
    MN_DO(only_owner(call));
    call.self->pending_owner = account;
    emit(call,
         "OwnershipTransferStarted(address,address)",
         {topic_of(call.self->owner), topic_of(account)});
    return {};
}

Ran accept_ownership(Call& call) {
    const Address sender = call.context.sender;
    if (sender != call.self->pending_owner) {
        return revert("OwnableUnauthorizedAccount(address)", abi::Writer().address(sender));
    }
    emit(call,
         "OwnershipTransferred(address,address)",
         {topic_of(call.self->owner), topic_of(sender)});
    call.self->owner = sender;
    call.self->pending_owner = {};
    return {};
}

Ran renounce_ownership(Call& call) {
    MN_DO(only_owner(call));
    return revert("OwnableInvalidOwner(address)", abi::Writer().address(Address{}));
}

}  // namespace

std::span<const Function> institution_functions() {
    static constexpr std::array<Function, 15> kFunctions{
        {{"addAccreditor(address)", add_accreditor},
         {"removeAccreditor(address)", remove_accreditor},
         {"accredit(bytes32,address,bytes32,string,uint64)", accredit},
         {"renew(bytes32,uint64)", renew},
         {"suspend(bytes32)", set_status<Standing::suspended, is_active>},
         {"reinstate(bytes32)", set_status<Standing::active, is_suspended>},
         {"revoke(bytes32)", set_status<Standing::revoked, is_not_revoked>},
         {"publishCard(bytes32,string)", publish_card},
         {"institution(bytes32)", institution_view},
         {"institutionOf(address)", institution_of_view},
         {"requireActive(address)", require_active_view},
         {"owner()", owner_view},
         {"transferOwnership(address)", transfer_ownership},
         {"acceptOwnership()", accept_ownership},
         {"renounceOwnership()", renounce_ownership}}};
    return kFunctions;
}

}  // namespace mednexus::testing::internal
