#include "mednexus/storage/storage.hpp"

#include "mednexus/storage/internal/test_support.hpp"
#include "mednexus/testing/faulty_disk.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::storage {
namespace {

using internal::expect_kind;
using internal::Person;
using mednexus::testing::FaultyDisk;
using mednexus::testing::SeededRandom;

class StorageTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t kNoLimit = UINT64_MAX;

    SeededRandom random_{5};
    Person owner_{random_};
    FaultyDisk disk_;
    std::unique_ptr<ObjectStore> store_ = make_local_store(disk_);

    [[nodiscard]] Deposit keep(BytesView plain) {
        MemorySource source(plain);
        auto kept = deposit(*store_, source, std::vector{owner_.public_key}, random_);
        EXPECT_TRUE(kept) << kept.error().what;
        return kept.value_or(Deposit{});
    }

    [[nodiscard]] std::string path_of_object() const { return disk_.paths().front(); }
};

TEST_F(StorageTest, GivesBackWhatWasDeposited) {
    for (const std::size_t size : {1U, 65535U, 65536U, 65537U, 5U * 1048576U + 3U}) {
        const Bytes plain = random_.bytes(size);
        const Deposit kept = keep(plain);
        EXPECT_EQ(kept.object.size_bytes, sealed_size_of(size));
        const auto back = withdraw(*store_, kept, owner_.secret, kNoLimit);
        ASSERT_TRUE(back) << back.error().what;
        EXPECT_TRUE(internal::is_same(back->reveal(), plain));
    }
}

TEST_F(StorageTest, KeepsNoPlaintextOnTheDisk) {
    const std::string secret = "Marfan syndrome, HP:0001166, and a name";
    const Deposit kept = keep(bytes_of(secret));
    for (const std::string& path : disk_.paths()) {
        const Bytes content = disk_.content_of(path);
        EXPECT_EQ(text_of(content).find("HP:0001166"), std::string_view::npos);
    }
}

TEST_F(StorageTest, GivesTheSamePlaintextAnotherNameEachTime) {
    EXPECT_NE(keep(bytes_of("a case")).object.root, keep(bytes_of("a case")).object.root);
}

TEST_F(StorageTest, RefusesEmptyContentAndKeepsNothing) {
    MemorySource nothing({});
    expect_kind(deposit(*store_, nothing, std::vector{owner_.public_key}, random_), Kind::invalid);
    EXPECT_TRUE(disk_.paths().empty());
}

TEST_F(StorageTest, RefusesToGiveMoreThanTheCallerAllows) {
    const Deposit kept = keep(Bytes(1000));
    EXPECT_TRUE(withdraw(*store_, kept, owner_.secret, 1000));
    expect_kind(withdraw(*store_, kept, owner_.secret, 999), Kind::invalid);
}

TEST_F(StorageTest, DeniesAStrangerAndAForeignHeader) {
    const Person stranger(random_);
    const Deposit kept = keep(bytes_of("a case"));
    expect_kind(withdraw(*store_, kept, stranger.secret, kNoLimit), Kind::denied);
    const Deposit mixed{.header = keep(bytes_of("another")).header, .object = kept.object};
    expect_kind(withdraw(*store_, mixed, owner_.secret, kNoLimit), Kind::corrupt);
}

TEST_F(StorageTest, RefusesSwappedAndDroppedSegments) {
    const Deposit kept = keep(random_.bytes(2 * kSegmentPlainSizeBytes));
    const std::string path = path_of_object();
    const Bytes body = disk_.content_of(path);
    const BytesView first = BytesView(body).first(kSegmentSealedSizeBytes);
    Bytes swapped = to_bytes(BytesView(body).subspan(kSegmentSealedSizeBytes));
    append(swapped, first);
    for (const BytesView bad : {BytesView(swapped), first}) {
        disk_.plant(path, bad);
        expect_kind(withdraw(*store_, kept, owner_.secret, kNoLimit), Kind::corrupt);
    }
    disk_.plant(path, body);
    EXPECT_TRUE(withdraw(*store_, kept, owner_.secret, kNoLimit));
}

TEST_F(StorageTest, RefusesEveryFlippedBitOfTheObject) {
    const Deposit kept = keep(bytes_of("a small case"));
    const std::string path = path_of_object();
    const Bytes body = disk_.content_of(path);
    for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
        disk_.plant(path, internal::flipped(body, bit));
        expect_kind(withdraw(*store_, kept, owner_.secret, kNoLimit), Kind::corrupt);
    }
}

}  // namespace
}  // namespace mednexus::storage
