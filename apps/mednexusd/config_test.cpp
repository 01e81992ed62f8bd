#include "apps/mednexusd/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mednexus::mednexusd {
namespace {

using testing::HasSubstr;

void expect_refused(std::string_view text, const char* words) {
    const auto config = parse_config(text);
    ASSERT_FALSE(config) << text;
    EXPECT_EQ(config.error().kind, Kind::invalid);
    EXPECT_THAT(config.error().what, HasSubstr(words));
}

TEST(DaemonConfig, TakesWhatInitWrites) {
    const auto config = parse_config(
        "# a comment\nname = \"north.example\"\nlegal_name = \"North \\\"General\\\"\"\n"
        "jurisdiction = \"DE\"\nendpoint = \"https://127.0.0.1:1\"\n"
        "listen = \"127.0.0.1:1\"\nontology = \"\"\n");
    ASSERT_TRUE(config) << config.error().what;
    EXPECT_EQ(config->listen, "127.0.0.1:1");
}

TEST(DaemonConfig, MayBeEmpty) {
    EXPECT_EQ(parse_config("")->listen, "");
}

TEST(DaemonConfig, RefusesUnknownKeysAndTablesWithTheirLine) {
    expect_refused("name = \"n\"\nlissten = \"x\"\n", "line 2: key lissten is unknown");
    expect_refused("\n\n[storage.rpc]\nlisten = \"x\"\n", "table storage is unknown");
}

TEST(DaemonConfig, RefusesWrongTypesWithTheirLine) {
    expect_refused("name = \"n\"\nlisten = 8443\n", "line 2: listen is no string");
    expect_refused("listen = [\"127.0.0.1:1\"]\n", "line 1: listen is no string");
}

TEST(DaemonConfig, RefusesWhatIsNoToml) {
    expect_refused("name = \"n\"\nlisten = \n", "line 2: not TOML");
    expect_refused("listen = \"a\"\nlisten = \"b\"\n", "line 2: not TOML");
    expect_refused("listen = \"\xff\"\n", "line 1: not TOML");
}

TEST(DaemonConfig, NamesTheHomeWithoutOne) {
    const auto config = read_config("/nonexistent");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, Kind::not_found);
    EXPECT_THAT(config.error().what, HasSubstr("/nonexistent"));
}

}  // namespace
}  // namespace mednexus::mednexusd
