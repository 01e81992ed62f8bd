#include <gtest/gtest.h>

#include "mednexus/chain/contracts.hpp"
#include "mednexus/chain/internal/eip712.hpp"
#include "mednexus/codec/hex.hpp"

namespace mednexus::chain {
namespace {

Hash32 hash(std::string_view text) {
    return codec::parse_hex_as<Hash32>(text).value();
}

Hash32 word(std::uint8_t fill) {
    return Hash32::from(Bytes(32, fill)).value();
}

Deployment local() {
    Deployment out;
    out.chain_id = 31337;
    out.consents = Address::from(Bytes(20, 0xC0)).value();
    return out;
}

ConsentGrant grant() {
    return {.handle = word(0x11), .commitment = word(0x22), .expires = {1800000000}, .version = 7};
}

// EIP-712, "Test Cases" (Example.js): the Mail from Cow to Bob.
TEST(Eip712, GivesTheSeparatorAndDigestOfItsExample) {
    const Hash32 separator = internal::domain_separator(
        {.name = "Ether Mail",
         .version = "1",
         .chain_id = 1,
         .contract =
             crypto::parse_evm_address("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC").value()});
    EXPECT_EQ(separator, hash("f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"));
    const Hash32 mail = hash("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
    EXPECT_EQ(internal::typed_digest(separator, mail),
              hash("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"));
}

// Computed with a script that shares nothing with this code: Keccak-256 written anew for Node.js
// and the concatenations of EIP-712 by hand; it gives the example's digest above as well.
TEST(Consents, HaveTheDigestsThatAnIndependentScriptGives) {
    EXPECT_EQ(grant_digest(local(), grant()),
              hash("0a806a25416b3742c14093d8ac97bb7d65741324acef5c8140434f7afa2b7bc3"));
    EXPECT_EQ(revocation_digest(local(), {word(0x11)}),
              hash("b5892f7e90bbc84057a1065c6d6c64fa8b42f5bf6a52c59732920ffdb5fb30ab"));
}

TEST(Consents, HaveTheHandleThatAnIndependentScriptGives) {
    const Address account =
        crypto::parse_evm_address("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf").value();
    EXPECT_EQ(consent_handle(account),
              hash("0c5600af7c4c5f6cb1e72f92a30eac12c6265f3875050bd21defa0cabdc643f2"));
    EXPECT_EQ(institution_id("north.example"),
              hash("1ab83ea6cf20eedf153aa30d36dadc3e94140283ca6105392dbd21f16b4fac1f"));
}

// The example of docs/formats/chain.md section 1, to which a test of the contract holds as well.
TEST(Consents, AreSignedAsTheExampleOfTheFormatPage) {
    Deployment at;
    at.chain_id = 31337;
    at.consents = crypto::parse_evm_address("0xe61244bb1242d392fb53df4979a62e955a9bc70d").value();
    Secret<32> key;
    key.mutable_reveal()[31] = 1;
    const Hash32 handle = consent_handle(crypto::evm_address_of(key).value());
    const Hash32 granted = grant_digest(
        at, {.handle = handle, .commitment = word(0xC0), .expires = {1900000000}, .version = 7});
    EXPECT_EQ(granted, hash("68857a28be28161558523c5d0e7afd88b9d92cdf5af42217c69d1b92a5c398db"));
    EXPECT_EQ(codec::to_hex(crypto::to_rsv(crypto::sign_recoverable(key, granted).value())),
              "cbf139de25ffb22cb9da4f5561d53ea1cfaafaab55737f08b33f6d5721c36fca"
              "659d83dc0189e37898f5faf3748fc419ed81873cfbde62eb341897e4c6bf1b591b");
    const Hash32 revoked = revocation_digest(at, {handle});
    EXPECT_EQ(revoked, hash("5bb9e8b8678cae8aadc8aa8ea398cc2fa89c88d296659340e5542433df12a91a"));
    EXPECT_EQ(codec::to_hex(crypto::to_rsv(crypto::sign_recoverable(key, revoked).value())),
              "f849223868015d82385608297f487f748fd339d87df96f6aac7e1c7aa03cb572"
              "5fb1a9d6fb922f473671ac4884e54035d5b0aac4145be37b78a8fc5fec59666f1b");
}

TEST(Consents, EveryFieldAndTheChainAreUnderTheDigest) {
    const Hash32 digest = grant_digest(local(), grant());
    ConsentGrant other = grant();
    other.handle = word(0x12);
    EXPECT_NE(grant_digest(local(), other), digest);
    other = grant();
    other.commitment = word(0x23);
    EXPECT_NE(grant_digest(local(), other), digest);
    other = grant();
    other.expires.seconds += 1;
    EXPECT_NE(grant_digest(local(), other), digest);
    other = grant();
    other.version += 1;
    EXPECT_NE(grant_digest(local(), other), digest);
    Deployment elsewhere = local();
    elsewhere.chain_id = 1;
    EXPECT_NE(grant_digest(elsewhere, grant()), digest);
    elsewhere = local();
    elsewhere.consents = Address();
    EXPECT_NE(grant_digest(elsewhere, grant()), digest);
    EXPECT_NE(revocation_digest(local(), {word(0x11)}), digest);
}

TEST(Consents, ASignedGrantNamesTheAccountOfItsHandle) {
    Secret<32> key;
    key.mutable_reveal()[31] = 1;
    const Address account = crypto::evm_address_of(key).value();
    ConsentGrant mine = grant();
    mine.handle = consent_handle(account);
    const auto signature = crypto::sign_recoverable(key, grant_digest(local(), mine));
    ASSERT_TRUE(signature);
    const auto signer = crypto::recover_signer(grant_digest(local(), mine), *signature);
    ASSERT_TRUE(signer);
    EXPECT_EQ(consent_handle(*signer), mine.handle);
}

}  // namespace
}  // namespace mednexus::chain
