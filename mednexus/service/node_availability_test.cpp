/// Bundles of logs that were dispersed: anchored with the certificates of what they rest on.
#include "mednexus/da/header.hpp"
#include "mednexus/service/internal/test_anchor_world.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

class AvailabilityNodeTest : public AnchorNodeTest {
protected:
    void disperse(const std::vector<const char*>& names) {
        for (const char* name : names) {
            EXPECT_EQ(text_in(world_.must(name, "log.disperse"), "status"), "dispersed") << name;
        }
    }

    /// What a reader says who asks for availability.
    [[nodiscard]] VerificationReport report_on(const json::Value& answer) {
        ledger::TrustPolicy trust = policy(text_in(*answer.as_object()->find("block"), "hash"));
        trust.availability = "crash-only";
        auto report = verify_bundle(text_in(answer, "bundle"), trust);
        EXPECT_TRUE(report) << report.error().what;
        return report ? *std::move(report) : VerificationReport{};
    }

    static std::string said_of(const VerificationReport& report, std::string_view name) {
        for (const Claim& one : report.claims) {
            if (one.claim == name) {
                return std::string(name_of(one.status)) + ": " + one.detail;
            }
        }
        return "no such claim";
    }

    /// Changes the only batch that south gives.
    static std::function<void(json::Object&)> on_batch(std::function<void(json::Object&)> change) {
        return [change = std::move(change)](json::Object& said) {
            json::Array batches = *said.find("availability")->as_array();
            change(*batches.at(0).as_object());
            said.set("availability", std::move(batches));
        };
    }

    static std::function<void(json::Object&)> with_flipped(const char* member) {
        return on_batch([member](json::Object& batch) {
            std::string note = *batch.find(member)->as_string();
            char& digit = note[note.size() - 20];
            digit = digit == 'A' ? 'B' : 'A';
            batch.set(member, note);
        });
    }
};

TEST_F(AvailabilityNodeTest, ABundleOfDispersedLogsShowsThatOthersHoldThem) {
    disperse({kNorth, kSouth, kWest});
    const json::Value answer = must_anchor();
    ASSERT_EQ(array_in(answer, "batches").size(), 3U);
    EXPECT_EQ(text_in(array_in(answer, "batches")[2], "institution"), kWest);
    EXPECT_EQ(number_in(array_in(answer, "batches")[2], "from"), 0);
    EXPECT_EQ(number_in(array_in(answer, "batches")[2], "to"), world_.log_size(kWest) - 1);
    const VerificationReport report = report_on(answer);
    EXPECT_EQ(report.verdict, VerificationVerdict::accepted) << words_of(report);
    EXPECT_THAT(said_of(report, "availability.anchored"), HasSubstr("proven: each certificate"));
    EXPECT_THAT(said_of(report, "availability.complete"), HasSubstr("proven: every leaf"));
}

TEST_F(AvailabilityNodeTest, WhatIsDispersedAfterAnAnchorIsShownByTheNext) {
    const json::Value first = must_anchor();
    EXPECT_TRUE(array_in(first, "batches").empty());
    EXPECT_THAT(said_of(report_on(first), "availability.certified"),
                HasSubstr("the bundle carries no certificates"));
    disperse({kSouth});
    const json::Value second = must_anchor();
    ASSERT_EQ(array_in(second, "batches").size(), 1U);
    const VerificationReport report = report_on(second);
    EXPECT_EQ(report.verdict, VerificationVerdict::incomplete);
    EXPECT_THAT(said_of(report, "availability.certified"),
                HasSubstr("proven: batches of south.example, 1: all"));
    EXPECT_THAT(said_of(report, "availability.complete"),
                HasSubstr("north.example: no batch here covers entry"));
    disperse({kNorth, kWest});
    EXPECT_EQ(report_on(must_anchor()).verdict, VerificationVerdict::accepted);
}

TEST_F(AvailabilityNodeTest, OnlyTheBatchesOfItsLeavesAreCarried) {
    disperse({kNorth});
    const std::int64_t size = world_.log_size(kNorth);
    const json::Value again = world_.must(
        kNorth, "match", object_with({{"case", query_}, {"purpose", "DUO:0000007"}, {"top", 5}}));
    job_ = text_in(again, "job");
    disperse({kNorth});
    const json::Value answer = must_anchor();
    ASSERT_EQ(array_in(answer, "batches").size(), 1U);
    EXPECT_EQ(number_in(array_in(answer, "batches")[0], "from"), size - 1);
}

TEST_F(AvailabilityNodeTest, APeerWithFalseBatchesIsRefusedByName) {
    disperse({kNorth, kSouth, kWest});
    EXPECT_EQ(anchor().error().kind, Kind::busy);
    world_.settle_chain();
    tamper();
    const auto west = world_.node(kWest).answer_peer(
        kNorth, "anchored", object_with({{"job", json::Value(job_)}}));
    ASSERT_TRUE(west) << west.error().what;
    const json::Value of_west = *west->as_object()->find("availability");
    expect_refused(with_flipped("certificate"), "da.certificate");
    expect_refused(with_flipped("header"), "da.header");
    expect_refused([&](json::Object& said) { said.set("availability", of_west); },
                   "anchored: a batch of another log");
    expect_refused(on_batch([](json::Object& batch) { batch.set("institution", kWest); }),
                   "anchored: a batch of another log");
    expect_refused(on_batch([](json::Object& batch) { batch.set("consistency", json::Array{}); }),
                   "another history");
    expect_refused(on_batch([](json::Object& batch) {
                       json::Object leaf = *batch.find("leaf")->as_object();
                       leaf.set("proof", json::Array{});
                       batch.set("leaf", leaf);
                   }),
                   "log.dispersed");
    expect_refused(on_batch([](json::Object& batch) { batch.set("more", 1); }), "more");
    expect_refused([](json::Object& said) { said.set("availability", json::Array{}); },
                   "not an array of 1 to 1024 batches");
    tampering_->change_answer = nullptr;
    EXPECT_TRUE(anchor());
}

TEST_F(AvailabilityNodeTest, BatchesOfAWiderCircleAreLeftOut) {
    constexpr const char* kEast = "east.example";
    world_.add(kEast, "DE");
    world_.exchange_cards();
    const auto wider = parse_agreement(world_.agree({"DUO:0000043"}));
    ASSERT_TRUE(wider) << wider.error().what;
    ASSERT_EQ(wider->parties.size(), 4U);
    world_.must(kSouth, "log.disperse", object_with({{"agreement", json::Value(wider->id)}}));
    const json::Value answer = must_anchor();
    EXPECT_TRUE(array_in(answer, "batches").empty());
    EXPECT_THAT(said_of(report_on(answer), "availability.certified"), HasSubstr("not_proven"));
}

}  // namespace
}  // namespace mednexus::service::internal
