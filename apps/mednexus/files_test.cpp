#include "apps/mednexus/files.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FilesTest : public ::testing::Test {
protected:
    [[nodiscard]] std::string at(const std::string& name) const {
        return folder_.path() + "/" + name;
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& entry : fs::directory_iterator(folder_.path())) {
            out.push_back(entry.path().filename().string());
        }
        return out;
    }

    [[nodiscard]] std::string content(const std::string& name) const {
        return std::string(text_of(*read_input(at(name), 1000)));
    }

private:
    testing::TemporaryFolder folder_;
};

using OutputFileTest = FilesTest;
using InputFileTest = FilesTest;

TEST_F(OutputFileTest, IsThereWholeAfterCommitAndForItsOwnerOnly) {
    auto file = OutputFile::create(at("x"), Existing::refuse);
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->append(bytes_of("ab")));
    ASSERT_TRUE(file->append(bytes_of("c")));
    ASSERT_TRUE(file->commit());
    EXPECT_THAT(names(), ElementsAre("x"));
    EXPECT_EQ(content("x"), "abc");

    struct stat about {};

    ASSERT_EQ(::stat(at("x").c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(OutputFileTest, LeavesNothingWithoutCommit) {
    {
        auto file = OutputFile::create(at("x"), Existing::refuse);
        ASSERT_TRUE(file && file->append(bytes_of("ab")));
    }
    EXPECT_THAT(names(), IsEmpty());
}

TEST_F(OutputFileTest, RefusesANameThatIsTaken) {
    ASSERT_TRUE(write_output(at("x"), bytes_of("old"), Existing::refuse));
    EXPECT_EQ(write_output(at("x"), bytes_of("new"), Existing::refuse).error().kind,
              Kind::conflict);
    EXPECT_EQ(content("x"), "old");
    ASSERT_TRUE(write_output(at("x"), bytes_of("new"), Existing::replace));
    EXPECT_EQ(content("x"), "new");
    fs::create_directory(at("folder"));
    EXPECT_EQ(write_output(at("folder"), {}, Existing::replace).error().kind, Kind::conflict);
}

TEST_F(OutputFileTest, RefusesANameThatWasTakenMeanwhile) {
    auto file = OutputFile::create(at("x"), Existing::refuse);
    ASSERT_TRUE(file && file->append(bytes_of("mine")));
    ASSERT_TRUE(write_output(at("x"), bytes_of("theirs"), Existing::refuse));
    EXPECT_EQ(file->commit().error().kind, Kind::conflict);
    EXPECT_EQ(content("x"), "theirs");
}

TEST_F(OutputFileTest, DoesNotWriteThroughALinkToNowhere) {
    fs::create_symlink(at("elsewhere"), at("x"));
    EXPECT_EQ(write_output(at("x"), {}, Existing::refuse).error().kind, Kind::conflict);
    EXPECT_FALSE(fs::exists(at("elsewhere")));
}

TEST_F(OutputFileTest, NeedsItsFolder) {
    EXPECT_EQ(write_output(at("no/x"), {}, Existing::refuse).error().kind, Kind::not_found);
}

TEST_F(InputFileTest, RefusesWhatIsNoFileOrTooLarge) {
    EXPECT_EQ(read_input(at("x"), 9).error().kind, Kind::not_found);
    EXPECT_EQ(read_input(at(""), 9).error().kind, Kind::invalid);
    ASSERT_TRUE(write_output(at("x"), bytes_of("123456789"), Existing::refuse));
    EXPECT_EQ(read_input(at("x"), 8).error().kind, Kind::invalid);
    EXPECT_EQ(read_input(at("x"), 9)->size(), 9U);
    EXPECT_EQ(read_input("/dev/zero", 100'000).error().kind, Kind::invalid);
    EXPECT_EQ(read_input("/dev/null", 9)->size(), 0U);
    ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
    EXPECT_EQ(read_input(at("pipe"), 9).error().kind, Kind::invalid) << "and it does not wait";
}

}  // namespace
}  // namespace mednexus::cli
