#include "mednexus/testing/internal/fake_world.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/internal/fake_call.hpp"

namespace mednexus::testing::internal {

namespace {

using chain::Contract;

constexpr std::size_t kSelectorBytes = 4;
constexpr std::array kContracts{
    Contract::institutions, Contract::consents, Contract::cases, Contract::anchors};

Bytes selector_of(std::string_view signature) {
    const Hash32 hash = crypto::keccak256(bytes_of(signature));
    return to_bytes(hash.view().first(kSelectorBytes));
}

std::span<const Function> functions_of(Contract contract) {
    switch (contract) {
        case Contract::institutions:
            return institution_functions();
        case Contract::consents:
            return consent_functions();
        case Contract::cases:
            return case_functions();
        case Contract::anchors:
            return anchor_functions();
    }
    return {};
}

Ran run_function(Call& call, BytesView data) {
    if (data.size() < kSelectorBytes) {
        return tl::unexpected(Bytes{});
    }
    call.arguments = data.subspan(kSelectorBytes);
    for (const Function& function : functions_of(call.self->kind)) {
        if (std::ranges::equal(selector_of(function.signature), data.first(kSelectorBytes))) {
            return function.run(call);
        }
    }
    return tl::unexpected(Bytes{});
}

Bytes argument_word(const chain::Address& argument) {
    return abi::Writer().address(argument).encode();
}

void construct(World& world,
               const chain::Address& at,
               Contract contract,
               const chain::Address& argument,
               std::vector<chain::EventLog>& logs) {
    ContractState& state = world.contracts[at];
    state.kind = contract;
    if (contract != Contract::institutions) {
        state.registry = argument;
        return;
    }
    state.owner = argument;
    Call call{&world, &state, at, {}, {}, {}};
    emit(call,
         "OwnershipTransferred(address,address)",
         {topic_of(chain::Address{}), topic_of(argument)});
    logs = std::move(call.logs);
}

}  // namespace

tl::unexpected<Bytes> revert(std::string_view signature, const abi::Writer& arguments) {
    Bytes out = selector_of(signature);
    append(out, arguments.encode());
    return tl::unexpected(std::move(out));
}

Hash32 topic_of(const chain::Address& address) {
    return *Hash32::from(argument_word(address));
}

void emit(Call& call,
          std::string_view signature,
          std::vector<Hash32> topics,
          const abi::Writer& data) {
    topics.insert(topics.begin(), crypto::keccak256(bytes_of(signature)));
    chain::EventLog log;
    log.address = call.address;
    log.topics = std::move(topics);
    log.data = data.encode();
    call.logs.push_back(std::move(log));
}

tl::expected<Hash32, Bytes> require_active(const ContractState& registry,
                                           const Context& context,
                                           const chain::Address& account) {
    const auto found = registry.institution_of.find(account);
    if (found == registry.institution_of.end()) {
        return revert("NotAnInstitution(address)", abi::Writer().address(account));
    }
    const InstitutionRecord& record = registry.institutions.at(found->second);
    if (record.status != chain::Standing::active || context.time >= record.expires) {
        return revert("NotActive(bytes32)", abi::Writer().word(found->second));
    }
    return found->second;
}

tl::expected<Hash32, Bytes> active_caller(const Call& call) {
    const auto registry = call.world->contracts.find(call.self->registry);
    if (registry == call.world->contracts.end()) {
        return tl::unexpected(Bytes{});
    }
    return require_active(registry->second, call.context, call.context.sender);
}

tl::expected<void, Bytes> check_batch(std::size_t count) {
    if (count > chain::kBatchMax) {
        return revert("BatchTooLarge(uint256)", abi::Writer().integer(count));
    }
    return {};
}

Outcome run_call(World& world, const Context& context, const chain::Address& to, BytesView data) {
    World after = world;
    const auto found = after.contracts.find(to);
    if (found == after.contracts.end()) {
        return {};
    }
    Call call{&after, &found->second, to, context, {}, {}};
    Ran ran = run_function(call, data);
    if (!ran) {
        return {.has_reverted = true, .output = std::move(ran.error()), .logs = {}};
    }
    world = std::move(after);
    return {.has_reverted = false, .output = *std::move(ran), .logs = std::move(call.logs)};
}

Outcome run_creation(World& world, const chain::Address& at, BytesView creation_code) {
    Outcome out;
    if (creation_code.size() < abi::kWordBytes) {
        return {.has_reverted = true, .output = {}, .logs = {}};
    }
    const auto argument =
        chain::Address::from(creation_code.last(chain::Address::kSizeBytes)).value();
    for (const Contract contract : kContracts) {
        if (std::ranges::equal(stand_in_code(contract, argument), creation_code) ||
            std::ranges::equal(chain::creation_code(contract, argument), creation_code)) {
            construct(world, at, contract, argument, out.logs);
            return out;
        }
    }
    return {.has_reverted = true, .output = {}, .logs = {}};
}

Bytes stand_in_code(Contract contract, const chain::Address& argument) {
    Bytes out = to_bytes("stand-in for " + std::string(chain::name_of(contract)));
    append(out, argument_word(argument));
    return out;
}

Bytes code_at(const World& world, const chain::Address& address) {
    const auto found = world.contracts.find(address);
    return found == world.contracts.end()
               ? Bytes{}
               : to_bytes("code of " + std::string(chain::name_of(found->second.kind)));
}

}  // namespace mednexus::testing::internal
