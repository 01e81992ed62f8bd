#include "mednexus/da/roster.hpp"

#include "mednexus/codec/hex.hpp"
#include "mednexus/da/internal/test_support.hpp"

namespace mednexus::da {
namespace {

using internal::signer;

std::vector<crypto::NoteVerifier> keys(
    std::initializer_list<std::pair<const char*, std::uint8_t>> holders) {
    std::vector<crypto::NoteVerifier> out;
    for (const auto& [name, seed] : holders) {
        out.push_back(signer(name, seed).verifier());
    }
    return out;
}

TEST(Roster, KnowsItsHoldersByKey) {
    const auto roster = Roster::make(keys({{"a.example", 1}, {"b.example", 2}}));
    ASSERT_TRUE(roster);
    EXPECT_EQ(roster->index_of(signer("b.example", 2).verifier()), 1U);
    EXPECT_EQ(roster->index_of(signer("b.example", 3).verifier()), std::nullopt);
    EXPECT_EQ(roster->index_of(signer("c.example", 2).verifier()), std::nullopt);
}

TEST(Roster, HashIsOverEveryKeyInOrder) {
    const auto two = Roster::make(keys({{"a.example", 1}, {"b.example", 2}}));
    const auto other = Roster::make(keys({{"a.example", 1}, {"b.example", 3}}));
    const auto three = Roster::make(keys({{"a.example", 1}, {"b.example", 2}, {"c.example", 3}}));
    EXPECT_NE(two->hash(), other->hash());
    EXPECT_NE(two->hash(), three->hash());
    const std::string text = "MNX-DA-1/roster\n" + crypto::write_vkey(two->holders()[0]) + "\n" +
                             crypto::write_vkey(two->holders()[1]) + "\n";
    EXPECT_EQ(two->hash(), crypto::sha256(bytes_of(text)));
}

TEST(Roster, RefusesAKeyOrANameTwice) {
    EXPECT_FALSE(Roster::make(keys({{"a.example", 1}, {"b.example", 1}})));
    EXPECT_FALSE(Roster::make(keys({{"a.example", 1}, {"a.example", 2}})));
    EXPECT_FALSE(Roster::make(keys({{"b.example", 1}, {"a.example", 2}})));
    EXPECT_FALSE(Roster::make(keys({{"a.example", 1}})));
    EXPECT_FALSE(Roster::make({}));
    auto cosigner = keys({{"a.example", 1}, {"b.example", 2}});
    cosigner[1].type = crypto::NoteKeyType::cosignature;
    EXPECT_FALSE(Roster::make(cosigner));
}

TEST(Profile, CrashOnlyLosesOneAndAsksAll) {
    EXPECT_EQ(code_of(Profile::crash_only, 2).value(), (Code{2, 1}));
    EXPECT_EQ(code_of(Profile::crash_only, 3).value(), (Code{3, 2}));
    EXPECT_EQ(code_of(Profile::crash_only, 16).value(), (Code{16, 15}));
    EXPECT_FALSE(code_of(Profile::crash_only, 1));
    EXPECT_FALSE(code_of(Profile::crash_only, 17));
    EXPECT_EQ(quorum_of(Profile::crash_only, 3), 3U);
    EXPECT_EQ(parse_profile("crash-only").value(), Profile::crash_only);
    EXPECT_FALSE(parse_profile("honest-majority"));
}

}  // namespace
}  // namespace mednexus::da
