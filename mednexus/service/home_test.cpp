#include "mednexus/service/home.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mednexus::service {
namespace {

using testing::HasSubstr;

void expect_refused(std::string_view text, const char* words) {
    const auto config = parse_home_config(text);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().kind, Kind::invalid);
    EXPECT_THAT(config.error().what, HasSubstr(words));
}

TEST(HomeConfigFile, TakesWhatInitWrites) {
    const auto config = parse_home_config(
        "# a comment\nname = \"north.example\"\nlegal_name = \"North \\\"General\\\"\"\n"
        "jurisdiction = \"DE\"\nendpoint = \"https://127.0.0.1:1\"\n"
        "listen = \"127.0.0.1:1\"\nontology = \"\"\n");
    ASSERT_TRUE(config) << config.error().what;
    EXPECT_EQ(config->listen, "127.0.0.1:1");
}

TEST(HomeConfigFile, NeedsAName) {
    expect_refused("", "name is missing");
    expect_refused("listen = \"127.0.0.1:1\"\n", "name is missing");
}

TEST(HomeConfigFile, IsReadBackAsItWasWritten) {
    const HomeConfig written{"n", "North \"General\" \\", "DE", "https://127.0.0.1:1", "x", ""};
    const auto read = parse_home_config(write_home_config(written));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->legal_name, written.legal_name);
    EXPECT_EQ(read->listen, "x");
}

TEST(HomeConfigFile, RefusesUnknownKeysAndTablesWithTheirLine) {
    expect_refused("name = \"n\"\nlissten = \"x\"\n", "line 2: key lissten is unknown");
    expect_refused("\n\n[storage.rpc]\nlisten = \"x\"\n", "table storage is unknown");
}

TEST(HomeConfigFile, RefusesWrongTypesWithTheirLine) {
    expect_refused("name = \"n\"\nlisten = 8443\n", "line 2: listen is no string");
    expect_refused("listen = [\"127.0.0.1:1\"]\n", "line 1: listen is no string");
}

TEST(HomeConfigFile, RefusesWhatIsNoToml) {
    expect_refused("name = \"n\"\nlisten = \n", "line 2: not TOML");
    expect_refused("listen = \"a\"\nlisten = \"b\"\n", "line 2: not TOML");
    expect_refused("listen = \"\xff\"\n", "line 1: not TOML");
}

TEST(HomeConfigFile, NamesTheHomeWithoutOne) {
    const auto config = read_home_config("/nonexistent");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, Kind::not_found);
    EXPECT_THAT(config.error().what, HasSubstr("/nonexistent"));
}

}  // namespace
}  // namespace mednexus::service
