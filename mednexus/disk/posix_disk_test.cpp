#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mednexus/disk/disk.hpp"
#include "mednexus/disk/internal/posix_io.hpp"
#include "mednexus/testing/disk_contract.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::testing {

namespace {

std::unique_ptr<Disk> open_or_die(const std::string& root) {
    auto disk = open_posix_disk(root);
    if (!disk) {
        ADD_FAILURE() << disk.error().what;
        std::abort();
    }
    return *std::move(disk);
}

std::size_t count_temporaries(const std::string& root) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(root + "/.tmp")) {
        ++count;
    }
    return count;
}

unsigned mode_of(const std::string& path) {
    struct stat about {};

    EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
    return about.st_mode & 0777U;
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Posix, DiskContract, ::testing::Values(DiskMaker([] {
                             static std::vector<std::unique_ptr<TemporaryFolder>> folders;
                             folders.push_back(std::make_unique<TemporaryFolder>());
                             return open_or_die(folders.back()->path());
                         })));

namespace {

TEST(PosixDisk, MakesItsRootAndFoldersForTheOwnerOnly) {
    const TemporaryFolder folder;
    const std::string root = folder.path() + "/deep/home";
    const auto disk = open_or_die(root + "/");
    ASSERT_TRUE(disk->write("keys/secret", bytes_of("x")));
    EXPECT_EQ(mode_of(root), 0700U);
    EXPECT_EQ(mode_of(root + "/keys"), 0700U);
    EXPECT_EQ(mode_of(root + "/keys/secret"), 0600U);
}

TEST(PosixDisk, KeepsFilesAcrossReopening) {
    const TemporaryFolder folder;
    ASSERT_TRUE(open_or_die(folder.path())->write("a/b", bytes_of("kept")));
    EXPECT_EQ(text_of(*open_or_die(folder.path())->read("a/b", 100)), "kept");
}

TEST(PosixDisk, RemovesLeftoversOfACrashWhenOpened) {
    const TemporaryFolder folder;
    open_or_die(folder.path());
    std::ofstream(folder.path() + "/.tmp/1-0") << "half";
    EXPECT_EQ(count_temporaries(folder.path()), 1U);
    const auto disk = open_or_die(folder.path());
    EXPECT_EQ(count_temporaries(folder.path()), 0U);
    EXPECT_TRUE(disk->list("")->empty());
}

TEST(PosixDisk, LeavesTheOpenFilesOfAnotherDiskOnTheSameRootAlone) {
    const TemporaryFolder folder;
    const auto first = open_or_die(folder.path());
    auto file = *first->create();
    ASSERT_TRUE(file->append(bytes_of("x")));
    const auto second = open_or_die(folder.path());
    auto other = *second->create();
    ASSERT_TRUE(other->append(bytes_of("y")));
    ASSERT_TRUE(file->commit_as("first"));
    ASSERT_TRUE(other->commit_as("second"));
    EXPECT_EQ(text_of(*first->read("second", 9)), "y");
    EXPECT_EQ(text_of(*second->read("first", 9)), "x");
}

TEST(PosixDisk, LeavesNoTemporaryBehindAfterARefusedCommit) {
    const TemporaryFolder folder;
    const auto disk = open_or_die(folder.path());
    ASSERT_TRUE(disk->write("folder/file", bytes_of("x")));
    EXPECT_FALSE(disk->write("folder", bytes_of("y")));
    EXPECT_EQ(count_temporaries(folder.path()), 0U);
}

TEST(PosixDisk, DoesNotFollowASymbolicLinkOutOfItsRoot) {
    const TemporaryFolder outside;
    const TemporaryFolder folder;
    std::ofstream(outside.path() + "/secret") << "x";
    const auto disk = open_or_die(folder.path());
    std::filesystem::create_symlink(outside.path() + "/secret", folder.path() + "/link");
    EXPECT_FALSE(disk->read("link", 100));
    EXPECT_TRUE(disk->list("")->empty());
    ASSERT_TRUE(disk->write("link", bytes_of("ours")));  // replaces the link, not its target
    std::string kept;
    std::ifstream(outside.path() + "/secret") >> kept;
    EXPECT_EQ(kept, "x");
}

TEST(PosixDisk, RefusesARootThatIsAFile) {
    const TemporaryFolder folder;
    std::ofstream(folder.path() + "/file") << "x";
    const auto disk = open_posix_disk(folder.path() + "/file");
    ASSERT_FALSE(disk);
    EXPECT_EQ(disk.error().kind, Kind::io);
    EXPECT_THAT(disk.error().what, ::testing::HasSubstr(folder.path() + "/file"));
    EXPECT_EQ(open_posix_disk("").error().kind, Kind::invalid);
}

TEST(PosixDisk, SaysWhyAFullDeviceRefuses) {
    const disk::internal::Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    if (!full.is_open()) {
        GTEST_SKIP() << "no /dev/full here";
    }
    const auto written = disk::internal::write_all(full, Bytes(4096), "object");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, Kind::io);
    EXPECT_THAT(written.error().what, ::testing::HasSubstr("No space left"));
}

/// The file size limit makes write() stop short first and fail on the next call: the path that a
/// filling disk takes.
TEST(PosixDisk, ReportsAShortWriteThatCannotGoOnAndLeavesTheOldContent) {
    const TemporaryFolder folder;
    const auto disk = open_or_die(folder.path());
    ASSERT_TRUE(disk->write("a", bytes_of("old")));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{1000, before.rlim_max};
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const auto written = disk->write("a", Bytes(5000));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, Kind::io);
    EXPECT_EQ(text_of(*disk->read("a", 100)), "old");
    EXPECT_EQ(count_temporaries(folder.path()), 0U);
}

TEST(PosixDisk, WritersOfOnePathLeaveOneContentWhole) {
    const TemporaryFolder folder;
    const auto disk = open_or_die(folder.path());
    std::vector<std::jthread> writers;
    for (std::uint8_t id = 0; id < 4; ++id) {
        writers.emplace_back([&disk, id] {
            for (int i = 0; i < 20; ++i) {
                EXPECT_TRUE(disk->write("deep/folder/a", Bytes(10000, id)));
            }
        });
    }
    writers.clear();
    const Bytes left = *disk->read("deep/folder/a", 10000);
    EXPECT_THAT(left, ::testing::AllOf(::testing::SizeIs(10000), ::testing::Each(left.front())));
}

}  // namespace
}  // namespace mednexus::testing
