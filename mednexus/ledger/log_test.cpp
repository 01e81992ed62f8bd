#include "mednexus/ledger/log.hpp"

#include "mednexus/ledger/internal/test_support.hpp"
#include "mednexus/testing/faulty_disk.hpp"
#include "mednexus/testing/seeded_random.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::ledger {
namespace {

using internal::expect_kind;
using internal::expect_refused;
using internal::fill;
using internal::open_test_log;
using internal::test_entry;
using internal::test_leaves;
using internal::test_signer;
using testing::FaultyDisk;

Hash32 reference_root(std::uint64_t size) {
    return size == 0 ? empty_root() : merkle::root_of(kRfc6962, test_leaves(size));
}

TEST(Log, BeginsEmptyAndSigned) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    EXPECT_EQ(log->size(), 0U);
    EXPECT_EQ(log->checkpoint().root, empty_root());
    EXPECT_THAT(disk.paths(), ::testing::ElementsAre("log/checkpoint"));
    EXPECT_TRUE(open_checkpoint(log->checkpoint_note(), log->verifier()));
}

TEST(Log, GivesEachNewEntryTheNextIndex) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    for (std::uint64_t i = 0; i < 5; ++i) {
        const auto appended = log->append(test_entry(i));
        ASSERT_TRUE(appended);
        EXPECT_EQ(appended->index, i);
        EXPECT_FALSE(appended->existed);
    }
    EXPECT_EQ(log->size(), 5U);
    EXPECT_EQ(log->checkpoint().root, reference_root(5));
}

TEST(Log, ReturnsTheFirstIndexForTheSameBytes) {
    FaultyDisk disk;
    auto log = open_test_log(disk);
    fill(*log, 3);
    const std::uint64_t before = disk.operations();
    const auto again = log->append(test_entry(1));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->index, 1U);
    EXPECT_TRUE(again->existed);
    EXPECT_EQ(log->size(), 3U);
    EXPECT_EQ(disk.operations(), before);

    log = open_test_log(disk);
    EXPECT_TRUE(log->append(test_entry(2))->existed);
    EXPECT_EQ(*log->find(test_entry(2)), 2U);
    expect_kind(log->find(test_entry(3)), Kind::not_found);
}

TEST(Log, RefusesEntriesOfNoOrTooManyBytes) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    expect_kind(log->append({}), Kind::invalid);
    expect_kind(log->append(Bytes(kEntrySizeBytesMax + 1, 1)), Kind::invalid);
    const auto largest = log->append(Bytes(kEntrySizeBytesMax, 1));
    ASSERT_TRUE(largest);
    EXPECT_EQ(log->entry(0)->size(), kEntrySizeBytesMax);
    EXPECT_TRUE(log->append(Bytes(1, 1)));
}

TEST(Log, ReopensAtEverySizeAroundATile) {
    FaultyDisk disk;
    auto log = open_test_log(disk);
    for (const std::uint64_t size :
         {1ULL, 2ULL, 254ULL, 255ULL, 256ULL, 257ULL, 511ULL, 512ULL, 513ULL}) {
        fill(*log, size);
        log = open_test_log(disk);
        ASSERT_TRUE(log) << size;
        EXPECT_EQ(log->size(), size);
        EXPECT_EQ(log->checkpoint().root, reference_root(size)) << size;
        for (std::uint64_t i = 0; i < size; ++i) {
            ASSERT_EQ(*log->entry(i), test_entry(i));
        }
    }
}

TEST(Log, KeepsOnlyThePartialTilesThatNoFullOneReplaced) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 255);
    EXPECT_THAT(disk.paths(), ::testing::Contains("log/tile/0/000.p/17"));
    fill(*log, 257);
    EXPECT_THAT(disk.paths(),
                ::testing::UnorderedElementsAre("log/checkpoint",
                                                "log/tile/0/000",
                                                "log/tile/0/001.p/1",
                                                "log/tile/1/000.p/1",
                                                "log/tile/entries/000",
                                                "log/tile/entries/001.p/1"));
}

TEST(Log, ProvesEveryEntryAndEveryGrowth) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 300);
    const auto leaves = test_leaves(300);
    testing::SeededRandom random(7);
    for (int round = 0; round < 200; ++round) {
        const std::uint64_t size = 1 + random.below(300);
        const std::uint64_t index = random.below(size);
        const Hash32 root = *log->root_at(size);
        EXPECT_EQ(root, merkle::root_of(kRfc6962, std::span(leaves).first(size)));
        EXPECT_TRUE(merkle::verify_inclusion(
            kRfc6962,
            {.index = index, .tree_size = size, .leaf_hash = leaves[index], .root = root},
            *log->inclusion_proof(index, size)));
        EXPECT_TRUE(merkle::verify_consistency(kRfc6962,
                                               {.old_size = index + 1,
                                                .new_size = size,
                                                .old_root = *log->root_at(index + 1),
                                                .new_root = root},
                                               *log->consistency_proof(index + 1, size)));
    }
}

TEST(Log, RefusesProofsAndEntriesBeyondItsCheckpoint) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 3);
    expect_kind(log->entry(3), Kind::not_found);
    expect_kind(log->prove(3), Kind::not_found);
    expect_kind(log->inclusion_proof(0, 4), Kind::invalid);
    expect_kind(log->inclusion_proof(3, 3), Kind::invalid);
    expect_kind(log->consistency_proof(0, 3), Kind::invalid);
    expect_kind(log->consistency_proof(1, 4), Kind::invalid);
    expect_kind(log->root_at(4), Kind::invalid);
}

TEST(Log, ServesThePublishedFilesAndNothingElse) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 258);
    EXPECT_EQ(text_of(*log->file("checkpoint")), log->checkpoint_note());
    EXPECT_EQ(text_of(*log->file("log.vkey")), crypto::write_vkey(log->verifier()) + "\n");
    for (const char* path : {"tile/entries/000",
                             "tile/0/000",
                             "tile/0/000.p/200",  // gone from the disk, still a front of the full
                             "tile/0/001.p/1",
                             "tile/0/001.p/2",
                             "tile/entries/001.p/2",
                             "tile/1/000.p/1"}) {
        EXPECT_TRUE(log->file(path)) << path;
    }
    disk.plant("log/tile/0/001.p/3", Bytes(96, 1));
    disk.plant("log/secret", bytes_of("x"));
    for (const char* path : {"tile/0/001.p/3",
                             "tile/0/001",
                             "tile/entries/001",
                             "tile/1/000.p/2",
                             "tile/1/000",
                             "tile/2/000.p/1",
                             "tile/7/x999/x999/x999/x999/x999/999",
                             "secret",
                             "",
                             "../node.sqlite",
                             "tile/0/../../secret"}) {
        expect_kind(log->file(path), Kind::not_found);
    }
}

TEST(Log, RefusesToOpenWithAnotherKeyOrOrigin) {
    FaultyDisk disk;
    fill(*open_test_log(disk), 2);
    expect_kind(Log::open(disk, test_signer("north.example/log", "other")), Kind::corrupt);
    expect_kind(Log::open(disk, test_signer("south.example/log")), Kind::corrupt);
}

TEST(Log, RefusesToBeginAnewWhereTilesAre) {
    FaultyDisk disk;
    fill(*open_test_log(disk), 2);
    ASSERT_TRUE(disk.remove("log/checkpoint"));
    expect_refused(Log::open(disk, test_signer("north.example/log")), Kind::corrupt, "tiles but");
}

TEST(Log, RefusesToOpenOverAnyMissingFile) {
    FaultyDisk whole;
    fill(*open_test_log(whole), 257);
    for (const std::string& path : whole.paths()) {
        FaultyDisk disk;
        for (const std::string& other : whole.paths()) {
            if (other != path) {
                disk.plant(other, whole.content_of(other));
            }
        }
        const auto log = Log::open(disk, test_signer("north.example/log"));
        if (path == "log/tile/entries/000") {  // a full bundle is checked when it is read
            ASSERT_TRUE(log);
            expect_kind((*log)->entry(0), Kind::not_found);
        } else {
            expect_kind(log, Kind::corrupt);
        }
    }
}

TEST(Log, RefusesToOpenOverAFlippedBitInTilesOrCheckpoint) {
    FaultyDisk disk;
    fill(*open_test_log(disk), 5);
    for (const std::string& path : disk.paths()) {
        if (path.find(".p/") != std::string::npos && path.find(".p/5") == std::string::npos) {
            continue;  // partial forms of earlier sizes are not read again
        }
        const Bytes good = disk.content_of(path);
        for (std::size_t at = 0; at < good.size(); ++at) {
            Bytes bad = good;
            bad[at] ^= 1U;
            disk.plant(path, bad);
            expect_kind(Log::open(disk, test_signer("north.example/log")), Kind::corrupt);
        }
        disk.plant(path, good);
    }
}

TEST(Log, SaysCorruptWhenAnEntryChangedUnderIt) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 256);
    disk.flip_bit_on_read("log/tile/entries/000", 8 * 2);
    expect_kind(log->entry(0), Kind::corrupt);
    EXPECT_TRUE(log->entry(1));
    expect_kind(log->file("tile/entries/000"), Kind::corrupt);
}

TEST(Log, SaysUnavailableWhenItIsFull) {
    FaultyDisk disk;
    const auto log = open_test_log(disk, {.entries_max = 2});
    fill(*log, 2);
    expect_kind(log->append(test_entry(2)), Kind::unavailable);
    EXPECT_TRUE(log->append(test_entry(1))->existed);
}

TEST(Log, SaysBusyWhenItsQueueIsFull) {
    FaultyDisk disk;
    const auto log = open_test_log(disk, {.queue_entries_max = 0});
    expect_kind(log->append(test_entry(0)), Kind::busy);
}

TEST(Log, LivesInTheRootOfADiskToo) {
    FaultyDisk disk;
    fill(*open_test_log(disk, {.folder = ""}), 1);
    EXPECT_THAT(
        disk.paths(),
        ::testing::UnorderedElementsAre("checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"));
}

TEST(Log, LivesOnARealDisk) {
    const testing::TemporaryFolder folder;
    {
        auto disk = *open_posix_disk(folder.path());
        fill(*open_test_log(*disk), 20);
    }
    auto disk = *open_posix_disk(folder.path());
    const auto log = open_test_log(*disk);
    EXPECT_EQ(log->size(), 20U);
    EXPECT_EQ(log->checkpoint().root, reference_root(20));
}

}  // namespace
}  // namespace mednexus::ledger
