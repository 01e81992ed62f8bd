#include "mednexus/storage/internal/test_support.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::storage {
namespace {

using internal::expect_kind;
using internal::Person;
using mednexus::testing::SeededRandom;

class RecipientsTest : public ::testing::Test {
protected:
    SeededRandom random_{4};
    Person owner_{random_};
    Person guest_{random_};
    Person stranger_{random_};
    Sealed sealed_ =
        internal::seal_or_die(bytes_of("a case"), std::vector{owner_.public_key}, random_);

    [[nodiscard]] bool can_read(const Header& header, const Person& person) const {
        return open(header, sealed_.body, person.secret).has_value();
    }
};

TEST_F(RecipientsTest, AnAddedRecipientReadsTheSameBody) {
    const auto shared = add_recipient(sealed_.header, owner_.secret, guest_.public_key, random_);
    ASSERT_TRUE(shared);
    EXPECT_TRUE(can_read(*shared, owner_));
    EXPECT_TRUE(can_read(*shared, guest_));
    EXPECT_FALSE(can_read(*shared, stranger_));
    EXPECT_FALSE(can_read(sealed_.header, guest_));
    EXPECT_EQ(shared->packets.front(), sealed_.header.packets.front());
}

TEST_F(RecipientsTest, AGuestMayPassOnWhatHeCanRead) {
    const Header shared = *add_recipient(sealed_.header, owner_.secret, guest_.public_key, random_);
    const auto further = add_recipient(shared, guest_.secret, stranger_.public_key, random_);
    ASSERT_TRUE(further);
    EXPECT_TRUE(can_read(*further, stranger_));
}

TEST_F(RecipientsTest, AStrangerCanAddNobody) {
    expect_kind(add_recipient(sealed_.header, stranger_.secret, stranger_.public_key, random_),
                Kind::denied);
    expect_kind(
        rewrap_for(sealed_.header, stranger_.secret, std::vector{stranger_.public_key}, random_),
        Kind::denied);
}

TEST_F(RecipientsTest, RewrappingLeavesExactlyTheNamedReaders) {
    const Header shared = *add_recipient(sealed_.header, owner_.secret, guest_.public_key, random_);
    const auto without_guest =
        rewrap_for(shared, owner_.secret, std::vector{owner_.public_key}, random_);
    ASSERT_TRUE(without_guest);
    EXPECT_TRUE(can_read(*without_guest, owner_));
    EXPECT_FALSE(can_read(*without_guest, guest_));
    const Header for_guest =
        *rewrap_for(shared, owner_.secret, std::vector{guest_.public_key}, random_);
    EXPECT_FALSE(can_read(for_guest, owner_));
    EXPECT_TRUE(can_read(for_guest, guest_));
}

/// Removal takes away the header, not what was learnt: docs/formats/crypt4gh.md section 4.
TEST_F(RecipientsTest, ARemovedReaderWhoKeptTheOldHeaderStillReads) {
    const Header shared = *add_recipient(sealed_.header, owner_.secret, guest_.public_key, random_);
    ASSERT_TRUE(rewrap_for(shared, owner_.secret, std::vector{owner_.public_key}, random_));
    EXPECT_TRUE(can_read(shared, guest_));
}

TEST_F(RecipientsTest, HandsOnEveryDataKey) {
    const Sealed other =
        internal::seal_or_die(bytes_of("another"), std::vector{owner_.public_key}, random_);
    Header two_keys = sealed_.header;
    two_keys.packets.push_back(other.header.packets.front());
    const Header shared = *add_recipient(two_keys, owner_.secret, guest_.public_key, random_);
    EXPECT_EQ(shared.packets.size(), 4U);
    EXPECT_TRUE(open(shared, sealed_.body, guest_.secret));
    EXPECT_TRUE(open(shared, other.body, guest_.secret));
}

TEST_F(RecipientsTest, RefusesNobodySmallOrderKeysAndTooManyPackets) {
    expect_kind(rewrap_for(sealed_.header, owner_.secret, {}, random_), Kind::invalid);
    expect_kind(add_recipient(sealed_.header, owner_.secret, crypto::X25519PublicKey{}, random_),
                Kind::invalid);
    Header full = sealed_.header;
    full.packets.resize(kHeaderPacketsMax, full.packets.front());
    expect_kind(add_recipient(full, owner_.secret, guest_.public_key, random_), Kind::invalid);
}

}  // namespace
}  // namespace mednexus::storage
