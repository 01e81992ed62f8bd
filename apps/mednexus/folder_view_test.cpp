#include "apps/mednexus/folder_view.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/mednexus/files.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FolderViewTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::filesystem::create_directory(folder_.path() + "/tile");
        ASSERT_TRUE(
            write_output(folder_.path() + "/tile/000", bytes_of("12345"), Existing::refuse));
    }

    testing::TemporaryFolder folder_;
    FolderView view_{folder_.path()};
};

TEST_F(FolderViewTest, ReadsWhatIsThere) {
    EXPECT_EQ(text_of(*view_.read("tile/000", 5)), "12345");
    EXPECT_EQ(text_of(*view_.read_range("tile/000", 1, 3)), "234");
    EXPECT_EQ(*view_.size_of("tile/000"), 5U);
    EXPECT_THAT(*view_.list(""), ElementsAre("tile/"));
    EXPECT_THAT(*view_.list("tile"), ElementsAre("000"));
    EXPECT_THAT(*view_.list("none"), IsEmpty());
}

TEST_F(FolderViewTest, RefusesRangesPathsAndSizesThatAreNot) {
    EXPECT_EQ(view_.read("tile/000", 4).error().kind, Kind::invalid);
    EXPECT_EQ(view_.read("tile/001", 4).error().kind, Kind::not_found);
    EXPECT_EQ(view_.read("../x", 4).error().kind, Kind::invalid);
    EXPECT_EQ(view_.read_range("tile/000", 3, 3).error().kind, Kind::corrupt);
    EXPECT_EQ(view_.read_range("tile/000", 1, UINT64_MAX).error().kind, Kind::corrupt);
    EXPECT_EQ(view_folder(folder_.path() + "/none").error().kind, Kind::not_found);
}

TEST_F(FolderViewTest, ChangesNothing) {
    EXPECT_EQ(view_.write("x", {}).error().kind, Kind::denied);
    EXPECT_EQ(view_.remove("tile/000").error().kind, Kind::denied);
    EXPECT_EQ(view_.create().error().kind, Kind::denied);
    EXPECT_THAT(*view_.list(""), ElementsAre("tile/"));
}

}  // namespace
}  // namespace mednexus::cli
