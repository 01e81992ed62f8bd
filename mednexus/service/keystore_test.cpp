#include "mednexus/service/keystore.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/testing/faulty_disk.hpp"
#include "mednexus/testing/seeded_random.hpp"

namespace mednexus::service {
namespace {

class KeyStoreTest : public ::testing::Test {
protected:
    [[nodiscard]] Result<std::unique_ptr<KeyStore>> open(std::string_view passphrase = "right") {
        return open_file_keystore(
            disk_, {SecretBytes(to_bytes(passphrase)), {.memory_kib = 8, .passes = 1}}, random_);
    }

    static NamedKeys keys_of(std::string_view name, std::uint8_t fill) {
        NamedKeys out;
        out.emplace(std::string(name), SecretBytes(Bytes(32, fill)));
        return out;
    }

    mednexus::testing::FaultyDisk disk_;
    mednexus::testing::SeededRandom random_{3};
};

TEST_F(KeyStoreTest, GivesBackKeysAfterReopening) {
    ASSERT_TRUE((*open())->put(keys_of("log", 1)));
    ASSERT_TRUE((*open())->put(keys_of("home", 2)));
    const auto store = open();
    EXPECT_THAT((*store)->names(), ::testing::ElementsAre("home", "log"));
    EXPECT_THAT((*store)->get("log")->reveal(), ::testing::Each(1));
    EXPECT_EQ((*store)->get("tls").error().kind, Kind::not_found);
}

TEST_F(KeyStoreTest, RefusesAWrongPassphraseAndEveryFlippedByte) {
    ASSERT_TRUE((*open())->put(keys_of("log", 1)));
    EXPECT_EQ(open("wrong").error().kind, Kind::denied);
    const Bytes whole = disk_.content_of(std::string(kKeyStorePath));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        Bytes flipped = whole;
        flipped[i] ^= 1U;
        disk_.plant(std::string(kKeyStorePath), flipped);
        EXPECT_FALSE(open()) << i;
    }
}

TEST_F(KeyStoreTest, NeverReplacesAKey) {
    const auto store = open();
    ASSERT_TRUE((*store)->put(keys_of("log", 1)));
    EXPECT_TRUE((*store)->put(keys_of("log", 1)));
    EXPECT_EQ((*store)->put(keys_of("log", 2)).error().kind, Kind::conflict);
    EXPECT_THAT((*store)->get("log")->reveal(), ::testing::Each(1));
}

TEST_F(KeyStoreTest, AFailedWriteKeepsWhatWasThere) {
    const auto store = open();
    ASSERT_TRUE((*store)->put(keys_of("log", 1)));
    disk_.set_fault(
        mednexus::testing::Fault{mednexus::testing::FaultKind::disk_full, disk_.operations()});
    EXPECT_EQ((*store)->put(keys_of("home", 2)).error().kind, Kind::io);
    EXPECT_EQ((*store)->get("home").error().kind, Kind::not_found);
    EXPECT_THAT((*open())->names(), ::testing::ElementsAre("log"));
}

TEST_F(KeyStoreTest, HoldsTheKeysOfAnInstitution) {
    const auto made = make_keys("north.example", {1'790'000'000}, random_);
    ASSERT_TRUE(made);
    const auto store = open();
    ASSERT_TRUE(save_keys(**store, *made));
    const auto loaded = load_keys(**open(), "north.example");
    ASSERT_TRUE(loaded) << loaded.error().what;
    EXPECT_EQ(loaded->log.verifier(), made->log.verifier());
    EXPECT_EQ(loaded->identity.verifier(), made->identity.verifier());
    EXPECT_EQ(loaded->tls.certificate, made->tls.certificate);
    EXPECT_EQ(loaded->log.name, "north.example/log");
}

TEST_F(KeyStoreTest, SaysWhichKeyIsMissing) {
    const auto store = open();
    ASSERT_TRUE((*store)->put(keys_of("log", 1)));
    EXPECT_EQ(load_keys(**store, "north.example").error().kind, Kind::corrupt);
}

}  // namespace
}  // namespace mednexus::service
