#include "apps/mednexusd/options.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mednexus::mednexusd {
namespace {

using testing::HasSubstr;

Result<Options> parse(std::vector<const char*> words, const char* home = nullptr) {
    return parse_options(words, home);
}

TEST(DaemonOptions, AreTakenInEitherSpelling) {
    const auto options = parse({"--home",
                                "/h",
                                "--listen=127.0.0.1:1",
                                "--passphrase-fd",
                                "3",
                                "--ready-fd=4",
                                "--die-with-parent",
                                "--log-level",
                                "debug",
                                "--role",
                                "institution"});
    ASSERT_TRUE(options) << options.error().what;
    EXPECT_EQ(options->home, "/h");
    EXPECT_EQ(options->listen, "127.0.0.1:1");
    EXPECT_EQ(options->passphrase_fd, 3);
    EXPECT_EQ(options->ready_fd, 4);
    EXPECT_TRUE(options->ends_with_parent);
    EXPECT_EQ(options->log_level, LogLevel::debug);
}

TEST(DaemonOptions, HomeComesFromTheEnvironmentWhenItIsNotGiven) {
    EXPECT_EQ(parse({}, "/e")->home, "/e");
    EXPECT_EQ(parse({"--home", "/h"}, "/e")->home, "/h");
}

TEST(DaemonOptions, RolesThatDoNotExistYetAreNamed) {
    for (const char* roles : {"compute", "institution,compute", "compute,institution"}) {
        const auto options = parse({"--home", "/h", "--role", roles});
        ASSERT_FALSE(options) << roles;
        EXPECT_THAT(options.error().what, HasSubstr("role compute is not supported yet"));
    }
}

TEST(DaemonOptions, RefuseWhatIsMissingUnknownOrContradictory) {
    const std::vector<std::vector<const char*>> refused{
        {},
        {"--home"},
        {"--home", ""},
        {"--home", "/h", "--passphrase", "hunter2"},
        {"--home", "/h", "extra"},
        {"--home", "/h", "--passphrase-fd", "x"},
        {"--home", "/h", "--passphrase-fd", "-1"},
        {"--home", "/h", "--passphrase-fd", "3x"},
        {"--home", "/h", "--passphrase-fd", "99999999999"},
        {"--home", "/h", "--passphrase-fd", "3", "--passphrase-file", "f"},
        {"--home", "/h", "--die-with-parent=yes"},
        {"--home", "/h", "--log-level", "loud"},
        {"--home", "/h", "--role", ""},
    };
    for (const auto& words : refused) {
        const auto options = parse(words);
        EXPECT_FALSE(options) << testing::PrintToString(words);
    }
}

TEST(DaemonOptions, HelpNeedsNoHome) {
    EXPECT_TRUE(parse({"--help"})->wants_help);
    EXPECT_TRUE(parse({"-h"})->wants_help);
    EXPECT_THAT(usage(), HasSubstr("examples:"));
}

}  // namespace
}  // namespace mednexus::mednexusd
