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
    expect_refused("name = \"n\"\n[st\xef\xbb\xb7u]\n", "line 2: not TOML");
    expect_refused("name \xc3\xa9 = \"n\"\n", "line 1: not TOML");
    expect_refused("name = \"\\\"\" \xc2\xa0\n", "line 1: not TOML");
}

TEST(HomeConfigFile, NamesTheHomeWithoutOne) {
    const auto config = read_home_config("/nonexistent");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, Kind::not_found);
    EXPECT_THAT(config.error().what, HasSubstr("/nonexistent"));
}

HomeConfig with_chain() {
    HomeConfig out;
    out.name = "north.example";
    out.chain.emplace();
    out.chain->rpc = "http://127.0.0.1:8545";
    out.chain->at.chain_id = 9107;
    out.chain->at.anchors.mutable_array()[19] = 7;
    out.chain->at.from_block = 12;
    out.chain->tip_wei_min = 2'000'000'000;
    return out;
}

TEST(HomeConfigFile, AChainComesBackAsItWasWritten) {
    const HomeConfig config = with_chain();
    const auto read = parse_home_config(write_home_config(config));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->chain, config.chain);
}

TEST(HomeConfigFile, AChainIsRefusedWhenAKeyIsMissingUnknownOrOfAnotherType) {
    const std::string text = write_home_config(with_chain());
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string out = text;
        out.replace(out.find(from), from.size(), to);
        return parse_home_config(out);
    };
    for (const char* line : {"confirmations = 2\n",
                             "age_seconds_max = 60\n",
                             "chain_id = 9107\n",
                             "rpc = \"http://127.0.0.1:8545\"\n"}) {
        const auto refused = changed(line, "");
        ASSERT_FALSE(refused) << line;
        EXPECT_THAT(refused.error().what, ::testing::HasSubstr("is missing"));
    }
    EXPECT_FALSE(changed("chain_id = 9107", "chain_id = 9107\nchainid = 1"));
    EXPECT_FALSE(changed("chain_id = 9107", "chain_id = \"9107\""));
    EXPECT_FALSE(changed("from_block = 12", "from_block = -1"));
    EXPECT_FALSE(changed("http://", "ftp://"));
    EXPECT_FALSE(changed("confirmations = 2", "confirmations = 0"));
    EXPECT_FALSE(changed("0x0000000000000000000000000000000000000007", "0x07"));
}

}  // namespace
}  // namespace mednexus::service
