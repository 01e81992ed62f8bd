#include "mednexus/service/internal/blob_store.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/testing/faulty_disk.hpp"
#include "mednexus/testing/seeded_random.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr UnixTime kNow{1'790'000'000};
const Audience kMembers{.name = "consortium/1", .readers = {"north.example", "south.example"}};
const Audience kOne{.name = "job/1", .readers = {"east.example"}, .until = kNow};

class BlobStoreTest : public ::testing::Test {
protected:
    BlobStoreTest() : disk_(*open_posix_disk(folder_.path())) { open(); }

    void open() {
        database_ = *Database::open(folder_.path() + "/node.sqlite", key_, random_);
        auto opened = BlobStore::open(*disk_, *database_);
        ASSERT_TRUE(opened) << opened.error().what;
        store_ = std::move(*opened);
    }

    Hash32 keep(std::string_view text, const Audience& audience) {
        const auto kept = store_->keep(bytes_of(text), audience);
        EXPECT_TRUE(kept) << kept.error().what;
        return kept.value_or(Hash32{});
    }

    [[nodiscard]] std::size_t files() const { return disk_->list("blobs")->size(); }

    [[nodiscard]] bool may(std::string_view reader, const Hash32& hash, UnixTime now = kNow) const {
        const auto found = store_->get_for(reader, hash, now);
        EXPECT_TRUE(found || found.error().kind == Kind::denied) << found.error().what;
        return found.has_value();
    }

    testing::TemporaryFolder folder_;
    testing::SeededRandom random_{1};
    Secret<32> key_ = *Secret<32>::from(Bytes(32, 5));
    std::unique_ptr<Disk> disk_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<BlobStore> store_;
};

TEST_F(BlobStoreTest, GivesABlobToItsAudienceAloneAlsoAfterReopening) {
    const Hash32 hash = keep("a key", kMembers);
    EXPECT_EQ(hash, crypto::sha256(bytes_of("a key")));
    open();
    EXPECT_EQ(text_of(*store_->get_for("north.example", hash, kNow)), "a key");
    EXPECT_TRUE(may("south.example", hash));
    EXPECT_FALSE(may("east.example", hash));
    EXPECT_FALSE(may("", hash));
}

TEST_F(BlobStoreTest, SaysTheSameOfABlobOfOthersAndOfNone) {
    const Hash32 hash = keep("a key", kMembers);
    const Hash32 none = crypto::sha256(bytes_of("none"));
    const auto others = store_->get_for("east.example", hash, kNow);
    const auto nobodys = store_->get_for("east.example", none, kNow);
    ASSERT_FALSE(others);
    ASSERT_FALSE(nobodys);
    EXPECT_EQ(others.error().kind, nobodys.error().kind);
    EXPECT_EQ(others.error().what, "blob " + codec::to_hex_0x(hash.view()) + ": not for this peer");
    EXPECT_EQ(nobodys.error().what,
              "blob " + codec::to_hex_0x(none.view()) + ": not for this peer");
    EXPECT_EQ(store_->get(none).error().kind, Kind::not_found);
    EXPECT_EQ(store_->show(none, kMembers).error().kind, Kind::not_found);
}

TEST_F(BlobStoreTest, KeepsOneFileForManyAudiencesAndRemovesItWithTheLast) {
    const Hash32 hash = keep("a batch", kMembers);
    EXPECT_EQ(keep("a batch", kOne), hash);
    EXPECT_EQ(files(), 1U);
    EXPECT_TRUE(may("east.example", hash));
    ASSERT_TRUE(store_->drop(hash, kMembers.name));
    EXPECT_FALSE(may("north.example", hash));
    EXPECT_TRUE(may("east.example", hash));
    ASSERT_TRUE(store_->drop(hash, kOne.name));
    ASSERT_TRUE(store_->drop(hash, kOne.name)) << "nothing there, nothing to do";
    EXPECT_EQ(files(), 0U);
    EXPECT_FALSE(*store_->has(hash));
}

TEST_F(BlobStoreTest, DropsAWholeAudience) {
    keep("a", kMembers);
    keep("b", kMembers);
    const Hash32 shared = keep("c", kMembers);
    ASSERT_TRUE(store_->show(shared, kOne));
    ASSERT_TRUE(store_->drop_audience(kMembers.name));
    EXPECT_EQ(files(), 1U);
    EXPECT_FALSE(may("north.example", shared));
    EXPECT_TRUE(may("east.example", shared));
}

TEST_F(BlobStoreTest, AnAudienceEndsAtItsTime) {
    const Hash32 hash = keep("a share", kOne);
    EXPECT_TRUE(may("east.example", hash, kNow));
    EXPECT_FALSE(may("east.example", hash, {kNow.seconds + 1}));
    ASSERT_TRUE(store_->drop_ended(kNow));
    EXPECT_EQ(files(), 1U);
    ASSERT_TRUE(store_->drop_ended({kNow.seconds + 1}));
    EXPECT_EQ(files(), 0U);
}

TEST_F(BlobStoreTest, TheFirstReadersOfAnAudienceStay) {
    const Hash32 hash = keep("a", kMembers);
    keep("b", {.name = kMembers.name, .readers = {"east.example"}});
    EXPECT_FALSE(may("east.example", hash));
}

TEST_F(BlobStoreTest, RefusesMoreThanItsLimitAndTakesExactlyIt) {
    const Bytes most(kBlobSizeBytesMax, 7);
    EXPECT_TRUE(store_->keep(most, kMembers));
    const Bytes more(kBlobSizeBytesMax + 1, 7);
    EXPECT_EQ(store_->keep(more, kMembers).error().kind, Kind::invalid);
    EXPECT_EQ(files(), 1U);
}

TEST_F(BlobStoreTest, NamesAFileWhoseBytesWereChanged) {
    const Hash32 hash = keep("a batch", kMembers);
    ASSERT_TRUE(disk_->write("blobs/" + codec::to_hex(hash.view()), bytes_of("A batch")));
    EXPECT_EQ(store_->get(hash).error().kind, Kind::corrupt);
    const auto found = store_->get_for("north.example", hash, kNow);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, Kind::corrupt);
}

TEST_F(BlobStoreTest, RemovesWhatACrashLeftWithoutAnAudience) {
    const Hash32 kept = keep("kept", kMembers);
    const Hash32 stray = crypto::sha256(bytes_of("stray"));
    ASSERT_TRUE(disk_->write("blobs/" + codec::to_hex(stray.view()), bytes_of("stray")));
    open();
    EXPECT_EQ(files(), 1U);
    EXPECT_TRUE(store_->get(kept));
}

TEST_F(BlobStoreTest, KeepingAndDroppingAtOnceNeverLeavesANameWithoutItsBytes) {
    constexpr int kRounds = 50;
    const auto keep_often = [&](const Audience& audience) {
        for (int i = 0; i < kRounds; ++i) {
            const Hash32 hash = keep("contested", audience);
            const auto found = store_->get(hash);
            EXPECT_TRUE(found) << found.error().what;
            EXPECT_TRUE(store_->drop(hash, audience.name));
        }
    };
    std::thread other([&] { keep_often(kOne); });
    keep_often(kMembers);
    other.join();
    EXPECT_EQ(files(), 0U);
}

TEST_F(BlobStoreTest, NothingIsNamedThatTheDiskDidNotTake) {
    testing::FaultyDisk faulty;
    BlobStore store(faulty, *database_);
    faulty.set_fault(testing::Fault{.kind = testing::FaultKind::io, .at_operation = 0});
    const auto kept = store.keep(bytes_of("a key"), kMembers);
    EXPECT_EQ(kept.error().kind, Kind::io);
    EXPECT_FALSE(*store.has(crypto::sha256(bytes_of("a key"))));
}

}  // namespace
}  // namespace mednexus::service::internal
