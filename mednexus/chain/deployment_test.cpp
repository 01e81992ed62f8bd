#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/embedded.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::chain {
namespace {

constexpr Contract kContracts[] = {
    Contract::institutions, Contract::consents, Contract::cases, Contract::anchors};

std::string source(std::string_view name, std::string_view ending = "") {
    std::ifstream in(
        MEDNEXUS_SOURCE_DIR "/contracts/abi/" + std::string(name) + std::string(ending),
        std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

Address address(std::uint8_t fill) {
    return Address::from(Bytes(20, fill)).value();
}

Deployment deployment() {
    return {.chain_id = 31337,
            .institutions = address(1),
            .consents = address(2),
            .cases = address(3),
            .anchors = address(0xAA),
            .from_block = 12};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Deployment, IsWrittenAndReadBack) {
    const std::string text = write_deployment(deployment());
    EXPECT_TRUE(text.starts_with("{\"abi\":{\"AnchorRegistry\":\"0x")) << text;
    EXPECT_TRUE(text.ends_with("\"type\":\"mednexus/deployment/v1\"}\n")) << text;
    const auto read = parse_deployment(text);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(*read, deployment());
}

TEST(Deployment, RefusesMembersOfAnotherShape) {
    const std::string text = write_deployment(deployment());
    const std::string one = "0x0101010101010101010101010101010101010101";
    const std::string last = "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const std::pair<std::string, std::string> changes[] = {
        {"mednexus/deployment/v1", "mednexus/deployment/v2"},
        {"\"chain_id\":31337", "\"chain_id\":-1"},
        {"\"chain_id\":31337", "\"chain_id\":\"31337\""},
        {"\"chain_id\":31337", "\"chain_id\":9223372036854775808"},
        {"\"chain_id\":31337", "\"chain_id\":3.1337e4"},
        {"\"from_block\":12", "\"from_block\":-12"},
        {"\"from_block\":12,", ""},
        {one, one + "01"},
        {one, "0x0000000000000000000000000000000000000000"},
        {one, "0x0202020202020202020202020202020202020202"},
        {last, "0xAaAaAaAaAaAaAaAaAaAaAaAaAaAaAaAaAaAaAaAa"},
        {last, "0xAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"{\"abi\"", "{\"aaa\":1,\"abi\""},
        {"\"cases\":", "\"cases\": "},
        {"\n", ""},
        {"\n", "\n\n"},
    };
    for (const auto& [from, to] : changes) {
        const auto read = parse_deployment(replaced(text, from, to));
        ASSERT_FALSE(read) << from << " -> " << to;
        EXPECT_EQ(read.error().kind, Kind::invalid);
    }
}

TEST(Deployment, RefusesContractsOfAnotherProgramByName) {
    const std::string text = write_deployment(deployment());
    for (const Contract contract : kContracts) {
        const std::string hash = codec::to_hex_0x(abi_hash(contract).view());
        const auto read = parse_deployment(replaced(text, hash, "0x00"));
        ASSERT_FALSE(read);
        EXPECT_NE(read.error().what.find(name_of(contract)), std::string::npos)
            << read.error().what;
    }
}

TEST(Deployment, RefusesEveryTruncationAndTextsThatAreTooLong) {
    const std::string text = write_deployment(deployment());
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(parse_deployment(std::string_view(text).substr(0, size))) << size;
    }
    EXPECT_FALSE(parse_deployment(std::string(5000, ' ') + text));
}

TEST(Embedded, ContractsAreTheFilesOfTheSourceTree) {
    ASSERT_EQ(internal::contract_files().size(), 8U);
    for (const internal::EmbeddedFile& file : internal::contract_files()) {
        const std::string text = source(file.path);
        EXPECT_FALSE(text.empty()) << file.path;
        EXPECT_EQ(text_of(file.bytes), text) << file.path;
    }
}

TEST(CreationCode, IsTheCompiledCodeAndOneWordWithTheArgument) {
    for (const Contract contract : kContracts) {
        const Bytes code = creation_code(contract, address(0x5A));
        ASSERT_GT(code.size(), 500U);
        const BytesView compiled = BytesView(code).first(code.size() - 32);
        EXPECT_EQ(codec::to_hex(compiled) + "\n", source(name_of(contract), ".bin"));
        EXPECT_EQ(codec::to_hex(BytesView(code).last(32)),
                  "0000000000000000000000005a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
    }
    EXPECT_NE(creation_code(Contract::cases, address(1)),
              creation_code(Contract::anchors, address(1)));
}

}  // namespace
}  // namespace mednexus::chain
