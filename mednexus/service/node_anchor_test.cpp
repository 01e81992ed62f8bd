/// Bundles anchored by their asker: each institution's checkpoint on chain, what a lying peer
/// cannot pass off as one, and what stays as it was when something is missing.
#include <filesystem>

#include "mednexus/service/internal/test_anchor_world.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

TEST_F(AnchorNodeTest, ABundleIsAnchoredAndAcceptedUnderAPolicyThatTrustsTheNewestBlock) {
    const auto waiting = anchor();
    ASSERT_FALSE(waiting);
    EXPECT_EQ(waiting.error().kind, Kind::busy);
    EXPECT_THAT(waiting.error().what, HasSubstr("north.example south.example west.example"));
    EXPECT_EQ(bundle_on_disk(), bundle_);
    world_.settle_chain();
    const auto answer = anchor();
    ASSERT_TRUE(answer) << answer.error().what;
    const std::string anchored = text_in(*answer, "bundle");
    EXPECT_EQ(bundle_on_disk(), anchored);
    const json::Value& block = *answer->as_object()->find("block");
    EXPECT_EQ(number_in(block, "number"), static_cast<std::int64_t>(chain_.height()));
    EXPECT_EQ(number_in(*answer, "chain_id"), 9107);
    ASSERT_EQ(array_in(*answer, "anchors").size(), 3U);
    EXPECT_EQ(text_in(array_in(*answer, "anchors")[1], "institution"), kSouth);
    EXPECT_EQ(number_in(array_in(*answer, "anchors")[1], "size"), world_.log_size(kSouth));
    const auto trust = policy(text_in(block, "hash"));
    const auto report = verify_bundle(anchored, trust);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->verdict, VerificationVerdict::accepted) << words_of(*report);
    EXPECT_EQ(verify_bundle(bundle_, trust)->verdict, VerificationVerdict::incomplete)
        << "the match alone is not anchored";
}

TEST_F(AnchorNodeTest, AskedAgainTheSameAnchorsLeadToANewerBlock) {
    const json::Value first = must_anchor();
    const std::size_t events = world_.chain_events();
    chain_.mine(3);
    const auto again = anchor();
    ASSERT_TRUE(again) << again.error().what;
    EXPECT_EQ(array_in(*again, "anchors"), array_in(first, "anchors"));
    EXPECT_EQ(number_in(*again->as_object()->find("block"), "number"),
              number_in(*first.as_object()->find("block"), "number") + 3);
    EXPECT_EQ(world_.chain_events(), events);
    const auto trust = policy(text_in(*again->as_object()->find("block"), "hash"));
    EXPECT_EQ(verify_bundle(text_in(*again, "bundle"), trust)->verdict,
              VerificationVerdict::accepted);
    EXPECT_EQ(verify_bundle(text_in(first, "bundle"), trust)->verdict, VerificationVerdict::refused)
        << "it ends before that block";
}

TEST_F(AnchorNodeTest, WhileAnAnchorIsOnItsWayNoSecondOneIsQueued) {
    EXPECT_EQ(anchor().error().kind, Kind::busy);
    world_.agree({"DUO:0000043"});  // every log grows
    EXPECT_EQ(anchor().error().kind, Kind::busy);
    for (const char* name : {kNorth, kSouth, kWest}) {
        EXPECT_EQ(number_in(world_.must(name, "chain.status"), "waiting"), 1) << name;
    }
    world_.settle_chain();
    EXPECT_TRUE(anchor());
}

TEST_F(AnchorNodeTest, AnAnchorThatIsReorganisedAwayIsWaitedForAgain) {
    EXPECT_EQ(anchor().error().kind, Kind::busy);
    chain_.mine();
    chain_.mine();
    chain_.reorganise(2, testing::FakeChain::Orphans::drop);
    EXPECT_EQ(anchor().error().kind, Kind::busy);
    world_.settle_chain();
    const auto answer = anchor();
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_NE(verify_bundle(text_in(*answer, "bundle"), std::nullopt)->verdict,
              VerificationVerdict::refused);
}

TEST_F(AnchorNodeTest, APeerWhoseEvidenceIsNotThatOfItsAnchorIsRefusedByName) {
    world_.agree({"DUO:0000043"});  // so that the anchored checkpoint is not that of the match
    EXPECT_EQ(anchor().error().kind, Kind::busy);
    world_.settle_chain();
    tamper();
    const auto before = parse_bundle(bundle_);
    ASSERT_TRUE(before);
    const LogEvidence of_match = before->parts.evidence.at(2);
    const LogEvidence of_west = before->parts.evidence.at(3);
    expect_refused([&](json::Object& said) { said.set("evidence", write_evidence(of_match)); },
                   "anchored: the chain has no anchor of this checkpoint");
    expect_refused([&](json::Object& said) { said.set("evidence", write_evidence(of_west)); },
                   "another institution");
    expect_refused(
        [&](json::Object& said) {
            json::Object evidence = *said.find("evidence")->as_object();
            evidence.set("checkpoint", of_match.checkpoint);
            said.set("evidence", evidence);
        },
        "not in the tree");
    expect_refused(
        [&](json::Object& said) {
            json::Object evidence = *said.find("evidence")->as_object();
            json::Array leaves = *evidence.find("leaves")->as_array();
            leaves.pop_back();
            evidence.set("leaves", leaves);
            said.set("evidence", evidence);
        },
        "not exactly one leaf match.answered");
    expect_refused([](json::Object& said) { said.set("block", 1); }, "another block");
    expect_refused([](json::Object& said) { said.set("transaction", "0x" + std::string(64, '1')); },
                   "another block or transaction");
    expect_refused([](json::Object& said) { said.set("block", -1); }, "anchored.block");
    expect_refused([](json::Object& said) { said.set("more", 1); }, "more");
    tampering_->change_answer = nullptr;
    EXPECT_TRUE(anchor());
}

TEST_F(AnchorNodeTest, APeerThatIsAheadOfOurChainIsWaitedFor) {
    world_.agree({"DUO:0000043"});
    EXPECT_EQ(anchor().error().kind, Kind::busy);
    world_.settle_chain();
    tamper();
    const auto before = parse_bundle(bundle_);
    bend_south([&](json::Object& said) {
        said.set("block", std::uint64_t{chain_.height() + 1});
        said.set("evidence", write_evidence(before->parts.evidence.at(2)));
    });
    const auto waiting = anchor();
    ASSERT_FALSE(waiting);
    EXPECT_EQ(waiting.error().kind, Kind::busy);
    EXPECT_THAT(waiting.error().what, HasSubstr("not deep yet: south.example"));
    EXPECT_EQ(bundle_on_disk(), bundle_);
}

TEST_F(AnchorNodeTest, APeerShowsAnchoredLeavesOnlyToTheOneItAnswered) {
    EXPECT_EQ(ask_south(kWest, job_).error().kind, Kind::not_found);
    EXPECT_EQ(ask_south(kNorth, std::string(32, '0')).error().kind, Kind::not_found);
    EXPECT_EQ(ask_south(kNorth, "../" + job_).error().kind, Kind::invalid);
    EXPECT_EQ(ask_south(kNorth, job_).error().kind, Kind::busy);
    world_.settle_chain();
    EXPECT_TRUE(ask_south(kNorth, job_));
}

TEST_F(AnchorNodeTest, AnAbsentPeerOrChainLeavesTheBundleAsItWas) {
    world_.network().leave(kWest);
    const auto away = anchor();
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().kind, Kind::unavailable);
    EXPECT_THAT(away.error().what, HasSubstr("peer west.example"));
    world_.network().join(kWest, world_.node(kWest));
    chain_.go_down();
    EXPECT_EQ(anchor().error().kind, Kind::unavailable);
    EXPECT_EQ(bundle_on_disk(), bundle_);
    chain_.come_up();
    EXPECT_TRUE(must_anchor().as_object());
}

TEST_F(AnchorNodeTest, OnlyABundleOfThisHomeIsAnchored) {
    const auto ask = [&](const char* name, const std::string& job) {
        return world_.ask(name, "bundle.anchor", object_with({{"job", json::Value(job)}}));
    };
    EXPECT_EQ(ask(kNorth, std::string(32, '0')).error().kind, Kind::not_found);
    EXPECT_EQ(ask(kSouth, job_).error().kind, Kind::not_found);
    EXPECT_EQ(ask(kNorth, "../../etc/passwd").error().kind, Kind::invalid);
    std::ofstream(world_.home_of(kNorth) + "/bundles/" + job_ + ".mnx") << "{}";
    EXPECT_EQ(ask(kNorth, job_).error().kind, Kind::corrupt);
    World plain(clock_, folder_.path() + "/plain");
    plain.add("east.example", "DE");
    EXPECT_EQ(plain.ask("east.example", "bundle.anchor", object_with({{"job", job_}})).error().kind,
              Kind::unavailable);
}

TEST_F(AnchorNodeTest, AHomeRestoredFromBeforeItsAnchorSignsTheSameStateAgain) {
    const std::string database = world_.home_of(kSouth) + "/node.sqlite";
    world_.close(kSouth);
    std::filesystem::copy_file(database, folder_.path() + "/before.sqlite");
    world_.open(kSouth);
    const json::Value first = must_anchor();
    world_.close(kSouth);
    for (const char* rest : {"-wal", "-shm"}) {
        std::filesystem::remove(database + rest);
    }
    std::filesystem::copy_file(folder_.path() + "/before.sqlite",
                               database,
                               std::filesystem::copy_options::overwrite_existing);
    world_.open(kSouth);
    EXPECT_EQ(array_in(must_anchor(), "anchors"), array_in(first, "anchors"));
}

}  // namespace
}  // namespace mednexus::service::internal
