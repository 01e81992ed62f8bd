#include "mednexus/chain/receipt_proof.hpp"

#include <gtest/gtest.h>

#include "mednexus/chain/internal/patricia.hpp"
#include "mednexus/chain/internal/published_block.hpp"
#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {
namespace {

using internal::published;

Header published_header() {
    return parse_header(published().headers.back()).value();
}

/// The receipt of an EIP-1559 transaction with one event.
Bytes receipt(std::uint64_t gas, std::size_t data_bytes, std::uint8_t status = 1) {
    const Bytes topics = rlp::List().add(Bytes(32, 0x22)).encode();
    const Bytes log =
        rlp::List().add(Bytes(20, 0x11)).add_encoded(topics).add(Bytes(data_bytes, 0x33)).encode();
    const Bytes logs = rlp::List().add_encoded(log).encode();
    Bytes out{0x02};
    append(out,
           rlp::List()
               .add_integer(status)
               .add_integer(gas)
               .add(Bytes(256, 0))
               .add_encoded(logs)
               .encode());
    return out;
}

std::vector<Bytes> receipts_of(std::size_t count) {
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back(receipt(21000 * (i + 1), i % 70));
    }
    return out;
}

Hash32 root_of(const std::vector<Bytes>& receipts) {
    std::vector<internal::TriePair> pairs;
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        pairs.push_back({.key = rlp::encode_integer(i), .value = receipts[i]});
    }
    return internal::trie_root(std::move(pairs));
}

/// A proof for a block with this receipt alone.
Result<std::vector<EventLog>> verify_alone(const Bytes& raw) {
    const Hash32 root = root_of({raw});
    MN_TRY(const ReceiptProof proof, prove_receipt(std::vector<Bytes>{raw}, 0, root));
    return verify_receipt(proof, root);
}

TEST(ReceiptProof, OfAPublishedBlockLeadsToItsHeader) {
    const Hash32 root = published_header().receipts_root;
    const auto& receipts = published().receipts;
    EXPECT_EQ(root_of(receipts), root);
    constexpr std::size_t kEvents[] = {0, 10, 0, 1};
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        const auto proof = prove_receipt(receipts, i, root);
        ASSERT_TRUE(proof) << proof.error().what;
        const auto events = verify_receipt(*proof, root);
        ASSERT_TRUE(events) << events.error().what;
        EXPECT_EQ(events->size(), kEvents[i]) << i;
    }
}

TEST(ReceiptProof, OfEveryReceiptInBlocksOf1To130IsAccepted) {
    for (std::size_t count = 1; count <= 130; ++count) {
        const auto receipts = receipts_of(count);
        const Hash32 root = root_of(receipts);
        for (std::size_t i = 0; i < count; i += count < 20 ? 1 : 7) {
            const auto proof = prove_receipt(receipts, i, root);
            ASSERT_TRUE(proof) << proof.error().what;
            const auto events = verify_receipt(*proof, root);
            ASSERT_TRUE(events) << count << ", " << i << ": " << events.error().what;
            ASSERT_EQ(events->size(), 1U);
            EXPECT_EQ(events->front().data.size(), i % 70);
        }
    }
}

TEST(ReceiptProof, GivesTheEventWithoutItsPlace) {
    const auto events = verify_alone(receipt(21000, 3));
    ASSERT_TRUE(events) << events.error().what;
    EventLog expected;
    expected.address = Address::from(Bytes(20, 0x11)).value();
    expected.topics = {Hash32::from(Bytes(32, 0x22)).value()};
    expected.data = Bytes(3, 0x33);
    EXPECT_EQ(events->front(), expected);
}

TEST(ReceiptProof, RefusesEveryFlippedByteOfNodesAndReceipt) {
    const auto receipts = receipts_of(20);
    const Hash32 root = root_of(receipts);
    const ReceiptProof proof = prove_receipt(receipts, 17, root).value();
    ASSERT_TRUE(verify_receipt(proof, root));
    for (std::size_t node = 0; node < proof.nodes.size(); ++node) {
        for (std::size_t at = 0; at < proof.nodes[node].size(); ++at) {
            ReceiptProof bad = proof;
            bad.nodes[node][at] ^= 0xFF;
            EXPECT_FALSE(verify_receipt(bad, root)) << node << ", " << at;
        }
    }
    for (std::size_t at = 0; at < proof.receipt.size(); ++at) {
        ReceiptProof bad = proof;
        bad.receipt[at] ^= 0xFF;
        EXPECT_FALSE(verify_receipt(bad, root)) << at;
    }
}

TEST(ReceiptProof, RefusesAnotherIndexAndAnAbsentOne) {
    const auto receipts = receipts_of(20);
    const Hash32 root = root_of(receipts);
    ReceiptProof proof = prove_receipt(receipts, 17, root).value();
    for (std::uint64_t index = 0; index < 300; ++index) {
        proof.transaction_index = index;
        const auto events = verify_receipt(proof, root);
        EXPECT_EQ(events.has_value(), index == 17) << index;
    }
    proof.transaction_index = ~0ULL;
    EXPECT_EQ(verify_receipt(proof, root).error().kind, Kind::corrupt);
}

TEST(ReceiptProof, RefusesTheProofOfAnotherReceiptOfTheBlock) {
    const auto receipts = receipts_of(20);
    const Hash32 root = root_of(receipts);
    ReceiptProof proof = prove_receipt(receipts, 17, root).value();
    proof.receipt = receipts[16];
    EXPECT_EQ(verify_receipt(proof, root).error().kind, Kind::corrupt);
}

TEST(ReceiptProof, RefusesMissingExtraAndTooManyNodes) {
    const auto receipts = receipts_of(130);
    const Hash32 root = root_of(receipts);
    const ReceiptProof proof = prove_receipt(receipts, 129, root).value();
    ASSERT_GE(proof.nodes.size(), 2U);
    ReceiptProof bad = proof;
    bad.nodes.pop_back();
    EXPECT_EQ(verify_receipt(bad, root).error().kind, Kind::corrupt);
    bad = proof;
    bad.nodes.push_back(proof.nodes.back());
    EXPECT_EQ(verify_receipt(bad, root).error().kind, Kind::corrupt);
    bad.nodes.assign(kProofNodesMax + 1, proof.nodes.back());
    EXPECT_EQ(verify_receipt(bad, root).error().kind, Kind::invalid);
    bad.nodes.clear();
    EXPECT_EQ(verify_receipt(bad, root).error().kind, Kind::corrupt);
}

TEST(ReceiptProof, IsNotMadeForWhatIsNotThere) {
    const auto receipts = receipts_of(5);
    const Hash32 root = root_of(receipts);
    EXPECT_EQ(prove_receipt(receipts, 5, root).error().kind, Kind::invalid);
    EXPECT_EQ(prove_receipt({}, 0, root).error().kind, Kind::invalid);
    EXPECT_EQ(prove_receipt(receipts, 0, Hash32()).error().kind, Kind::corrupt);
    auto with_hole = receipts;
    with_hole[2].clear();
    EXPECT_EQ(prove_receipt(with_hole, 0, root).error().kind, Kind::invalid);
    const std::vector<Bytes> large{Bytes(kReceiptSizeBytesMax + 1, 1)};
    EXPECT_EQ(prove_receipt(large, 0, root_of(large)).error().kind, Kind::invalid);
}

TEST(ReceiptProof, ALargeReceiptIsProvenAndReadUpToTheMaximum) {
    EXPECT_TRUE(verify_alone(receipt(21000, kReceiptSizeBytesMax - 400)));
    EXPECT_FALSE(verify_alone(receipt(21000, kReceiptSizeBytesMax)));
}

TEST(ReceiptProof, RefusesTheReceiptOfAFailedTransaction) {
    const auto events = verify_alone(receipt(21000, 0, 0));
    ASSERT_FALSE(events);
    EXPECT_EQ(events.error().kind, Kind::denied);
}

TEST(ReceiptProof, TakesEachTypeOfTransaction) {
    Bytes raw = receipt(21000, 1);
    for (const int type : {1, 2, 3, 4}) {
        raw[0] = static_cast<std::uint8_t>(type);
        EXPECT_TRUE(verify_alone(raw)) << type;
    }
    EXPECT_TRUE(verify_alone(Bytes(raw.begin() + 1, raw.end())));  // legacy
    for (const int type : {0x00, 0x05, 0x7E, 0x80, 0xBF}) {
        raw[0] = static_cast<std::uint8_t>(type);
        EXPECT_EQ(verify_alone(raw).error().kind, Kind::invalid) << type;
    }
}

TEST(ReceiptProof, RefusesReceiptsOfAnotherShape) {
    const auto list = [](const Bytes& status, std::size_t bloom, const Bytes& logs) {
        return rlp::List()
            .add_encoded(status)
            .add_integer(21000)
            .add(Bytes(bloom, 0))
            .add_encoded(logs)
            .encode();
    };
    const Bytes ok = rlp::encode_integer(1);
    const Bytes none = rlp::List().encode();
    const auto one_log = [](const rlp::List& log) {
        return rlp::List().add_encoded(log.encode()).encode();
    };
    rlp::List five_topics;
    for (int i = 0; i < 5; ++i) {
        five_topics.add(Bytes(32, 1));
    }
    EXPECT_TRUE(verify_alone(list(ok, 256, none)));
    const Bytes bad[] = {
        list(rlp::encode(Bytes(32, 1)), 256, none),  // the state root of before Byzantium
        list(rlp::encode_integer(2), 256, none),
        list(Bytes{0x00}, 256, none),
        list(ok, 255, none),
        list(ok, 256, rlp::encode(Bytes(3, 1))),
        list(ok, 256, one_log(rlp::List().add(Bytes(20, 1)).add_encoded(none))),
        list(ok, 256, one_log(rlp::List().add(Bytes(19, 1)).add_encoded(none).add({}))),
        list(ok, 256, one_log(rlp::List().add(Bytes(20, 1)).add({}).add({}))),
        list(ok,
             256,
             one_log(rlp::List().add(Bytes(20, 1)).add_encoded(five_topics.encode()).add({}))),
        rlp::List().add_integer(1).add_integer(21000).add(Bytes(256, 0)).encode(),
        Bytes{0x02},
    };
    for (const Bytes& raw : bad) {
        const auto events = verify_alone(raw);
        ASSERT_FALSE(events);
        EXPECT_EQ(events.error().kind, Kind::invalid);
    }
}

}  // namespace
}  // namespace mednexus::chain
