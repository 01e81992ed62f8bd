#include "apps/mednexus/chain_tools/accreditor.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <unistd.h>

#include "apps/mednexus/chain_tools/anvil.hpp"
#include "apps/mednexus/chain_tools/folder.hpp"
#include "apps/mednexus/files.hpp"
#include "mednexus/crypto/key_wrap.hpp"
#include "mednexus/testing/seeded_random.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::chain_tools {
namespace {

constexpr crypto::Argon2idCost kCheap{.memory_kib = 8, .passes = 1};

SecretBytes passphrase(std::string_view text) {
    return SecretBytes(to_bytes(text));
}

class ChainFolder : public ::testing::Test {
protected:
    [[nodiscard]] std::string path(const char* name) const { return folder.path() + "/" + name; }

    void write(const char* name, std::string_view text) const {
        ASSERT_TRUE(cli::write_output(path(name), bytes_of(text), cli::Existing::replace));
    }

    testing::TemporaryFolder folder;
    testing::SeededRandom random{3};
};

TEST_F(ChainFolder, OpensTheKeyThatWasMadeWithItsPassphraseOnly) {
    const auto made = make_accreditor(path("a.mnk"), passphrase("open"), random, kCheap);
    ASSERT_TRUE(made);
    const auto opened = open_accreditor(path("a.mnk"), passphrase("open"));
    ASSERT_TRUE(opened) << opened.error().what;
    EXPECT_TRUE(std::ranges::equal(opened->reveal(), made->reveal()));
    EXPECT_EQ(open_accreditor(path("a.mnk"), passphrase("shut")).error().kind, Kind::denied);
}

TEST_F(ChainFolder, NeverWritesOverAKey) {
    ASSERT_TRUE(make_accreditor(path("a.mnk"), passphrase("open"), random, kCheap));
    EXPECT_EQ(make_accreditor(path("a.mnk"), passphrase("open"), random, kCheap).error().kind,
              Kind::conflict);
}

TEST_F(ChainFolder, RefusesFilesThatHoldNoKey) {
    EXPECT_EQ(open_accreditor(path("none"), passphrase("open")).error().kind, Kind::not_found);
    write("text", "not sealed");
    EXPECT_EQ(open_accreditor(path("text"), passphrase("open")).error().kind, Kind::corrupt);
    for (const std::size_t size : {31U, 32U, 33U}) {  // 32 zeros are no scalar
        const Bytes wrapped =
            crypto::wrap_with_passphrase(passphrase("open"), Bytes(size), kCheap, random).value();
        write("wrapped", text_of(wrapped));
        EXPECT_EQ(open_accreditor(path("wrapped"), passphrase("open")).error().kind, Kind::corrupt);
    }
}

TEST_F(ChainFolder, KnowsNoChainBeforeOneWasStarted) {
    EXPECT_EQ(choose_url(folder.path(), "").error().kind, Kind::unavailable);
    EXPECT_EQ(choose_url(folder.path(), "http://x").value(), "http://x");
    EXPECT_FALSE(read_deployment(folder.path()).value().has_value());
    EXPECT_FALSE(find_running(folder.path()).value().has_value());
    EXPECT_FALSE(stop_anvil(folder.path()).value());
}

TEST_F(ChainFolder, RefusesADeploymentThatIsNone) {
    write(kDeploymentFile, "{}");
    EXPECT_EQ(read_deployment(folder.path()).error().kind, Kind::invalid);
}

TEST_F(ChainFolder, TakesNoOtherProcessForItsAnvil) {
    write(kUrlFile, "http://127.0.0.1:1\n");
    for (const std::string& pid : {std::to_string(::getpid()),
                                   std::string("1"),
                                   std::string("-1"),
                                   std::string("0"),
                                   std::string("x"),
                                   std::string("999999999")}) {
        write(kPidFile, pid + "\n");
        const auto running = find_running(folder.path());
        ASSERT_TRUE(running);
        EXPECT_FALSE(running->has_value()) << pid;
    }
}

TEST_F(ChainFolder, BacksUpWholeStatesOnly) {
    ASSERT_TRUE(back_up_state(folder.path()));
    write(kStateFile, "{\"block\":1}");
    ASSERT_TRUE(back_up_state(folder.path()));
    write(kStateFile, "{\"block\":2,");
    ASSERT_TRUE(back_up_state(folder.path()));
    EXPECT_EQ(text_of(*cli::read_input(path(kBackupFile), 100)), "{\"block\":1}");
}

}  // namespace
}  // namespace mednexus::chain_tools
