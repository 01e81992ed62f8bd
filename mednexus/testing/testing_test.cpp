#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/testing/disk_contract.hpp"
#include "mednexus/testing/faulty_disk.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::testing {

INSTANTIATE_TEST_SUITE_P(Faulty, DiskContract, ::testing::Values(DiskMaker([] {
                             return std::make_unique<FaultyDisk>();
                         })));

namespace {

TEST(SeededRandom, RepeatsItsBytesAndDiffersByItsSeed) {
    SeededRandom a(1);
    SeededRandom b(1);
    SeededRandom c(2);
    const Bytes first = a.bytes(100);
    EXPECT_EQ(first, b.bytes(100));
    EXPECT_NE(first, c.bytes(100));
    EXPECT_NE(first, a.bytes(100));
}

TEST(SeededRandom, IsSplitMix64) {
    // First outputs for seed 1234567, as published with the reference implementation.
    SeededRandom random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317U);
    EXPECT_EQ(random.next(), 3203168211198807973U);
}

TEST(ManualClock, MovesOnlyWhenTold) {
    ManualClock clock(UnixTime{100});
    EXPECT_EQ(clock.now(), UnixTime{100});
    clock.advance_seconds(5);
    EXPECT_EQ(clock.now(), UnixTime{105});
    EXPECT_EQ(clock.monotonic_ns(), 5'000'000'000);
    clock.set(UnixTime{1});
    EXPECT_EQ(clock.monotonic_ns(), 5'000'000'000);
}

TEST(FaultyDisk, KeepsWhatWasCommittedAcrossACrash) {
    FaultyDisk disk;
    ASSERT_TRUE(disk.write("kept", bytes_of("1")));
    auto lost = *disk.create();
    ASSERT_TRUE(lost->append(bytes_of("2")));
    disk.crash();
    EXPECT_EQ(disk.read("kept", 10).error().kind, Kind::io);
    disk.restart();
    EXPECT_EQ(text_of(*disk.read("kept", 10)), "1");
    EXPECT_FALSE(lost->commit_as("lost"));
    EXPECT_THAT(disk.paths(), ::testing::ElementsAre("kept"));
}

TEST(FaultyDisk, FailsExactlyTheChosenOperation) {
    FaultyDisk disk;
    disk.set_fault(Fault{FaultKind::disk_full, 1});
    EXPECT_TRUE(disk.write("a", bytes_of("1")));
    EXPECT_EQ(disk.write("b", bytes_of("2")).error().kind, Kind::io);
    EXPECT_TRUE(disk.write("c", bytes_of("3")));
    EXPECT_THAT(disk.paths(), ::testing::ElementsAre("a", "c"));
    EXPECT_EQ(disk.operations(), 3U);
}

TEST(FaultyDisk, CrashesBeforeOrAfterTheEffect) {
    for (const FaultKind kind : {FaultKind::crash_before, FaultKind::crash_after}) {
        FaultyDisk disk;
        disk.set_fault(Fault{kind, 0});
        EXPECT_FALSE(disk.write("a", bytes_of("1")));
        EXPECT_FALSE(disk.write("b", bytes_of("1")));
        disk.restart();
        EXPECT_EQ(disk.paths().size(), kind == FaultKind::crash_after ? 1U : 0U);
    }
}

TEST(FaultyDisk, TearsAWrite) {
    FaultyDisk disk;
    disk.set_fault(Fault{FaultKind::torn, 0});
    EXPECT_FALSE(disk.write("a", bytes_of("12345678")));
    disk.restart();
    EXPECT_EQ(text_of(*disk.read("a", 10)), "1234");
}

TEST(FaultyDisk, FlipsOneBitOfWhatIsRead) {
    FaultyDisk disk;
    ASSERT_TRUE(disk.write("a", Bytes{0, 0}));
    disk.flip_bit_on_read("a", 9);
    EXPECT_EQ(*disk.read("a", 2), (Bytes{0, 2}));
    EXPECT_EQ(disk.content_of("a"), (Bytes{0, 0}));
}

}  // namespace
}  // namespace mednexus::testing
