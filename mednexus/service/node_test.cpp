#include "mednexus/service/node.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

constexpr const char* kNorth = "north.example";

class NodeTest : public ::testing::Test {
protected:
    [[nodiscard]] InitOptions init_options(const std::string& folder) const {
        return {.home = world_.home_of(folder),
                .name = kNorth,
                .legal_name = "North Hospital",
                .jurisdiction = "DE",
                .endpoint = "https://127.0.0.1:8443",
                .ontology_dir = "",
                .passphrase = World::passphrase()};
    }

    [[nodiscard]] Result<std::string> init(const InitOptions& options) {
        return make_home(options, world_.clock(), world_.random(), {.memory_kib = 8, .passes = 1});
    }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    World world_{clock_, folder_.path()};
};

TEST_F(NodeTest, InitMakesAHomeThatOpens) {
    world_.add(kNorth, "DE");
    const json::Value status = world_.must(kNorth, "status");
    EXPECT_EQ(text_in(status, "name"), kNorth);
    EXPECT_EQ(number_in(status, "cases"), 0);
    EXPECT_EQ(world_.log_size(kNorth), 1) << "home.created";
    const auto card = parse_card(world_.site(kNorth).card);
    ASSERT_TRUE(card) << card.error().what;
    EXPECT_EQ(card->jurisdiction, "DE");
}

TEST_F(NodeTest, InitRefusesAFolderThatHoldsSomething) {
    world_.add(kNorth, "DE");
    EXPECT_EQ(init(init_options(kNorth)).error().kind, Kind::conflict);
    std::filesystem::create_directory(world_.home_of("empty"));
    EXPECT_TRUE(init(init_options("empty")));
}

TEST_F(NodeTest, InitRefusesBadNamesAndLeavesNothing) {
    for (const char* name : {"", "North", "../north", "a/b", "-a", "a..b", "a b"}) {
        InitOptions options = init_options("fresh");
        options.name = name;
        EXPECT_EQ(init(options).error().kind, Kind::invalid) << name;
    }
    InitOptions place = init_options("fresh");
    place.jurisdiction = "Germany";
    EXPECT_EQ(init(place).error().kind, Kind::invalid);
    InitOptions url = init_options("fresh");
    url.endpoint = "http://127.0.0.1:1";
    EXPECT_EQ(init(url).error().kind, Kind::invalid);
    InitOptions open = init_options("fresh");
    open.passphrase = SecretBytes();
    EXPECT_EQ(init(open).error().kind, Kind::invalid);
    const std::filesystem::path parent =
        std::filesystem::path(world_.home_of("fresh")).parent_path();
    EXPECT_TRUE(std::filesystem::is_empty(parent));
}

TEST_F(NodeTest, OpenRefusesAWrongPassphraseAMissingHomeAndASecondHolder) {
    world_.add(kNorth, "DE");
    LoopbackTransport transport(world_.network(), kNorth);
    EXPECT_EQ(world_.try_open(kNorth).error().kind, Kind::busy);
    world_.close(kNorth);
    const auto wrong = open_node({world_.home_of(kNorth), SecretBytes({1, 2, 3}), ""},
                                 world_.clock(),
                                 world_.random(),
                                 transport,
                                 nullptr,
                                 {});
    EXPECT_EQ(wrong.error().kind, Kind::denied);
    const auto missing = open_node({world_.home_of("nowhere"), World::passphrase(), ""},
                                   world_.clock(),
                                   world_.random(),
                                   transport,
                                   nullptr,
                                   {});
    EXPECT_EQ(missing.error().kind, Kind::not_found);
    EXPECT_FALSE(std::filesystem::exists(world_.home_of("nowhere")));
}

TEST_F(NodeTest, OpenRefusesACardOfOtherKeys) {
    world_.add(kNorth, "DE");
    world_.add("south.example", "FR");
    world_.close(kNorth);
    std::filesystem::copy_file(world_.home_of("south.example") + "/card.note",
                               world_.home_of(kNorth) + "/card.note",
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(world_.try_open(kNorth).error().kind, Kind::corrupt);
}

TEST_F(NodeTest, RefusesUnknownOperationsAndUnknownFields) {
    world_.add(kNorth, "DE");
    EXPECT_EQ(world_.ask(kNorth, "case.steal").error().kind, Kind::invalid);
    EXPECT_EQ(world_.ask(kNorth, "status", object_with({{"x", 1}})).error().kind, Kind::invalid);
    EXPECT_EQ(world_.ask(kNorth, "case.show").error().kind, Kind::invalid);
    EXPECT_EQ(world_.node(kNorth).answer_peer("x", "exfiltrate", json::Object{}).error().kind,
              Kind::invalid);
}

TEST_F(NodeTest, DepositsACaseOnceAndShowsItAfterReopening) {
    world_.add(kNorth, "DE");
    const std::string text = read_source_file("demo/cases/north.example/pkan-early.json");
    const json::Value first = world_.must(kNorth, "case.add", object_with({{"phenopacket", text}}));
    EXPECT_EQ(text_in(first, "status"), "stored");
    const std::int64_t size = world_.log_size(kNorth);
    const json::Value again = world_.must(kNorth, "case.add", object_with({{"phenopacket", text}}));
    EXPECT_EQ(text_in(again, "status"), "existing");
    EXPECT_EQ(text_in(again, "case"), text_in(first, "case"));
    EXPECT_EQ(world_.log_size(kNorth), size);
    world_.close(kNorth);
    world_.open(kNorth);
    EXPECT_EQ(array_in(world_.must(kNorth, "case.list"), "cases").size(), 1U);
    const json::Value shown =
        world_.must(kNorth, "case.show", object_with({{"case", text_in(first, "case")}}));
    EXPECT_NE(shown.as_object()->find("phenopacket"), nullptr);
    EXPECT_EQ(world_.log_size(kNorth), size + 2) << "a decision and a read";
}

TEST_F(NodeTest, DepositsRefuseWhatIsNoPhenopacket) {
    world_.add(kNorth, "DE");
    for (const char* text : {"", "{", "{}", "[]", "{\"id\":1}"}) {
        EXPECT_EQ(world_.ask(kNorth, "case.add", object_with({{"phenopacket", text}})).error().kind,
                  Kind::invalid)
            << text;
    }
    EXPECT_EQ(array_in(world_.must(kNorth, "case.list"), "cases").size(), 0U);
    EXPECT_EQ(world_.log_size(kNorth), 1);
}

TEST_F(NodeTest, ReadsNeedAReasonCareAndAnExistingCase) {
    world_.add(kNorth, "DE");
    const std::string id = world_.deposit(kNorth, "north.example/pkan-early.json");
    const std::int64_t size = world_.log_size(kNorth);
    EXPECT_EQ(
        world_.ask(kNorth, "case.show", object_with({{"case", id}, {"reason", ""}})).error().kind,
        Kind::denied);
    EXPECT_EQ(
        world_.ask(kNorth, "case.show", object_with({{"case", id}, {"purpose", "DUO:0000042"}}))
            .error()
            .kind,
        Kind::denied);
    EXPECT_EQ(world_.log_size(kNorth), size + 2) << "denials are logged too";
    EXPECT_EQ(world_.ask(kNorth, "case.show", object_with({{"case", "0x" + std::string(64, '0')}}))
                  .error()
                  .kind,
              Kind::not_found);
}

TEST_F(NodeTest, ProvesItsLeavesAndNamesItsLogFiles) {
    world_.add(kNorth, "DE");
    const json::Value proof = world_.must(kNorth, "log.prove", object_with({{"leaf", 0}}));
    EXPECT_THAT(text_in(proof, "proof"), ::testing::StartsWith("c2sp.org/tlog-proof@v1\n"));
    EXPECT_EQ(world_.ask(kNorth, "log.prove", object_with({{"leaf", 99}})).error().kind,
              Kind::not_found);
    EXPECT_EQ(world_.ask(kNorth, "log.prove", object_with({{"leaf", -1}})).error().kind,
              Kind::invalid);
    const json::Value exported = world_.must(kNorth, "log.export");
    for (const json::Value& file : array_in(exported, "files")) {
        EXPECT_TRUE(world_.node(kNorth).log_file(*file.as_string())) << *file.as_string();
    }
    EXPECT_EQ(world_.node(kNorth).log_file("../keys/keystore.mnk").error().kind, Kind::not_found);
}

TEST_F(NodeTest, CountsWhatItDid) {
    world_.add(kNorth, "DE");
    const std::string id = world_.deposit(kNorth, "north.example/pkan-early.json");
    world_.must(kNorth, "case.show", object_with({{"case", id}}));
    const std::string metrics = world_.node(kNorth).metrics();
    EXPECT_THAT(metrics, ::testing::HasSubstr("mednexus_deposits_total 1\n"));
    EXPECT_THAT(metrics,
                ::testing::HasSubstr(
                    "mednexus_decisions_total{kind=\"plaintext_read\",outcome=\"permitted\"} 1\n"));
    EXPECT_THAT(metrics, ::testing::HasSubstr("mednexus_log_entries 4\n"));
}

TEST_F(NodeTest, PeersAreKnownByTheirPinAndKeptOnce) {
    world_.add(kNorth, "DE");
    World::Site& south = world_.add("south.example", "FR");
    const auto card = parse_card(south.card);
    EXPECT_EQ(world_.node(kNorth).peer_named_by_pin(card->tls_pin).error().kind, Kind::denied);
    world_.must(kNorth, "peer.add", object_with({{"card", south.card}}));
    EXPECT_EQ(
        text_in(world_.must(kNorth, "peer.add", object_with({{"card", south.card}})), "status"),
        "existing");
    world_.close(kNorth);
    world_.open(kNorth);
    EXPECT_EQ(*world_.node(kNorth).peer_named_by_pin(card->tls_pin), "south.example");
}

TEST_F(NodeTest, RefusesFalseCardsAndASecondCardOfOneName) {
    World::Site& north = world_.add(kNorth, "DE");
    World::Site& south = world_.add("south.example", "FR");
    world_.must(kNorth, "peer.add", object_with({{"card", south.card}}));
    std::string tampered = south.card;
    tampered.replace(tampered.find("127.0.0.1"), 9, "127.0.0.2");
    EXPECT_EQ(world_.ask(kNorth, "peer.add", object_with({{"card", tampered}})).error().kind,
              Kind::denied);
    EXPECT_EQ(world_.ask(kNorth, "peer.add", object_with({{"card", north.card}})).error().kind,
              Kind::conflict);
    InitOptions again = init_options("impostor");
    again.name = "south.example";
    const auto other = init(again);
    ASSERT_TRUE(other);
    EXPECT_EQ(world_.ask(kNorth, "peer.add", object_with({{"card", *other}})).error().kind,
              Kind::conflict);
    EXPECT_EQ(world_.log_size(kNorth), 2) << "home and one peer";
}

}  // namespace
}  // namespace mednexus::service::internal
