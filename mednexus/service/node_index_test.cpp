/// An owner's encrypted index: what is sealed, compared, published, and destroyed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/index_mirror.hpp"
#include "mednexus/service/internal/test_consortium_world.hpp"
#include "mednexus/service/internal/test_stop.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

class IndexTest : public ::testing::Test, protected ConsortiumWorld {
protected:
    [[nodiscard]] static std::string stage(const json::Value& report, const std::string& name) {
        for (const json::Value& one : array_in(report, "stages")) {
            if (text_in(one, "stage") == name) {
                return text_in(one, "state") + ": " + text_in(one, "detail");
            }
        }
        return "none";
    }

    [[nodiscard]] bool is_current(const std::string& name) {
        const json::Value status = world.must(name, "index.status");
        return *status.as_object()->find("is_current")->as_bool();
    }

    json::Value sync(const std::string& name) { return world.must(name, "index.sync"); }

    /// As World::agree, without the computing node.
    void agree_members() {
        std::string note =
            text_in(world.must(kNorthMember,
                               "agreement.propose",
                               object_with({{"parties", list_with({kNorthMember, kSouthMember})},
                                            {"purposes", list_with({"DUO:0000042"})},
                                            {"jurisdictions", list_with({"DE", "FR"})},
                                            {"from", to_rfc3339({kToday.seconds - 1})},
                                            {"until", to_rfc3339({kToday.seconds + 1000})},
                                            {"terms", "0x" + std::string(64, '1')}})),
                    "note");
        note = text_in(world.must(kSouthMember, "agreement.sign", object_with({{"note", note}})),
                       "note");
        for (const char* name : {kNorthMember, kSouthMember}) {
            world.must(name, "agreement.add", object_with({{"note", note}}));
        }
    }

    std::string deposit_one() {
        return world.deposit(kSouthMember, "south.example/pkan-late.json");
    }

    /// Opens a batch with the data key that a home holds: what its owner sealed there.
    [[nodiscard]] std::vector<SlotRow> slots_of(const std::string& batch) {
        HomeFiles home = files(kSouthMember);
        return sure_of(IndexRows(*home.database).slots(batch));
    }
};

TEST_F(IndexTest, IsUnavailableWithoutAConsortium) {
    EXPECT_EQ(world.ask(kSouthMember, "index.sync").error().kind, Kind::unavailable);
    EXPECT_EQ(world.ask(kSouthMember, "index.status").error().kind, Kind::unavailable);
    EXPECT_TRUE(world.node(kSouthMember).tick()) << "nothing to do";
}

TEST_F(IndexTest, AMemberWithoutCasesPublishesAnEmptyIndex) {
    const TestEpoch epoch = found();
    const json::Value done = sync(kNorthMember);
    EXPECT_EQ(number_in(done, "batches"), 0);
    EXPECT_EQ(number_in(done, "serial"), 1);
    EXPECT_TRUE(index_of(kNorthMember, epoch).batches.empty());
}

TEST_F(IndexTest, PublishesWhatItSealedAndLiftedItself) {
    const std::string id = deposit_one();
    const TestEpoch epoch = found();
    EXPECT_FALSE(is_current(kSouthMember));
    sync(kSouthMember);
    EXPECT_TRUE(is_current(kSouthMember));
    const IndexDocument index = index_of(kSouthMember, epoch);
    ASSERT_EQ(index.batches.size(), 1U);
    EXPECT_TRUE(check_signature(index, files(kSouthMember).keys.identity.verifier()));
    const auto slots = slots_of(index.batches[0].id);
    ASSERT_EQ(slots.size(), 1U);
    EXPECT_EQ(codec::to_hex_0x(slots[0].case_id.view()), id);
    for (const Hash32& part : index.batches[0].lifted) {
        EXPECT_TRUE(files(kComputeNode).blobs.get(part));
    }
    const auto logged = events(kSouthMember, EventKind::index_published);
    ASSERT_EQ(logged.size(), 1U);
    EXPECT_EQ(text_in(json::Value(logged[0].data), "index"), codec::to_hex_0x(index.digest.view()));
}

TEST_F(IndexTest, SaysNothingNewWhenNothingChanged) {
    deposit_one();
    const TestEpoch epoch = found();
    const json::Value first = sync(kSouthMember);
    EXPECT_EQ(sync(kSouthMember), first);
    EXPECT_EQ(events(kSouthMember, EventKind::index_published).size(), 1U);
}

TEST_F(IndexTest, ANewCaseComesWithTheNextIndexAndTheOldBatchGoesOneLater) {
    deposit_one();
    const TestEpoch epoch = found();
    sync(kSouthMember);
    const IndexBatch first = index_of(kSouthMember, epoch).batches[0];
    world.deposit(kSouthMember, "south.example/charge-newborn.json");
    EXPECT_FALSE(is_current(kSouthMember));
    sync(kSouthMember);
    const IndexDocument second = index_of(kSouthMember, epoch);
    EXPECT_EQ(second.serial, 2U);
    ASSERT_EQ(second.batches.size(), 1U);
    EXPECT_NE(second.batches[0].id, first.id);
    EXPECT_EQ(second.batches[0].data_key, first.data_key);
    EXPECT_EQ(slots_of(second.batches[0].id).size(), 2U);
    EXPECT_EQ(slots_of(first.id).size(), 1U) << "a job that began before may still ask";
    EXPECT_TRUE(files(kComputeNode).blobs.get(first.lifted[0]));
    world.deposit(kSouthMember, "south.example/ofcd-girl.json");
    sync(kSouthMember);
    EXPECT_EQ(slots_of(first.id).size(), 0U);
    EXPECT_FALSE(files(kComputeNode).blobs.get(first.lifted[0]));
    EXPECT_FALSE(files(kSouthMember).blobs.get(first.sealed[0]));
}

TEST_F(IndexTest, AComputingNodeThatLiftsOtherwiseIsNamedAndNothingIsPublished) {
    deposit_one();
    const TestEpoch epoch = found();
    TamperingTransport wire(*world.site(kSouthMember).transport);
    open_through(kSouthMember, wire);
    wire.change_answer = [](json::Value& answer) {
        json::Value* const list =
            const_cast<json::Value*>(answer.as_object()->find("batches"));  // NOLINT: a test's wire
        if (list != nullptr) {
            json::Array lifted = *list->as_array()->front().as_object()->find("lifted")->as_array();
            lifted[3] = "0x" + std::string(64, '7');
            list->as_array()->front().as_object()->set("lifted", lifted);
        }
    };
    const auto answer = world.ask(kSouthMember, "index.sync");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Kind::corrupt);
    EXPECT_THAT(answer.error().what, HasSubstr("compute.example: lift.differs: 0x7777"));
    const auto logged = events(kSouthMember, EventKind::refused);
    ASSERT_EQ(logged.size(), 1U);
    EXPECT_EQ(parse_refused(logged[0])->subject, kComputeNode);
    EXPECT_TRUE(events(kSouthMember, EventKind::index_published).empty());
    wire.change_answer = nullptr;
    EXPECT_TRUE(world.ask(kSouthMember, "index.sync")) << "honest again";
}

TEST_F(IndexTest, ATurnDoesItByItselfAndWaitsAfterAFailure) {
    deposit_one();
    const TestEpoch epoch = found();
    world.network().set_fault([](std::string_view, std::string_view operation) -> Result<void> {
        return operation.starts_with("compute.") ? fail(Kind::unavailable, "away") : Result<void>();
    });
    EXPECT_TRUE(world.node(kSouthMember).tick());
    EXPECT_FALSE(is_current(kSouthMember));
    world.network().set_fault(nullptr);
    EXPECT_TRUE(world.node(kSouthMember).tick());
    EXPECT_EQ(number_in(world.must(kSouthMember, "index.status"), "serial"), 0) << "it waits";
    clock.advance_seconds(31);
    EXPECT_TRUE(world.node(kSouthMember).tick());
    EXPECT_TRUE(is_current(kSouthMember));
}

TEST_F(IndexTest, AnErasureEmptiesTheSlotAtOnceAndTheNextIndexDestroysTheKey) {
    const std::string id = deposit_one();
    world.deposit(kSouthMember, "south.example/charge-newborn.json");
    const TestEpoch epoch = found();
    sync(kSouthMember);
    const IndexBatch before = index_of(kSouthMember, epoch).batches[0];
    const json::Value named = object_with({{"case", id}});
    const json::Value report = world.must(kSouthMember, "case.erase", named);
    EXPECT_THAT(stage(report, "index_slot"), HasSubstr("done"));
    EXPECT_THAT(stage(report, "index_batch"), HasSubstr("pending: until index sync"));
    EXPECT_THAT(stage(report, "data_key"), HasSubstr("pending: until index sync"));
    EXPECT_THAT(stage(report, "lifted_copies"), HasSubstr("pending: until the epoch ends"));
    EXPECT_EQ(slots_of(before.id).size(), 1U);
    EXPECT_FALSE(is_current(kSouthMember));
    sync(kSouthMember);
    const IndexDocument after = index_of(kSouthMember, epoch);
    ASSERT_EQ(after.batches.size(), 1U);
    EXPECT_NE(after.batches[0].data_key, before.data_key);
    EXPECT_EQ(slots_of(after.batches[0].id).size(), 1U);
    HomeFiles home = files(kSouthMember);
    EXPECT_EQ(IndexRows(*home.database).seed_of(before.data_key).error().kind, Kind::not_found);
    EXPECT_EQ(home.blobs.get(before.sealed[0]).error().kind, Kind::not_found);
    const json::Value later = world.must(kSouthMember, "case.erase", named);
    EXPECT_THAT(stage(later, "index_batch"), HasSubstr("done"));
    EXPECT_THAT(stage(later, "data_key"), HasSubstr("done"));
    EXPECT_THAT(stage(later, "lifted_copies"), HasSubstr("pending"));
    found(2);
    EXPECT_THAT(stage(world.must(kSouthMember, "case.erase", named), "lifted_copies"),
                HasSubstr("done"));
}

TEST_F(IndexTest, AnErasureOfACaseThatWasNeverIndexedSpeaksOfNoIndex) {
    const std::string id = deposit_one();
    EXPECT_EQ(
        stage(world.must(kSouthMember, "case.erase", object_with({{"case", id}})), "index_batch"),
        "none");
}

TEST_F(IndexTest, ACaseThatWasReceivedIsNeverIndexed) {
    const std::string id = deposit_one();
    agree_members();
    world.consent(kSouthMember, id, {kNorthMember});
    world.must(kSouthMember,
               "case.share",
               object_with({{"case", id}, {"to", kNorthMember}, {"purpose", "DUO:0000007"}}));
    EXPECT_EQ(number_in(world.must(kNorthMember, "status"), "received"), 1);
    const TestEpoch epoch = found();
    sync(kNorthMember);
    EXPECT_TRUE(index_of(kNorthMember, epoch).batches.empty());
}

TEST_F(IndexTest, NoCaseAndNoAgreementGoesToAComputingNode) {
    const std::string id = deposit_one();
    const TestEpoch epoch = found();
    const auto shared =
        world.ask(kSouthMember,
                  "case.share",
                  object_with({{"case", id}, {"to", kComputeNode}, {"purpose", "DUO:0000007"}}));
    ASSERT_FALSE(shared);
    EXPECT_EQ(shared.error().kind, Kind::denied);
    EXPECT_THAT(shared.error().what, HasSubstr("computing node"));
    const auto agreed = world.ask(kSouthMember,
                                  "agreement.propose",
                                  object_with({{"parties", list_with({kSouthMember, kComputeNode})},
                                               {"purposes", list_with({"DUO:0000042"})},
                                               {"jurisdictions", list_with({"DE"})},
                                               {"from", to_rfc3339(kToday)},
                                               {"until", to_rfc3339({kToday.seconds + 1})},
                                               {"terms", "0x" + std::string(64, '1')}}));
    ASSERT_FALSE(agreed);
    EXPECT_EQ(agreed.error().kind, Kind::denied);
}

TEST(IndexCrash, StoppedAnywhereItEndsWithTheSameIndexAndOneEvent) {
    for (int point = 0;; ++point) {
        SCOPED_TRACE(point);
        ConsortiumWorld scene;
        const std::string erased =
            scene.world.deposit(kSouthMember, "south.example/pkan-late.json");
        const TestEpoch epoch = scene.found();
        scene.world.must(kSouthMember, "index.sync");
        const IndexBatch before = scene.index_of(kSouthMember, epoch).batches[0];
        scene.world.deposit(kSouthMember, "south.example/charge-newborn.json");
        scene.world.must(kSouthMember, "case.erase", object_with({{"case", erased}}));
        StopAt stop(point, "index.sync");
        scene.world.close(kSouthMember);
        scene.world.open(kSouthMember, {.observer = &stop, .wrap_disk = {}});
        const auto first = scene.world.ask(kSouthMember, "index.sync");
        EXPECT_EQ(first.has_value(), !stop.has_stopped());
        scene.world.close(kSouthMember);
        scene.world.open(kSouthMember);
        const json::Value done = scene.world.must(kSouthMember, "index.sync");
        EXPECT_EQ(number_in(done, "serial"), 2);
        EXPECT_EQ(scene.events(kSouthMember, EventKind::index_published).size(), 2U);
        const IndexDocument after = scene.index_of(kSouthMember, epoch);
        ASSERT_EQ(after.batches.size(), 1U);
        EXPECT_NE(after.batches[0].data_key, before.data_key);
        HomeFiles home = scene.files(kSouthMember);
        EXPECT_FALSE(IndexRows(*home.database).seed_of(before.data_key));
        EXPECT_FALSE(home.blobs.get(before.sealed[0]));
        EXPECT_EQ(number_in(scene.world.must(kSouthMember, "status"), "unfinished"), 0);
        if (!stop.has_stopped()) {
            EXPECT_GT(point, 12);
            break;
        }
        ASSERT_LT(point, 60);
    }
}

TEST_F(IndexTest, ACaseErasedBetweenPlanAndSealingIsNotSealed) {
    const std::string id = deposit_one();
    world.deposit(kSouthMember, "south.example/charge-newborn.json");
    const TestEpoch epoch = found();
    StopAt stop(4, "index.sync");  // begun, then the plan's before, after and kept
    world.close(kSouthMember);
    world.open(kSouthMember, {.observer = &stop, .wrap_disk = {}});
    EXPECT_FALSE(world.ask(kSouthMember, "index.sync"));
    EXPECT_TRUE(stop.has_stopped());
    world.close(kSouthMember);
    world.open(kSouthMember);
    world.must(kSouthMember, "case.erase", object_with({{"case", id}}));
    EXPECT_EQ(world.ask(kSouthMember, "index.sync").error().kind, Kind::conflict);
    sync(kSouthMember);
    const IndexDocument index = index_of(kSouthMember, epoch);
    ASSERT_EQ(index.batches.size(), 1U);
    EXPECT_EQ(slots_of(index.batches[0].id).size(), 1U);
}

}  // namespace
}  // namespace mednexus::service::internal
