#include "mednexus/chain/receipt_proof.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "mednexus/chain/internal/patricia.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"
#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {
namespace {

/// A block that geth made, with the two headers before it: tests/vectors/evm-block.json.
struct PublishedBlock {
    std::string hash;
    std::vector<Bytes> headers;
    std::vector<Bytes> receipts;
};

std::vector<Bytes> hex_list(const json::Value& value, std::string_view member) {
    std::vector<Bytes> out;
    for (const json::Value& text : *value.as_object()->find(member)->as_array()) {
        out.push_back(codec::parse_hex(*text.as_string()).value());
    }
    return out;
}

const PublishedBlock& published() {
    static const PublishedBlock kBlock = [] {
        std::ifstream in(MEDNEXUS_TEST_VECTORS "/evm-block.json", std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        const json::Value value = json::parse(text).value();
        return PublishedBlock{.hash = *value.as_object()->find("hash")->as_string(),
                              .headers = hex_list(value, "headers"),
                              .receipts = hex_list(value, "receipts")};
    }();
    return kBlock;
}

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

// --- headers ---

TEST(Header, OfAPublishedBlockHasThePublishedHash) {
    const Header header = published_header();
    EXPECT_EQ(codec::to_hex(header.ref.hash.view()), published().hash);
    EXPECT_EQ(header.ref.number, 54U);
    EXPECT_EQ(header.ref.time, UnixTime{540});
}

TEST(Header, NamesTheOneBeforeIt) {
    const auto& headers = published().headers;
    for (std::size_t i = 1; i < headers.size(); ++i) {
        const Header before = parse_header(headers[i - 1]).value();
        const Header header = parse_header(headers[i]).value();
        EXPECT_EQ(header.ref.parent, before.ref.hash);
        EXPECT_EQ(header.ref.number, before.ref.number + 1);
    }
}

TEST(Header, RefusesEveryTruncationAndBytesAfterIt) {
    Bytes raw = published().headers.back();
    for (std::size_t size = 0; size < raw.size(); ++size) {
        EXPECT_FALSE(parse_header(BytesView(raw).first(size))) << size;
    }
    raw.push_back(0x80);
    EXPECT_FALSE(parse_header(raw));
}

TEST(Header, NoFlippedBitKeepsTheHash) {
    const Hash32 hash = published_header().ref.hash;
    for (std::size_t bit = 0; bit < 8 * published().headers.back().size(); bit += 3) {
        Bytes raw = published().headers.back();
        raw[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto header = parse_header(raw);
        EXPECT_TRUE(!header || header->ref.hash != hash) << bit;
    }
}

/// The published header with field `index` put in place of its own, cut to `count` fields.
Bytes header_with(std::size_t index, const Bytes& encoded, std::size_t count = 99) {
    const Bytes& raw = published().headers.back();
    const auto item = rlp::parse(raw).value();
    rlp::List list;
    for (std::size_t i = 0; i < std::min(count, item.items.size()); ++i) {
        list.add_encoded(i == index ? BytesView(encoded) : item.items[i].encoded);
    }
    return list.encode();
}

TEST(Header, TakesTheFifteenFieldsOfBeforeEip1559AndRefusesFewer) {
    EXPECT_TRUE(parse_header(header_with(99, {}, 15)));
    EXPECT_FALSE(parse_header(header_with(99, {}, 14)));
    EXPECT_FALSE(parse_header(rlp::encode(Bytes(600, 1))));
}

TEST(Header, RefusesMoreFieldsOrBytesThanAnyHeaderHas) {
    rlp::List list;
    for (std::size_t i = 0; i < 33; ++i) {
        list.add({});
    }
    EXPECT_FALSE(parse_header(list.encode()));
    EXPECT_FALSE(parse_header(header_with(12, rlp::encode(Bytes(kHeaderSizeBytesMax, 1)))));
}

TEST(Header, RefusesFieldsOfAnotherLengthOrKind) {
    ASSERT_TRUE(parse_header(header_with(99, {})));
    for (std::size_t field = 0; field < 15; ++field) {
        EXPECT_FALSE(parse_header(header_with(field, rlp::List().encode()))) << field;
    }
    for (const std::size_t field : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 13U, 14U}) {
        EXPECT_FALSE(parse_header(header_with(field, rlp::encode(Bytes(33, 1))))) << field;
    }
    for (const std::size_t field : {7U, 8U, 9U, 10U, 11U}) {
        EXPECT_FALSE(parse_header(header_with(field, Bytes{0x00}))) << field;
        EXPECT_FALSE(parse_header(header_with(field, rlp::encode(Bytes(33, 1))))) << field;
    }
    EXPECT_FALSE(parse_header(header_with(11, rlp::encode_integer(1ULL << 63U))));
}

// --- receipts ---

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
