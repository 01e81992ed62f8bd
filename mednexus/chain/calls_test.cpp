#include <array>

#include <gtest/gtest.h>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/signatures.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::chain {
namespace {

Hash32 word(std::uint8_t fill) {
    return Hash32::from(Bytes(32, fill)).value();
}

Address account() {
    return Address::from(Bytes(20, 0xAC)).value();
}

/// The arguments behind the selector of `signature`; empty when another function is called.
BytesView arguments_of(const Bytes& call, std::string_view signature) {
    const Bytes selector = to_bytes(internal::hash_of(signature).view().first(4));
    const bool is_it = call.size() >= 4 && Bytes(call.begin(), call.begin() + 4) == selector;
    return is_it ? BytesView(call).subspan(4) : BytesView{};
}

crypto::RecoverableSignature signature(std::uint8_t fill) {
    return {.r = word(fill), .s = word(fill), .parity = 1};
}

TEST(Calls, RevokeIsTheWholeCallByHand) {
    EXPECT_EQ(codec::to_hex(standing_call(word(0xAB), Standing::revoked)),
              "b75c7dc6abababababababababababababababababababababababababababababababab");
}

TEST(Calls, AccreditHoldsItsArgumentsInOrder) {
    const Bytes call = accredit_call({.institution = word(1),
                                      .account = account(),
                                      .card = word(2),
                                      .endpoint = "https://north.example:7443",
                                      .expires = {1800000000}});
    abi::Reader reader(arguments_of(call, internal::kAccredit), 5);
    EXPECT_EQ(reader.word().value(), word(1));
    EXPECT_EQ(reader.address<Address>().value(), account());
    EXPECT_EQ(reader.word().value(), word(2));
    EXPECT_EQ(reader.string(256).value(), "https://north.example:7443");
    EXPECT_EQ(reader.integer(64).value(), 1800000000U);
    EXPECT_TRUE(reader.finish());
}

TEST(Calls, OfOneOrTwoWordsHoldThem) {
    const auto first_word = [](const Bytes& call, std::string_view signature, std::size_t words) {
        return abi::Reader(arguments_of(call, signature), words).word().value();
    };
    EXPECT_EQ(first_word(renew_call(word(1), {5}), internal::kRenew, 2), word(1));
    EXPECT_EQ(first_word(standing_call(word(2), Standing::suspended), internal::kSuspend, 1),
              word(2));
    EXPECT_EQ(first_word(standing_call(word(3), Standing::active), internal::kReinstate, 1),
              word(3));
    EXPECT_EQ(first_word(publish_card_call(word(4), "x"), internal::kPublishCard, 2), word(4));
    for (const auto& [call, name] :
         {std::pair{add_accreditor_call(account()), internal::kAddAccreditor},
          std::pair{remove_accreditor_call(account()), internal::kRemoveAccreditor}}) {
        EXPECT_EQ(abi::Reader(arguments_of(call, name), 1).address<Address>().value(), account());
    }
    const Bytes anchor = anchor_call(77, word(5));
    abi::Reader reader(arguments_of(anchor, internal::kAnchor), 2);
    EXPECT_EQ(reader.integer(64).value(), 77U);
    EXPECT_EQ(reader.word().value(), word(5));
}

TEST(Calls, GrantBatchHoldsRowsAndSignatures) {
    std::vector<Signed<ConsentGrant>> grants;
    for (std::uint8_t i = 1; i <= kBatchMax; ++i) {
        grants.push_back({.message = {.handle = word(i),
                                      .commitment = word(0xC0),
                                      .expires = {1800000000},
                                      .version = i},
                          .signature = signature(i)});
    }
    const Bytes call = grant_batch_call(grants);
    abi::Reader reader(arguments_of(call, internal::kGrantBatch), 2);
    auto rows = reader.tuples(4, kBatchMax).value();
    const auto signatures = reader.byte_strings(kBatchMax, 65).value();
    EXPECT_TRUE(reader.finish());
    ASSERT_EQ(rows.size(), kBatchMax);
    ASSERT_EQ(signatures.size(), kBatchMax);
    EXPECT_EQ(rows[8].word().value(), word(9));
    EXPECT_EQ(rows[8].word().value(), word(0xC0));
    EXPECT_EQ(rows[8].integer(64).value(), 1800000000U);
    EXPECT_EQ(rows[8].integer(32).value(), 9U);
    EXPECT_EQ(crypto::parse_rsv(signatures[8]).value(), signature(9));
}

TEST(Calls, RevokeBatchHoldsHandlesAndSignatures) {
    const std::array<Signed<ConsentRevocation>, 2> items{
        {{.message = {word(1)}, .signature = signature(3)},
         {.message = {word(2)}, .signature = signature(4)}}};
    const Bytes call = revoke_batch_call(items);
    abi::Reader reader(arguments_of(call, internal::kRevokeBatch), 2);
    EXPECT_EQ(reader.words(2).value(), (std::vector{word(1), word(2)}));
    EXPECT_EQ(reader.byte_strings(2, 65).value().size(), 2U);
    EXPECT_TRUE(reader.finish());
}

TEST(Calls, CaseBatchesHoldHandlesAndCommitments) {
    const std::array<CaseEntry, 2> cases{{{word(1), word(2)}, {word(3), word(4)}}};
    const Bytes call = register_batch_call(cases);
    abi::Reader reader(arguments_of(call, internal::kRegisterBatch), 2);
    EXPECT_EQ(reader.words(2).value(), (std::vector{word(1), word(3)}));
    EXPECT_EQ(reader.words(2).value(), (std::vector{word(2), word(4)}));
    EXPECT_TRUE(reader.finish());
    const Bytes tombstones = tombstone_batch_call(std::array{word(1)});
    EXPECT_EQ(abi::Reader(arguments_of(tombstones, internal::kTombstoneBatch), 1).words(1).value(),
              (std::vector{word(1)}));
}

TEST(CallsDeathTest, BatchesOfNoneOrTooManyAndNegativeTimesAreErrorsOfTheCaller) {
    EXPECT_DEATH((void)tombstone_batch_call({}), "count");
    EXPECT_DEATH((void)tombstone_batch_call(std::vector<Hash32>(kBatchMax + 1)), "count");
    EXPECT_DEATH((void)renew_call(word(1), {-1}), "seconds");
    EXPECT_DEATH((void)standing_call(word(1), Standing::none), "standing");
}

}  // namespace
}  // namespace mednexus::chain
