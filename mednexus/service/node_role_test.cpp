/// Homes of two roles: what each refuses of the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

constexpr const char* kNorth = "north.example";
constexpr const char* kCompute = "compute.example";

class RoleTest : public ::testing::Test {
protected:
    RoleTest() {
        world_.add(kNorth, "DE");
        world_.add(kCompute, "DE", Role::compute);
        world_.exchange_cards();
    }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    World world_{clock_, folder_.path()};
};

TEST_F(RoleTest, StatusSaysTheRole) {
    EXPECT_EQ(text_in(world_.must(kNorth, "status"), "role"), "institution");
    EXPECT_EQ(text_in(world_.must(kCompute, "status"), "role"), "compute");
}

TEST_F(RoleTest, AComputingNodeHasItsLogAndKnowsItsPeers) {
    EXPECT_EQ(world_.log_size(kCompute), 2) << "home.created, peer.recorded";
    EXPECT_EQ(array_in(world_.must(kCompute, "peer.list"), "peers").size(), 1U);
    world_.must(kCompute, "log.export");
    world_.must(kCompute, "workflow.list");
}

TEST_F(RoleTest, AComputingNodeTakesNoCaseNoAgreementAndNoMatch) {
    for (const char* operation : {"agreement.add",
                                  "agreement.list",
                                  "agreement.propose",
                                  "agreement.sign",
                                  "bundle.anchor",
                                  "case.add",
                                  "case.erase",
                                  "case.list",
                                  "case.share",
                                  "case.show",
                                  "chain.items",
                                  "chain.status",
                                  "consent.explain",
                                  "consent.grant",
                                  "consent.revoke",
                                  "log.anchor",
                                  "match"}) {
        const auto answer = world_.ask(kCompute, operation);
        ASSERT_FALSE(answer) << operation;
        EXPECT_EQ(answer.error().kind, Kind::denied) << operation;
        EXPECT_THAT(answer.error().what, HasSubstr("role compute")) << operation;
    }
    for (const char* operation : {"match", "offer", "share", "anchored"}) {
        const auto answer =
            world_.node(kCompute).answer_peer(kNorth, operation, json::Value(json::Object{}));
        ASSERT_FALSE(answer) << operation;
        EXPECT_EQ(answer.error().kind, Kind::denied) << operation;
    }
    EXPECT_EQ(world_.ask(kCompute, "no.such").error().kind, Kind::invalid);
}

TEST_F(RoleTest, ABlobIsNobodysUntilItIsKeptForSomebody) {
    EXPECT_EQ(world_.node(kNorth).blob_for_peer(kCompute, Hash32{}).error().kind, Kind::denied);
}

TEST_F(RoleTest, AComputingNodeIsMadeWithoutOntologyAndJoinsNoChain) {
    const auto made = make_home({.home = folder_.path() + "/other",
                                 .name = "other.example",
                                 .legal_name = "Other",
                                 .jurisdiction = "DE",
                                 .endpoint = "https://127.0.0.1:8443",
                                 .ontology_dir = "somewhere",
                                 .passphrase = World::passphrase(),
                                 .role = Role::compute},
                                clock_,
                                world_.random(),
                                {.memory_kib = 8, .passes = 1});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, Kind::invalid);
    HomeConfig config{.name = "other.example",
                      .legal_name = "Other",
                      .jurisdiction = "DE",
                      .endpoint = "https://127.0.0.1:8443",
                      .listen = "127.0.0.1:8443",
                      .ontology = "",
                      .role = Role::compute};
    const auto read = parse_home_config(write_home_config(config));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->role, Role::compute);
    config.chain.emplace().rpc = "http://127.0.0.1:8545";
    EXPECT_FALSE(parse_home_config(write_home_config(config)));
    EXPECT_FALSE(parse_home_config("name = \"other.example\"\nrole = \"both\"\n"));
    EXPECT_FALSE(parse_home_config("name = \"other.example\"\nrole = 1\n"));
    EXPECT_EQ(parse_home_config("name = \"other.example\"\n")->role, Role::institution)
        << "homes of before this key";
}

}  // namespace
}  // namespace mednexus::service::internal
