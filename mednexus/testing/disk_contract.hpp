#pragma once
/// What every Disk promises. A test program includes this once and instantiates it:
///     INSTANTIATE_TEST_SUITE_P(Posix, DiskContract, ::testing::Values(DiskMaker{…}));
#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/disk/disk.hpp"

namespace mednexus::testing {

/// Each call returns a fresh, empty disk; the maker keeps alive what it needs.
using DiskMaker = std::function<std::unique_ptr<Disk>()>;

class DiskContract : public ::testing::TestWithParam<DiskMaker> {
protected:
    static constexpr std::uint64_t kNoLimit = UINT64_MAX;

    void SetUp() override { disk_ = GetParam()(); }

    [[nodiscard]] Disk& disk() { return *disk_; }

    [[nodiscard]] std::string text(const std::string& path) {
        const auto content = disk_->read(path, kNoLimit);
        return content ? std::string(text_of(*content)) : "<" + content.error().what + ">";
    }

    void write(const std::string& path, std::string_view content) {
        const auto written = disk_->write(path, bytes_of(content));
        ASSERT_TRUE(written) << written.error().what;
    }

    template <typename T>
    void expect_kind(const Result<T>& result, Kind kind) {
        ASSERT_FALSE(result);
        EXPECT_EQ(name_of(result.error().kind), name_of(kind)) << result.error().what;
    }

private:
    std::unique_ptr<Disk> disk_;
};

TEST_P(DiskContract, ReadsBackWhatWasWritten) {
    write("a/b/c", "content");
    EXPECT_EQ(text("a/b/c"), "content");
    EXPECT_EQ(*disk().size_of("a/b/c"), 7U);
}

TEST_P(DiskContract, ReplacesAWholeFile) {
    write("a", "a long first content");
    write("a", "short");
    EXPECT_EQ(text("a"), "short");
}

TEST_P(DiskContract, HoldsAnEmptyFile) {
    write("empty", "");
    EXPECT_EQ(text("empty"), "");
    EXPECT_EQ(*disk().size_of("empty"), 0U);
}

TEST_P(DiskContract, ReadsRanges) {
    write("digits", "0123456789");
    EXPECT_EQ(text_of(*disk().read_range("digits", 3, 4)), "3456");
    EXPECT_EQ(text_of(*disk().read_range("digits", 0, 10)), "0123456789");
    EXPECT_EQ(text_of(*disk().read_range("digits", 10, 0)), "");
}

TEST_P(DiskContract, RefusesRangesPastTheEnd) {
    write("digits", "0123456789");
    expect_kind(disk().read_range("digits", 9, 2), Kind::corrupt);
    expect_kind(disk().read_range("digits", 11, 0), Kind::corrupt);
    expect_kind(disk().read_range("digits", 1, UINT64_MAX), Kind::corrupt);
    expect_kind(disk().read_range("digits", UINT64_MAX, 1), Kind::corrupt);
}

TEST_P(DiskContract, RefusesToReadMoreThanTheCallerAllows) {
    write("digits", "0123456789");
    EXPECT_TRUE(disk().read("digits", 10));
    expect_kind(disk().read("digits", 9), Kind::invalid);
}

TEST_P(DiskContract, SaysNotFoundForWhatIsNotAFile) {
    write("folder/file", "x");
    for (const char* path : {"missing", "missing/file", "folder", "folder/file/below"}) {
        SCOPED_TRACE(path);
        expect_kind(disk().read(path, kNoLimit), Kind::not_found);
        expect_kind(disk().read_range(path, 0, 0), Kind::not_found);
    }
    expect_kind(disk().size_of("missing"), Kind::not_found);
}

TEST_P(DiskContract, RefusesPathsThatLeaveTheRootOrAreNotPlain) {
    const std::string with_nul("a\0b", 3);
    for (const std::string& path : {std::string(),
                                    std::string("/a"),
                                    std::string("a/"),
                                    std::string("a//b"),
                                    std::string("."),
                                    std::string(".."),
                                    std::string("a/../b"),
                                    std::string("a/.."),
                                    std::string("./a"),
                                    std::string(".tmp/a"),
                                    std::string(".tmp"),
                                    std::string("a\nb"),
                                    with_nul,
                                    std::string(256, 'a'),
                                    std::string(600, 'a').replace(200, 1, "/").append(600, 'b')}) {
        SCOPED_TRACE(path);
        expect_kind(disk().write(path, bytes_of("x")), Kind::invalid);
        expect_kind(disk().read(path, kNoLimit), Kind::invalid);
        expect_kind(disk().read_range(path, 0, 0), Kind::invalid);
        expect_kind(disk().size_of(path), Kind::invalid);
        expect_kind(disk().remove(path), Kind::invalid);
        auto file = *disk().create();
        expect_kind(file->commit_as(path), Kind::invalid);
    }
    expect_kind(disk().list(".."), Kind::invalid);
    EXPECT_TRUE(disk().list("")->empty());
}

TEST_P(DiskContract, RefusesAFileWhereAFolderIsAndBelowAFile) {
    write("folder/file", "x");
    expect_kind(disk().write("folder", bytes_of("y")), Kind::io);
    expect_kind(disk().write("folder/file/below", bytes_of("y")), Kind::io);
    EXPECT_EQ(text("folder/file"), "x");
}

TEST_P(DiskContract, ListsNamesSortedWithFoldersMarked) {
    write("z", "1");
    write("a/file", "1");
    write("a/deeper/file", "1");
    EXPECT_THAT(*disk().list(""), ::testing::ElementsAre("a/", "z"));
    EXPECT_THAT(*disk().list("a"), ::testing::ElementsAre("deeper/", "file"));
    EXPECT_TRUE(disk().list("missing")->empty());
}

TEST_P(DiskContract, RemovesAFileAndForgivesAMissingOne) {
    write("a/b", "1");
    EXPECT_TRUE(disk().remove("a/b"));
    expect_kind(disk().read("a/b", kNoLimit), Kind::not_found);
    EXPECT_TRUE(disk().remove("a/b"));
    EXPECT_TRUE(disk().remove("missing/b"));
}

TEST_P(DiskContract, RefusesToRemoveAFolder) {
    write("a/b", "1");
    expect_kind(disk().remove("a"), Kind::io);
    EXPECT_EQ(text("a/b"), "1");
}

TEST_P(DiskContract, JoinsThePiecesOfAStreamedFile) {
    auto file = *disk().create();
    ASSERT_TRUE(file->append(bytes_of("one ")));
    ASSERT_TRUE(file->append({}));
    ASSERT_TRUE(file->append(bytes_of("two")));
    expect_kind(disk().read("new/file", kNoLimit), Kind::not_found);
    ASSERT_TRUE(file->commit_as("new/file"));
    EXPECT_EQ(text("new/file"), "one two");
}

TEST_P(DiskContract, LeavesNothingOfAFileThatWasNotCommitted) {
    {
        auto file = *disk().create();
        ASSERT_TRUE(file->append(bytes_of("half")));
        EXPECT_TRUE(disk().list("")->empty());
    }
    EXPECT_TRUE(disk().list("")->empty());
}

TEST_P(DiskContract, ReadsADeletedFilesNameAsNewAfterARewrite) {
    write("a", "1");
    ASSERT_TRUE(disk().remove("a"));
    write("a", "2");
    EXPECT_EQ(text("a"), "2");
}

}  // namespace mednexus::testing
