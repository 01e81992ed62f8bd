/// CaseRegistry and AnchorRegistry, in the order of checks of their files in contracts/src.
#include <array>

#include "mednexus/testing/internal/fake_call.hpp"

namespace mednexus::testing::internal {

namespace {

using Checked = tl::expected<void, Bytes>;

constexpr std::uint8_t kRegistered = 1;
constexpr std::uint8_t kTombstoned = 2;

Checked register_case(Call& call, const Hash32& own, const chain::CaseEntry& entry) {
    CaseRecord& record = call.self->cases[{own, entry.handle}];
    if (record.state == kTombstoned) {
        return revert("CaseTombstonedBefore(bytes32)", abi::Writer().word(entry.handle));
    }
    if (record.state == kRegistered && record.commitment != entry.commitment) {
        return revert("CaseExists(bytes32)", abi::Writer().word(entry.handle));
    }
    if (record.state == kRegistered) {
        return {};
    }
    record = {entry.commitment, kRegistered};
    emit(call,
         "CaseRegistered(bytes32,bytes32,bytes32)",
         {own, entry.handle},
         abi::Writer().word(entry.commitment));
    return {};
}

Ran register_batch(Call& call) {
    abi::Reader reader(call.arguments, 2);
    MN_TRY(const auto handles, argument(reader.words(kItemsMax)));
    MN_TRY(const auto commitments, argument(reader.words(kItemsMax)));
    MN_TRY(const Hash32 own, active_caller(call));
    if (handles.size() != commitments.size()) {
        return revert("LengthMismatch()");
    }
    MN_DO(check_batch(handles.size()));
    for (std::size_t i = 0; i < handles.size(); ++i) {
        MN_DO(register_case(call, own, {handles[i], commitments[i]}));
    }
    return {};
}

Ran tombstone_batch(Call& call) {
    abi::Reader reader(call.arguments, 1);
    MN_TRY(const auto handles, argument(reader.words(kItemsMax)));
    MN_TRY(const Hash32 own, active_caller(call));
    MN_DO(check_batch(handles.size()));
    for (const Hash32& handle : handles) {
        CaseRecord& record = call.self->cases[{own, handle}];
        if (record.state != kTombstoned) {
            record = {Hash32{}, kTombstoned};
            emit(call, "CaseTombstoned(bytes32,bytes32)", {own, handle});
        }
    }
    return {};
}

Ran case_view(Call& call) {
    abi::Reader reader(call.arguments, 2);
    MN_TRY(const Hash32 institution, argument(reader.word()));
    MN_TRY(const Hash32 handle, argument(reader.word()));
    const auto found = call.self->cases.find({institution, handle});
    const CaseRecord record = found == call.self->cases.end() ? CaseRecord{} : found->second;
    return abi::Writer().word(record.commitment).integer(record.state).encode();
}

Ran anchor(Call& call) {
    constexpr unsigned kBits64 = 64;
    abi::Reader reader(call.arguments, 2);
    MN_TRY(const std::uint64_t size, argument(reader.integer(kBits64)));
    MN_TRY(const Hash32 root, argument(reader.word()));
    MN_TRY(const Hash32 own, active_caller(call));
    AnchorRecord& last = call.self->anchors[own];
    if (size != 0 && size == last.size) {
        return root == last.root ? Ran()
                                 : revert("Equivocation(uint64)", abi::Writer().integer(size));
    }
    if (size <= last.size) {
        return revert("SizeNotLarger(uint64,uint64)",
                      abi::Writer().integer(size).integer(last.size));
    }
    last = {size, root, call.context.block_number};
    emit(call, "Anchored(bytes32,uint64,bytes32)", {own}, abi::Writer().integer(size).word(root));
    return {};
}

Ran latest_view(Call& call) {
    abi::Reader reader(call.arguments, 1);
    MN_TRY(const Hash32 institution, argument(reader.word()));
    const auto found = call.self->anchors.find(institution);
    const AnchorRecord last = found == call.self->anchors.end() ? AnchorRecord{} : found->second;
    return abi::Writer().integer(last.size).word(last.root).integer(last.block_number).encode();
}

Ran institutions_view(Call& call) {
    return abi::Writer().address(call.self->registry).encode();
}

}  // namespace

std::span<const Function> case_functions() {
    static constexpr std::array<Function, 4> kFunctions{
        {{"registerBatch(bytes32[],bytes32[])", register_batch},
         {"tombstoneBatch(bytes32[])", tombstone_batch},
         {"caseRecord(bytes32,bytes32)", case_view},
         {"institutions()", institutions_view}}};
    return kFunctions;
}

std::span<const Function> anchor_functions() {
    static constexpr std::array<Function, 3> kFunctions{{{"anchor(uint64,bytes32)", anchor},
                                                         {"latest(bytes32)", latest_view},
                                                         {"institutions()", institutions_view}}};
    return kFunctions;
}

}  // namespace mednexus::testing::internal
