/// What a member makes of a computing node's word.
#include "mednexus/service/internal/index_mirror.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_consortium_world.hpp"

namespace mednexus::service::internal {
namespace {

using ::testing::HasSubstr;

/// A member's NodeState with everything that the mirror uses, beside its home.
class MirrorTest : public ::testing::Test, protected ConsortiumWorld {
protected:
    MirrorTest() {
        north_case_ = world.deposit(kNorthMember, "north.example/pkan-early.json");
        world.deposit(kSouthMember, "south.example/pkan-late.json");
        epoch_ = found();
        world.must(kNorthMember, "index.sync");
        world.must(kSouthMember, "index.sync");
        query_ = query_of(kNorthMember, north_case_, epoch_);
        const auto answer = ask_compute(kNorthMember, "compute.score", score_call(epoch_, query_));
        EXPECT_TRUE(answer) << answer.error().what;
        outputs_ = sure_of(parse_outputs(text_in(*answer, "outputs")));
        for (const json::Value& note : array_in(*answer, "indexes")) {
            notes_.push_back(*note.as_string());
        }
        for (const Hash32& sum : outputs_.sums) {
            sums_.push_back(sure_of(files(kComputeNode).blobs.get(sum)));
        }
    }

    /// Runs with the state of south's home, whose peers are reached through `wire_`.
    void with_south(const std::function<void(NodeState&)>& work) {
        open_through(kSouthMember, wire_);
        work(state_of(*world.site(kSouthMember).node));
    }

    [[nodiscard]] compute::ExpandedQuery expanded() {
        const auto keys = sure_of(compute::EvaluationKeys::parse(*ring, epoch_.evaluation_keys));
        const Bytes query = sure_of(files(kNorthMember).blobs.get(query_));
        return sure_of(compute::ExpandedQuery::expand(*ring, keys, query));
    }

    std::string north_case_;
    TestEpoch epoch_;
    Hash32 query_;
    OutputsDocument outputs_;
    std::vector<std::string> notes_;
    std::vector<Bytes> sums_;
    TamperingTransport wire_{*world.site(kSouthMember).transport};
};

TEST_F(MirrorTest, FindsHonestSumsRightAndBentOnesWrongByName) {
    with_south([&](NodeState& node) {
        const auto mirrored = node.mirror->of(node, epoch_.keyed, notes_);
        ASSERT_TRUE(mirrored) << mirrored.error().what;
        EXPECT_EQ((*mirrored)->data_root, data_root_of(outputs_.indexes));
        EXPECT_EQ((*mirrored)->owned(), outputs_.indexes);
        const auto query = expanded();
        EXPECT_TRUE(node.mirror->verify(node, **mirrored, query, sums_, outputs_));
        std::swap(sums_[0], sums_[1]);
        const auto found_out = node.mirror->verify(node, **mirrored, query, sums_, outputs_);
        ASSERT_FALSE(found_out);
        EXPECT_EQ(found_out.error().kind, Kind::corrupt);
        EXPECT_THAT(found_out.error().what, HasSubstr("compute.example: sums.differ"));
    });
    const auto logged = events(kSouthMember, EventKind::refused);
    ASSERT_EQ(logged.size(), 1U);
    EXPECT_EQ(parse_refused(logged[0])->object, outputs_.digest);
    EXPECT_EQ(logged[0].job, outputs_.job);
}

TEST_F(MirrorTest, ReadsADataRootOnceAndAnewAfterAFalseAnswer) {
    int blobs = 0;
    wire_.change_blob = [&](Bytes&) { ++blobs; };
    with_south([&](NodeState& node) {
        const auto first = sure_of(node.mirror->of(node, epoch_.keyed, notes_));
        EXPECT_EQ(blobs, 10);
        EXPECT_EQ(sure_of(node.mirror->of(node, epoch_.keyed, notes_)), first);
        EXPECT_EQ(blobs, 10) << "from memory";
        std::swap(sums_[0], sums_[1]);
        EXPECT_FALSE(node.mirror->verify(node, *first, expanded(), sums_, outputs_));
        EXPECT_NE(sure_of(node.mirror->of(node, epoch_.keyed, notes_)), first);
        EXPECT_EQ(blobs, 20) << "under a new secret";
    });
}

TEST_F(MirrorTest, ALiftedWordThatIsNotTheOneSignedIsNamedAndLogged) {
    wire_.change_blob = [](Bytes& blob) { blob[blob.size() / 2] ^= 1U; };
    with_south([&](NodeState& node) {
        const auto mirrored = node.mirror->of(node, epoch_.keyed, notes_);
        ASSERT_FALSE(mirrored);
        EXPECT_EQ(mirrored.error().kind, Kind::corrupt);
        EXPECT_THAT(mirrored.error().what, HasSubstr("compute.example: blob.hash"));
    });
    EXPECT_EQ(events(kSouthMember, EventKind::refused).size(), 1U);
}

TEST_F(MirrorTest, RefusesIndexesThatAreNotThoseOfAllMembers) {
    with_south([&](NodeState& node) {
        const auto refused = [&](std::vector<std::string> notes) {
            return node.mirror->of(node, epoch_.keyed, notes).error().kind;
        };
        EXPECT_EQ(refused({notes_[0]}), Kind::invalid);
        EXPECT_EQ(refused({notes_[1], notes_[0]}), Kind::invalid);
        EXPECT_EQ(refused({notes_[0], notes_[0]}), Kind::invalid);
        IndexDocument other = sure_of(parse_index(notes_[0]));
        const std::string by_another =
            sure_of(make_index(other, files(kSouthMember).keys.identity));
        EXPECT_EQ(refused({by_another, notes_[1]}), Kind::denied);
        other.session = Hash32{};
        const std::string of_another =
            sure_of(make_index(other, files(kNorthMember).keys.identity));
        EXPECT_EQ(refused({of_another, notes_[1]}), Kind::denied);
        IndexDocument own = sure_of(parse_index(notes_[1]));
        own.serial = 7;
        const std::string not_ours = sure_of(make_index(own, files(kSouthMember).keys.identity));
        EXPECT_EQ(refused({notes_[0], not_ours}), Kind::denied) << "one we never published";
    });
}

TEST_F(MirrorTest, TwoIndexesOfOneSerialAreAForkAndItsOwnerIsNamed) {
    with_south([&](NodeState& node) {
        ASSERT_TRUE(node.mirror->of(node, epoch_.keyed, notes_));
        IndexDocument other = sure_of(parse_index(notes_[0]));
        other.batches.clear();
        other.lift_keys.clear();
        const std::string forked = sure_of(make_index(other, files(kNorthMember).keys.identity));
        const std::vector<std::string> notes{forked, notes_[1]};
        const auto mirrored = node.mirror->of(node, epoch_.keyed, notes);
        ASSERT_FALSE(mirrored);
        EXPECT_THAT(mirrored.error().what, HasSubstr("north.example: index.forked"));
    });
}

TEST_F(MirrorTest, KnowsWhoSitsInItsOwnBatches) {
    with_south([&](NodeState& node) {
        const IndexDocument own = sure_of(parse_index(notes_[1]));
        const auto slots = sure_of(slots_of_own_batch(node, own.batches[0].id));
        ASSERT_EQ(slots.size(), 1U);
        EXPECT_EQ(slots[0].slot, 0U);
        EXPECT_TRUE(sure_of(slots_of_own_batch(node, std::string(32, '0'))).empty());
    });
}

}  // namespace
}  // namespace mednexus::service::internal
