#include "mednexus/chain/client.hpp"

#include <deque>
#include <fstream>
#include <iterator>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/chain/receipt_proof.hpp"
#include "mednexus/chain/transaction.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"

namespace mednexus::chain {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Gives the answers it was told, in order, and remembers what it was asked.
class ScriptedTransport final : public Transport {
public:
    void answer(std::string_view result) {
        answers_.push_back(RpcAnswer{json::parse(result).value(), std::nullopt});
    }

    void refuse(RpcError error) { answers_.push_back(RpcAnswer{{}, std::move(error)}); }

    void break_down() { answers_.push_back(fail(Kind::unavailable, "scripted: away")); }

    Result<RpcAnswer> call(const std::string& /*url*/,
                           std::string_view method,
                           const json::Value& params) override {
        asked.push_back(std::string(method) + " " + json::write_canonical(params));
        if (answers_.empty()) {
            return fail(Kind::unavailable, "scripted: no more answers");
        }
        auto out = std::move(answers_.front());
        answers_.pop_front();
        return out;
    }

    std::vector<std::string> asked;

private:
    std::deque<Result<RpcAnswer>> answers_;
};

std::string word(std::string_view digit) {
    std::string out = "0x";
    for (int i = 0; i < 64; ++i) {
        out += digit;
    }
    return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

class ChainClient : public ::testing::Test {
protected:
    /// Runs `ask` on each answer and expects `invalid`.
    template <typename Ask>
    void expect_invalid(const std::vector<std::string>& answers, Ask ask) {
        for (const std::string& answer : answers) {
            SCOPED_TRACE(answer);
            transport.answer(answer);
            const auto result = ask();
            ASSERT_FALSE(result);
            EXPECT_EQ(result.error().kind, Kind::invalid) << result.error().what;
        }
    }

    ScriptedTransport transport;
    Client client{transport, "http://key:secret@node.example/"};
};

constexpr std::string_view kAddress = "0x00112233445566778899aabbccddeeff00112233";

Address address() {
    return codec::parse_hex_as<Address>(kAddress).value();
}

TEST_F(ChainClient, ReadsQuantities) {
    for (const auto& [text, value] :
         std::vector<std::pair<std::string, std::uint64_t>>{{"0x0", 0},
                                                            {"0x1", 1},
                                                            {"0x2393", 9107},
                                                            {"0xABC", 0xABC},
                                                            {"0xffffffffffffffff", UINT64_MAX}}) {
        transport.answer("\"" + text + "\"");
        EXPECT_EQ(client.chain_id().value(), value);
    }
}

TEST_F(ChainClient, RefusesWhatIsNoQuantity) {
    expect_invalid({"\"0x\"",
                    "\"\"",
                    "\"1\"",
                    "1",
                    "null",
                    "\"0x01\"",
                    "\"0x00\"",
                    "\"0X1\"",
                    "\"0x1g\"",
                    "\"0x-1\"",
                    "\"0x 1\"",
                    "\"0x10000000000000000\"",
                    "[]",
                    "{}",
                    "true"},
                   [&] { return client.chain_id(); });
}

TEST_F(ChainClient, RefusesAVersionThatIsNoText) {
    expect_invalid({"1", "null", "[]"}, [&] { return client.client_version(); });
}

TEST_F(ChainClient, RefusesCodeThatIsNoData) {
    expect_invalid({"\"\"", "\"00\"", "\"0x0\"", "\"0xzz\"", "null", "7"},
                   [&] { return client.code_at(address()); });
}

TEST_F(ChainClient, NeverSaysItsUrl) {
    transport.break_down();
    const auto result = client.chain_id();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Kind::unavailable);
    EXPECT_THAT(result.error().what, HasSubstr("eth_chainId"));
    EXPECT_THAT(result.error().what, Not(HasSubstr("secret")));
}

TEST_F(ChainClient, NamesAnErrorByCodeAndBoundedText) {
    transport.refuse({-32603, "bad\nthings " + std::string(1000, 'x'), ""});
    const auto result = client.chain_id();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Kind::internal);
    EXPECT_THAT(result.error().what, HasSubstr("-32603 \"bad_things"));
    EXPECT_LT(result.error().what.size(), 300U);
}

std::string block_text() {
    return R"({"number":"0x5","hash":")" + word("a") + R"(","parentHash":")" + word("b") +
           R"(","timestamp":"0x64"})";
}

TEST_F(ChainClient, ReadsABlock) {
    transport.answer(block_text());
    const auto block = client.block_at(5);
    ASSERT_TRUE(block) << block.error().what;
    EXPECT_EQ(block->number, 5U);
    EXPECT_EQ(codec::to_hex_0x(block->hash.view()), word("a"));
    EXPECT_EQ(codec::to_hex_0x(block->parent.view()), word("b"));
    EXPECT_EQ(block->time.seconds, 100);
    EXPECT_EQ(transport.asked.at(0), R"(eth_getBlockByNumber ["0x5",false])");
}

TEST_F(ChainClient, RefusesMalformedBlocks) {
    const std::string good = block_text();
    expect_invalid({"[]",
                    "{}",
                    "\"0x5\"",
                    replaced(good, "\"0x5\"", "\"0x6\""),
                    replaced(good, "\"0x5\"", "5"),
                    replaced(good, "number", "nummer"),
                    replaced(good, "0xaa", "0xa"),
                    replaced(good, "0xaa", "0xaaaa"),
                    replaced(good, "0xbb", "0xzb"),
                    replaced(good, "\"0x64\"", "null"),
                    replaced(good, "\"0x64\"", "\"0x8000000000000000\"")},
                   [&] { return client.block_at(5); });
}

TEST_F(ChainClient, SaysNotFoundForABlockBeyondTheEnd) {
    transport.answer("null");
    EXPECT_EQ(client.block_at(5).error().kind, Kind::not_found);
}

TEST_F(ChainClient, RefusesAChainWithoutBlocks) {
    transport.answer("null");
    EXPECT_EQ(client.newest_block().error().kind, Kind::invalid);
}

/// A seed of the fuzz corpus: an answer of anvil 1.7.1 under Prague, after the digit that names the
/// question.
std::string answer_of_anvil(const char* name) {
    std::ifstream file(std::string(MEDNEXUS_SOURCE_DIR "/fuzz/corpus/chain_answers/") + name);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    EXPECT_GT(text.size(), 1U) << name;
    return text.substr(1);
}

TEST_F(ChainClient, ReencodesAHeaderOfAnotherMakerToItsHash) {
    transport.answer(answer_of_anvil("block"));
    const auto block = client.full_block_at(5);
    ASSERT_TRUE(block) << block.error().what;
    const auto header = parse_header(block->header_rlp);
    ASSERT_TRUE(header) << header.error().what;
    EXPECT_EQ(header->ref, block->ref);
    EXPECT_EQ(header->receipts_root, block->receipts_root);
}

TEST_F(ChainClient, ReencodesReceiptsOfAnotherMakerToTheirRoot) {
    transport.answer(answer_of_anvil("block"));
    transport.answer(answer_of_anvil("receipts"));
    const auto block = client.full_block_at(5);
    const auto receipts = client.raw_receipts_at(5);
    ASSERT_TRUE(block && receipts);
    EXPECT_TRUE(prove_receipt(*receipts, 0, block->receipts_root));
}

std::string log_text(std::string_view block, std::string_view index) {
    return R"({"address":")" + std::string(kAddress) + R"(","topics":[")" + word("1") +
           R"("],"data":"0x0102","blockNumber":")" + std::string(block) + R"(","blockHash":")" +
           word("a") + R"(","transactionHash":")" + word("c") + R"(","logIndex":")" +
           std::string(index) + R"(","removed":false})";
}

LogFilter filter() {
    return {.from_block = 5, .to_block = 9, .addresses = {address()}};
}

TEST_F(ChainClient, ReadsLogsInOrder) {
    transport.answer("[" + log_text("0x9", "0x0") + "," + log_text("0x5", "0x2") + "," +
                     log_text("0x5", "0x1") + "]");
    const auto logs = client.logs(filter());
    ASSERT_TRUE(logs) << logs.error().what;
    ASSERT_EQ(logs->size(), 3U);
    EXPECT_EQ(logs->at(0).log_index, 1U);
    EXPECT_EQ(logs->at(1).log_index, 2U);
    EXPECT_EQ(logs->at(2).block_number, 9U);
    EXPECT_EQ(logs->at(0).data, (Bytes{1, 2}));
    EXPECT_EQ(transport.asked.at(0),
              R"(eth_getLogs [{"address":[")" + std::string(kAddress) +
                  R"("],"fromBlock":"0x5","toBlock":"0x9"}])");
}

TEST_F(ChainClient, RefusesLogsThatNobodyAskedFor) {
    const std::string good = log_text("0x5", "0x0");
    expect_invalid({"null",
                    "{}",
                    "[null]",
                    "[" + log_text("0x4", "0x0") + "]",
                    "[" + log_text("0xa", "0x0") + "]",
                    "[" + good + "," + good + "]",
                    "[" + replaced(good, "0x0011", "0x0012") + "]",
                    "[" + replaced(good, "\"removed\":false", "\"removed\":true") + "]",
                    "[" + replaced(good, "\"" + word("a") + "\"", "null") + "]",
                    "[" + replaced(good, "0x0102", "0x012") + "]",
                    "[" + replaced(good, "[\"" + word("1") + "\"]", "[\"0x01\"]") + "]",
                    "[" + replaced(good, "[\"" + word("1") + "\"]", "\"0x\"") + "]"},
                   [&] { return client.logs(filter()); });
}

TEST_F(ChainClient, RefusesFiveTopics) {
    const std::string topic = "\"" + word("1") + "\"";
    const std::string five = topic + "," + topic + "," + topic + "," + topic + "," + topic;
    expect_invalid({"[" + replaced(log_text("0x5", "0x0"), topic, five) + "]"},
                   [&] { return client.logs(filter()); });
}

TEST_F(ChainClient, NamesARevert) {
    const std::string data =
        codec::to_hex_0x(crypto::keccak256(bytes_of("LengthMismatch()")).view().first(4));
    transport.refuse({3, "execution reverted", data});
    const auto result = client.call({.from = {}, .to = address(), .data = {1}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, Kind::denied);
    EXPECT_THAT(result.error().what, HasSubstr("LengthMismatch()"));
}

TEST_F(ChainClient, TakesARevertWithoutCodeForOne) {
    transport.refuse({-32000, "execution reverted", ""});
    EXPECT_EQ(client.estimate_gas({.from = {}, .to = address(), .data = {}}).error().kind,
              Kind::denied);
}

TEST_F(ChainClient, ReadsFees) {
    transport.answer(R"({"baseFeePerGas":"0x7"})");
    transport.answer("\"0x3\"");
    const auto fees = client.fees();
    ASSERT_TRUE(fees) << fees.error().what;
    EXPECT_EQ(fees->base_fee_wei, 7U);
    EXPECT_EQ(fees->tip_wei, 3U);
}

TEST_F(ChainClient, AsksForPendingAndLatestNonces) {
    transport.answer("\"0x1\"");
    transport.answer("\"0x2\"");
    EXPECT_EQ(client.nonce_of(address(), Client::NonceAt::latest).value(), 1U);
    EXPECT_EQ(client.nonce_of(address(), Client::NonceAt::pending).value(), 2U);
    EXPECT_THAT(transport.asked.at(0), HasSubstr("\"latest\""));
    EXPECT_THAT(transport.asked.at(1), HasSubstr("\"pending\""));
}

const Bytes kRaw{2, 0xC0};  // what is in it, only the node judges

TEST_F(ChainClient, TakesAlreadyKnownForSuccess) {
    for (const char* text : {"already known",
                             "Transaction already imported",
                             "ALREADY KNOWN",
                             "Known transaction",
                             "AlreadyKnown"}) {
        transport.refuse({-32000, text, ""});
        EXPECT_EQ(client.send_raw(kRaw).value(), crypto::keccak256(kRaw)) << text;
    }
}

TEST_F(ChainClient, RefusesAnAnswerThatNamesAnotherTransaction) {
    expect_invalid({"\"" + word("1") + "\"", "null", "\"0x\""},
                   [&] { return client.send_raw(kRaw); });
}

TEST_F(ChainClient, TellsRefusalsOfATransactionApart) {
    const std::vector<std::pair<RpcError, Kind>> cases{
        {{-32000, "replacement transaction underpriced", ""}, Kind::conflict},
        {{-32000, "nonce too low: next nonce 3, tx nonce 1", ""}, Kind::conflict},
        {{-32003, "nonce too low", ""}, Kind::conflict},
        {{-32000, "insufficient funds for gas * price + value", ""}, Kind::denied},
        {{-32003, "intrinsic gas too low", ""}, Kind::denied},
        {{-32000, "txpool is full", ""}, Kind::unavailable},
        {{-32603, "internal error", ""}, Kind::internal}};
    for (const auto& [error, kind] : cases) {
        transport.refuse(error);
        if (kind == Kind::conflict) {
            transport.answer("null");  // and the chain does not have it
        }
        EXPECT_EQ(client.send_raw(kRaw).error().kind, kind) << error.message;
    }
}

std::string receipt_text(const Hash32& transaction) {
    const std::string hash = codec::to_hex_0x(transaction.view());
    return R"({"transactionHash":")" + hash + R"(","blockNumber":"0x5","blockHash":")" + word("a") +
           R"(","transactionIndex":"0x0","status":"0x1","gasUsed":"0x5208",)" +
           R"("cumulativeGasUsed":"0x5208","type":"0x2","logsBloom":"0x)" + std::string(512, '0') +
           R"(","logs":[]})";
}

TEST_F(ChainClient, TakesATransactionInTheChainForSuccessWhenItsNonceIsUsed) {
    const Hash32 hash = crypto::keccak256(kRaw);
    transport.refuse({-32000, "nonce too low", ""});
    transport.answer(receipt_text(hash));
    EXPECT_EQ(client.send_raw(kRaw).value(), hash);
}

TEST_F(ChainClient, HasNoReceiptOfWhatIsNotInABlock) {
    const Hash32 hash = crypto::keccak256(kRaw);
    transport.answer("null");
    EXPECT_FALSE(client.receipt_of(hash).value());
    transport.answer(replaced(receipt_text(hash), "\"" + word("a") + "\"", "null"));
    EXPECT_FALSE(client.receipt_of(hash).value());
}

TEST_F(ChainClient, RefusesMalformedReceipts) {
    const Hash32 hash = crypto::keccak256(kRaw);
    const std::string good = receipt_text(hash);
    const std::string log = R"({"address":")" + std::string(kAddress);
    expect_invalid({"7",
                    "[]",
                    receipt_text(Hash32{}),
                    replaced(good, "\"status\":\"0x1\"", "\"status\":\"0x2\""),
                    replaced(good, "\"status\":\"0x1\"", "\"root\":\"0x1\""),
                    replaced(good, "\"logs\":[]", "\"logs\":null"),
                    replaced(good, "\"logs\":[]", "\"logs\":[" + log_text("0x5", "0x0") + "]"),
                    replaced(good, "\"0x5208\"", "21000")},
                   [&] { return client.receipt_of(hash); });
}

TEST_F(ChainClient, RefusesBlockReceiptsOutOfOrderOrOfAnUnknownType) {
    const std::string good = receipt_text(Hash32{});
    expect_invalid(
        {"7",
         "{}",
         "[null]",
         "[" + good + "," + good + "]",
         "[" + replaced(good, "\"0x2\"", "\"0x5\"") + "]",
         "[" + replaced(good, "\"blockNumber\":\"0x5\"", "\"blockNumber\":\"0x6\"") + "]",
         "[" + replaced(good, "logsBloom\":\"0x00", "logsBloom\":\"0x") + "]"},
        [&] { return client.raw_receipts_at(5); });
}

TEST_F(ChainClient, EncodesReceiptsByTheirType) {
    const std::string typed = receipt_text(Hash32{});
    transport.answer("[" + typed + "]");
    const auto two = client.raw_receipts_at(5);
    transport.answer("[" + replaced(typed, "\"0x2\"", "\"0x0\"") + "]");
    const auto zero = client.raw_receipts_at(5);
    transport.answer("[" + replaced(typed, "\"type\":\"0x2\",", "") + "]");
    const auto absent = client.raw_receipts_at(5);
    ASSERT_TRUE(two && zero && absent);
    EXPECT_EQ(two->at(0).front(), 2);
    EXPECT_EQ(zero->at(0), Bytes(two->at(0).begin() + 1, two->at(0).end()));
    EXPECT_EQ(absent->at(0), zero->at(0));
}

/// The same questions to a chain whose hashes and receipts are real.
class ChainClientOnFakeChain : public ::testing::Test {
protected:
    void SetUp() override {
        at = fake.deploy();
        fake.accredit("north.example", fake.accreditor(), Hash32{}, {2'000'000'000});
    }

    testing::ManualClock clock;
    testing::FakeChain fake{clock};
    Client client{fake, "fake"};
    Deployment at;
};

TEST_F(ChainClientOnFakeChain, ReencodesHeadersToTheirHash) {
    for (std::uint64_t number = 0; number <= fake.height(); ++number) {
        const auto block = client.full_block_at(number);
        ASSERT_TRUE(block) << block.error().what;
        EXPECT_EQ(crypto::keccak256(block->header_rlp), block->ref.hash);
    }
}

TEST_F(ChainClientOnFakeChain, GivesReceiptsThatProveTheirEvents) {
    const auto block = client.full_block_at(fake.height());
    const auto receipts = client.raw_receipts_at(fake.height());
    ASSERT_TRUE(block && receipts);
    const auto proof = prove_receipt(*receipts, 0, block->receipts_root);
    ASSERT_TRUE(proof) << proof.error().what;
    const auto logs = verify_receipt(*proof, block->receipts_root);
    ASSERT_TRUE(logs) << logs.error().what;
    EXPECT_EQ(logs->at(0).address, at.institutions);
}

/// Changes what a node says of its newest block.
class LyingTransport final : public Transport {
public:
    LyingTransport(Transport& below, std::string member, std::string text)
        : below_(&below), member_(std::move(member)), text_(std::move(text)) {}

    Result<RpcAnswer> call(const std::string& url,
                           std::string_view method,
                           const json::Value& params) override {
        auto answer = below_->call(url, method, params);
        if (method == "eth_getBlockReceipts") {
            answer->error = RpcError{-32601, "no such method", ""};
        } else if (json::Object* object = answer->result.as_object(); object != nullptr) {
            object->set(member_, text_);
        }
        return answer;
    }

private:
    Transport* below_;
    std::string member_;
    std::string text_;
};

TEST_F(ChainClientOnFakeChain, CallsAHeaderThatIsNotTheHashesCorrupt) {
    for (const char* member : {"stateRoot", "receiptsRoot", "requestsHash", "mixHash"}) {
        LyingTransport lying(fake, member, word("7"));
        const auto block = Client(lying, "fake").full_block_at(1);
        ASSERT_FALSE(block) << member;
        EXPECT_EQ(block.error().kind, Kind::corrupt) << member;
    }
}

TEST_F(ChainClientOnFakeChain, TakesSingleReceiptsWhereANodeHasNoBlockReceipts) {
    LyingTransport lying(fake, "unused", "");
    const auto expected = client.raw_receipts_at(1);
    const auto single = Client(lying, "fake").raw_receipts_at(1);
    ASSERT_TRUE(expected && single) << single.error().what;
    EXPECT_EQ(expected->size(), 5U);
    EXPECT_EQ(*single, *expected);
}

TEST_F(ChainClientOnFakeChain, NamesTheContractsOwnErrors) {
    const auto refused =
        client.estimate_gas({.from = address(), .to = at.cases, .data = anchor_call(1, Hash32{})});
    EXPECT_EQ(refused.error().kind, Kind::denied);
    const auto stranger =
        client.call({.from = address(), .to = at.anchors, .data = anchor_call(1, Hash32{})});
    ASSERT_FALSE(stranger);
    EXPECT_THAT(stranger.error().what, HasSubstr("NotAnInstitution(" + std::string(kAddress)));
}

}  // namespace
}  // namespace mednexus::chain
