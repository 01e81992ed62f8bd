#include <gtest/gtest.h>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/signatures.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::chain {
namespace {

using internal::call_of;  // a revert is built as a call is

Hash32 word(std::uint8_t fill) {
    return Hash32::from(Bytes(32, fill)).value();
}

const std::string kElevens = "0x1111111111111111111111111111111111111111111111111111111111111111";

TEST(Reverts, AreToldByNameAndValues) {
    const Address account = Address::from(Bytes(20, 0xAC)).value();
    EXPECT_EQ(describe_revert(call_of("ConsentIsRevoked(bytes32)", abi::Writer().word(word(0x11)))),
              "ConsentIsRevoked(" + kElevens + ")");
    EXPECT_EQ(describe_revert(call_of("StaleVersion(bytes32,uint32)",
                                      abi::Writer().word(word(0x11)).integer(3))),
              "StaleVersion(" + kElevens + ", 3)");
    EXPECT_EQ(describe_revert(call_of("NotAnInstitution(address)", abi::Writer().address(account))),
              "NotAnInstitution(0xacacacacacacacacacacacacacacacacacacacac)");
    EXPECT_EQ(describe_revert(call_of("LengthMismatch()", {})), "LengthMismatch()");
    EXPECT_EQ(describe_revert(
                  call_of("SizeNotLarger(uint64,uint64)", abi::Writer().integer(4).integer(5))),
              "SizeNotLarger(4, 5)");
    EXPECT_EQ(describe_revert(call_of("Panic(uint256)", abi::Writer().integer(17))), "Panic(17)");
    EXPECT_EQ(describe_revert(call_of("BatchTooLarge(uint256)", abi::Writer().word(word(0x11)))),
              "BatchTooLarge(" + kElevens + ")");
}

TEST(Reverts, OfEveryErrorOfTheContractsHaveAName) {
    for (const std::string_view signature : internal::error_signatures()) {
        abi::Writer arguments;
        for (std::size_t at = signature.find('('); signature[at] != ')';
             at = signature.find_first_of(",)", at + 1)) {
            if (signature[at + 1] == ')') {
                break;
            }
            if (signature.substr(at + 1).starts_with("string")) {
                arguments.string("text");
            } else {
                arguments.integer(1);
            }
        }
        const std::string told = describe_revert(call_of(signature, arguments));
        EXPECT_TRUE(told.starts_with(signature.substr(0, signature.find('(') + 1))) << told;
    }
}

TEST(Reverts, WithATextShowItOnOneLineOfPrintableCharacters) {
    // Error(string) as Solidity's documentation prints it, for revert("Not enough Ether
    // provided.").
    const Bytes published = codec::parse_hex(
                                "08c379a0"
                                "0000000000000000000000000000000000000000000000000000000000000020"
                                "000000000000000000000000000000000000000000000000000000000000001a"
                                "4e6f7420656e6f7567682045746865722070726f76696465642e000000000000")
                                .value();
    EXPECT_EQ(describe_revert(published), "Error(\"Not enough Ether provided.\")");
    EXPECT_EQ(describe_revert(call_of("Error(string)", abi::Writer().string("a\n\x1b[31m\"\xFF"))),
              "Error(\"a??[31m??\")");
}

TEST(Reverts, ThatWeCannotReadAreToldBySelector) {
    EXPECT_EQ(describe_revert({}), "revert without a reason");
    EXPECT_EQ(describe_revert(Bytes(3, 1)), "revert without a reason");
    EXPECT_EQ(describe_revert(Bytes(40, 0xEE)), "revert 0xeeeeeeee");
    EXPECT_EQ(
        describe_revert(call_of("Error(string)", abi::Writer().string(std::string(201, 'x')))),
        "revert 0x08c379a0");
    Bytes cut = call_of("StaleVersion(bytes32,uint32)", abi::Writer().word(word(1)).integer(3));
    cut.pop_back();
    EXPECT_TRUE(describe_revert(cut).starts_with("revert 0x"));
    cut.resize(cut.size() + 33);
    EXPECT_TRUE(describe_revert(cut).starts_with("revert 0x"));
}

}  // namespace
}  // namespace mednexus::chain
