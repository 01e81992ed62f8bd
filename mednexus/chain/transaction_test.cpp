#include "mednexus/chain/transaction.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/rlp.hpp"
#include "mednexus/crypto/hash.hpp"

namespace mednexus::chain {
namespace {

Bytes hex(std::string_view text) {
    return codec::parse_hex(text).value();
}

Address address_of(std::string_view text) {
    return crypto::parse_evm_address(text).value();
}

Secret<32> key() {
    return Secret<32>::from(hex("8f2a55949038a9610f50fb23b5883af3b4ecb3c3bb792cbcefbd1542c692be63"))
        .value();
}

struct Vector {
    std::uint64_t nonce;
    std::uint64_t tip_wei;
    std::uint64_t fee_wei_max;
    std::uint64_t gas_limit;
    std::uint64_t value_wei;
    const char* raw;
};

// ethereumjs/ethereumjs-monorepo, packages/tx/test/json/eip1559.json: the first three, on chain
// 7822, to 0x…aaaa, under the key above; there `raw` is wrapped in one more string.
constexpr Vector kVectors[] = {
    {819,
     75853,
     121212,
     35552,
     43203529,
     "02f870821e8e8203338301284d8301d97c828ae094000000000000000000000000000000000000aaaa8402933bc9"
     "80c080a0d067f2167008c59219652f91cbf8788dbca5f771f6e91e2b7657e85b78b472e0a01d305af9fe81fdba43"
     "f0dfcd400ed24dcace0a7e30d4e85701dcaaf484cd079e"},
    {353,
     38850,
     136295,
     32593,
     61901619,
     "02f86f821e8e8201618297c283021467827f5194000000000000000000000000000000000000aaaa8403b08b3380"
     "c001a004205678f13fc1d7b10feea6513dfa76e24418b6e08097d95c6f93a3b64e536da01d45ad61bfece43862de"
     "2cce7d2575a8c1d08c26c87f3cb5f26d7b0be54a91b2"},
    {985,
     66377,
     136097,
     68541,
     32531825,
     "02f871821e8e8203d983010349830213a183010bbd94000000000000000000000000000000000000aaaa8401f065"
     "7180c001a0e6d23c5ecc0f388a4d41a9523c3ad171e98083a61288c340b968dfe0903a6741a07319e8d54a4fd8f0"
     "c081d3ce093d869f9df598481991c8534bfd8f2c163884b4"}};

Transaction transaction_of(const Vector& vector) {
    Transaction out;
    out.chain_id = 7822;
    out.nonce = vector.nonce;
    out.tip_wei = vector.tip_wei;
    out.fee_wei_max = vector.fee_wei_max;
    out.gas_limit = vector.gas_limit;
    out.to = address_of("0x000000000000000000000000000000000000aaaa");
    out.value_wei = vector.value_wei;
    return out;
}

Transaction deployment() {
    Transaction out = transaction_of(kVectors[0]);
    out.to.reset();
    out.data = Bytes(300, 0xFE);
    return out;
}

/// The first vector with field `index` put in place of its own.
Bytes with_field(std::size_t index, const Bytes& encoded) {
    const Bytes raw = hex(kVectors[0].raw);
    const auto item = rlp::parse(BytesView(raw).subspan(1)).value();
    rlp::List list;
    for (std::size_t i = 0; i < item.items.size(); ++i) {
        list.add_encoded(i == index ? BytesView(encoded) : item.items[i].encoded);
    }
    Bytes out{0x02};
    append(out, list.encode());
    return out;
}

TEST(Transaction, SignsThePublishedVectors) {
    for (const Vector& vector : kVectors) {
        const auto signed_one = sign(transaction_of(vector), key());
        ASSERT_TRUE(signed_one) << signed_one.error().what;
        EXPECT_EQ(codec::to_hex(signed_one->raw), vector.raw);
        EXPECT_EQ(signed_one->hash, crypto::keccak256(hex(vector.raw)));
    }
}

TEST(Transaction, ReadsThePublishedVectorsAndTheirSender) {
    for (const Vector& vector : kVectors) {
        const auto read = parse_transaction(hex(vector.raw));
        ASSERT_TRUE(read) << read.error().what;
        EXPECT_EQ(read->transaction, transaction_of(vector));
        EXPECT_EQ(read->sender, crypto::evm_address_of(key()).value());
        EXPECT_EQ(read->hash, crypto::keccak256(hex(vector.raw)));
    }
}

TEST(Transaction, ADeploymentComesBack) {
    const auto signed_one = sign(deployment(), key());
    ASSERT_TRUE(signed_one) << signed_one.error().what;
    const auto read = parse_transaction(signed_one->raw);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->transaction, deployment());
    EXPECT_FALSE(read->transaction.to.has_value());
}

TEST(Transaction, RefusesToSignATipAboveTheFee) {
    Transaction transaction = deployment();
    transaction.tip_wei = transaction.fee_wei_max + 1;
    const auto signed_one = sign(transaction, key());
    ASSERT_FALSE(signed_one);
    EXPECT_EQ(signed_one.error().kind, Kind::invalid);
}

TEST(Transaction, RefusesToSignWhatIsTooLargeOrWithABadKey) {
    Transaction transaction = deployment();
    transaction.data.resize(kTransactionSizeBytesMax - 200);
    EXPECT_TRUE(sign(transaction, key()));
    transaction.data.resize(kTransactionSizeBytesMax - 20);
    EXPECT_EQ(sign(transaction, key()).error().kind, Kind::invalid);
    transaction.data.resize(kTransactionSizeBytesMax + 1);
    EXPECT_EQ(sign(transaction, key()).error().kind, Kind::invalid);
    EXPECT_EQ(sign(deployment(), Secret<32>()).error().kind, Kind::internal);
}

// ethereum/tests, TransactionTests/ttEIP1559: maxFeePerGas00prefix, and
// GasLimitPriceProductPlusOneOverflow, which is well formed but has a fee of 256 bits.
TEST(Transaction, RefusesThePublishedFeesWithALeadingZeroAndOver64Bits) {
    const Bytes tail = hex(
        "82520894095e7baea6a6c7c4c2dfeb977efac326af552d878080c080a05cbd172231fc0735e0fb994dd5b1a493"
        "9170a260b36f0427a8a80866b063b948a07c230f7f578dd61785c93361b9871c0706ebfa6d06e3f4491dc9558c"
        "5202ed36");
    for (const char* front :
         {"02f88701808477359400a100fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
          "f",
          "02f885018084773594009f04ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
        Bytes raw = hex(front);
        append(raw, tail);
        const auto read = parse_transaction(raw);
        ASSERT_FALSE(read) << front;
        EXPECT_EQ(read.error().kind, Kind::invalid);
    }
}

TEST(Transaction, RefusesOtherTypesTruncationsAndBytesAfterIt) {
    Bytes raw = hex(kVectors[0].raw);
    for (std::size_t size = 0; size < raw.size(); ++size) {
        EXPECT_FALSE(parse_transaction(BytesView(raw).first(size))) << size;
    }
    for (const int type : {0x00, 0x01, 0x03, 0xF8}) {
        Bytes other = raw;
        other[0] = static_cast<std::uint8_t>(type);
        EXPECT_FALSE(parse_transaction(other)) << type;
    }
    raw.push_back(0);
    EXPECT_FALSE(parse_transaction(raw));
    EXPECT_FALSE(parse_transaction(Bytes(kTransactionSizeBytesMax + 1, 0x02)));
}

TEST(Transaction, NoFlippedBitKeepsTheSender) {
    const Bytes raw = hex(kVectors[0].raw);
    const Address sender = crypto::evm_address_of(key()).value();
    for (std::size_t bit = 0; bit < 8 * raw.size(); ++bit) {
        Bytes bad = raw;
        bad[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto read = parse_transaction(bad);
        EXPECT_TRUE(!read || read->sender != sender) << bit;
    }
}

TEST(Transaction, RefusesFieldsThatAreWellFormedButNotOurs) {
    struct Case {
        std::size_t field;
        Bytes encoded;
        const char* why;
    };

    const Hash32 order = codec::parse_hex_as<Hash32>(
                             "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
                             .value();
    const Case cases[] = {
        {2, rlp::encode_integer(121213), "tip above the fee"},
        {5, rlp::encode(Bytes(19, 1)), "address of 19 bytes"},
        {5, rlp::List().encode(), "address as a list"},
        {6, rlp::encode(Bytes(9, 1)), "value over 64 bits"},
        {7, rlp::List().encode(), "data as a list"},
        {8, rlp::encode({}), "access list as a string"},
        {8, rlp::List().add_integer(1).encode(), "access list not empty"},
        {9, rlp::encode_integer(2), "parity 2"},
        {10, rlp::encode({}), "r zero"},
        {10, rlp::encode(order.view()), "r the order"},
        {11, rlp::encode({}), "s zero"},
        {11, rlp::encode(Bytes(32, 0x80)), "high s"},
        {11, rlp::encode(Bytes(33, 0x01)), "s of 33 bytes"},
    };
    ASSERT_TRUE(parse_transaction(with_field(99, {})));
    for (const Case& one : cases) {
        const auto read = parse_transaction(with_field(one.field, one.encoded));
        ASSERT_FALSE(read) << one.why;
        EXPECT_EQ(read.error().kind, Kind::invalid) << one.why;
    }
}

// The account and contracts that ethereum.stackexchange.com, question 760, computes.
TEST(CreatedAddress, IsThePublishedOne) {
    const Address sender = address_of("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
    constexpr const char* kCreated[] = {"0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d",
                                        "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8",
                                        "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91",
                                        "0xfffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c"};
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) {
        EXPECT_EQ(created_address(sender, nonce), address_of(kCreated[nonce])) << nonce;
    }
}

}  // namespace
}  // namespace mednexus::chain
