/// What a recipient refuses of a case that is handed over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/share_parts.hpp"
#include "mednexus/service/internal/tampering_transport.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

constexpr const char* kNorth = "north.example";
constexpr const char* kSouth = "south.example";
const std::string kJob(32, '7');

/// An honest hand-over of one case to north, to be bent before its leaves are written.
struct HandOver {
    SignedRequest request;
    ObjectRoot root;
    DecisionData decision;
    ShareReleasedData released;
    Event decision_event;
    Event released_event;
    bool names_its_decision = true;
    bool is_released_first = false;

    HandOver() {
        request.request = {.kind = ReleaseKind::rewrap,
                           .requester = kNorth,
                           .job = kJob,
                           .purpose = Purpose::disease_specific,
                           .object = crypto::sha256(bytes_of("case")),
                           .expires = {kToday.seconds + 900},
                           .reason = ""};
        root.mutable_array()[0] = 1;
        decision = {.release = ReleaseKind::rewrap,
                    .requester = kNorth,
                    .purpose = Purpose::disease_specific,
                    .granted = true,
                    .rules = {},
                    .commitment = request.request.object};
        for (const std::string_view rule : rules_of_case(Basis::files)) {
            decision.rules.push_back({std::string(rule), Outcome::holds});
        }
        released = {.commitment = request.request.object,
                    .decision = {},
                    .purpose = Purpose::disease_specific,
                    .recipient = kNorth,
                    .root = root};
        decision_event = {.id = std::string(32, '1'),
                          .time = kToday,
                          .kind = EventKind::decision,
                          .actor = kNorth,
                          .job = kJob,
                          .data = {}};
        released_event = decision_event;
        released_event.id = std::string(32, '2');
        released_event.kind = EventKind::share_released;
        released_event.actor = kSouth;
    }

    [[nodiscard]] Result<void> check() {
        decision_event.data = to_json(decision);
        MN_TRY(const Bytes first, write_event(decision_event));
        if (names_its_decision) {
            released.decision = crypto::sha256(first);
        }
        released_event.data = to_json(released);
        MN_TRY(const Bytes second, write_event(released_event));
        const std::uint64_t index = is_released_first ? 9 : 4;
        return check_hand_over({.institution = kSouth,
                                .checkpoint = "",
                                .leaves = {{.index = index, .entry = first, .proof = {}},
                                           {.index = 5, .entry = second, .proof = {}}}},
                               request,
                               root);
    }
};

void expect_lie(const std::function<void(HandOver&)>& bend, const std::string& what) {
    HandOver bent;
    bend(bent);
    const auto checked = bent.check();
    ASSERT_FALSE(checked) << what;
    EXPECT_EQ(checked.error().kind, Kind::corrupt);
    EXPECT_THAT(checked.error().what, ::testing::HasSubstr(what));
}

TEST(CheckHandOver, TakesAnHonestOne) {
    const auto checked = HandOver().check();
    EXPECT_TRUE(checked) << checked.error().what;
}

TEST(CheckHandOver, RefusesLeavesOfOtherKindsOrJobs) {
    expect_lie([](HandOver& one) { one.decision_event.kind = EventKind::plaintext_read; },
               "not of kind decision");
    expect_lie([](HandOver& one) { one.released_event.kind = EventKind::share_received; },
               "not of kind share.released");
    expect_lie([](HandOver& one) { one.decision_event.job = std::string(32, '8'); }, "another job");
    expect_lie([](HandOver& one) { one.released_event.job = std::string(32, '8'); }, "another job");
    expect_lie([](HandOver& one) { one.released_event.job.reset(); }, "another job");
    expect_lie([](HandOver& one) { one.is_released_first = true; }, "before the decision");
}

TEST(CheckHandOver, RefusesADecisionThatDoesNotGrantThisRequest) {
    expect_lie([](HandOver& one) { one.decision.granted = false; }, "by every rule");
    expect_lie([](HandOver& one) { one.decision.release = ReleaseKind::plaintext_read; },
               "by every rule");
    expect_lie([](HandOver& one) { one.decision.rules.pop_back(); }, "by every rule");
    expect_lie([](HandOver& one) { one.decision.rules[0].outcome = Outcome::fails; },
               "by every rule");
    expect_lie([](HandOver& one) { one.decision.requester = "west.example"; },
               "the decision is about another");
    expect_lie([](HandOver& one) { one.decision.purpose = Purpose::clinical_care; },
               "the decision is about another");
    expect_lie([](HandOver& one) { one.decision.commitment = {}; },
               "the decision is about another");
    expect_lie([](HandOver& one) { one.decision_event.time.seconds += 901; }, "expired");
}

TEST(CheckHandOver, RefusesAReleaseOfSomethingElse) {
    expect_lie([](HandOver& one) { one.released.recipient = "west.example"; }, "another recipient");
    expect_lie([](HandOver& one) { one.released.purpose = Purpose::clinical_care; },
               "another recipient");
    expect_lie([](HandOver& one) { one.released.commitment = {}; }, "another recipient");
    expect_lie([](HandOver& one) { one.released.root = {}; }, "another body");
    expect_lie([](HandOver& one) { one.names_its_decision = false; }, "names another decision");
}

class ReceiveTest : public ::testing::Test {
protected:
    void SetUp() override {
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.exchange_cards();
        world_.agree();
        for (const char* file : {"pkan-late", "charge-newborn"}) {
            cases_.push_back(
                world_.deposit(kSouth, "south.example/" + std::string(file) + ".json"));
            world_.consent(kSouth, cases_.back(), {kNorth});
        }
    }

    [[nodiscard]] Result<json::Value> share(std::size_t number) {
        return world_.ask(
            kSouth,
            "case.share",
            object_with({{"case", cases_[number]}, {"to", kNorth}, {"purpose", "DUO:0000007"}}));
    }

    [[nodiscard]] std::size_t received() {
        return array_in(world_.must(kNorth, "case.list"), "cases").size();
    }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    World world_{clock_, folder_.path()};
    std::vector<std::string> cases_;
};

TEST_F(ReceiveTest, ADeliveryAfterTheEndOfItsRequestIsDenied) {
    const std::int64_t size = world_.log_size(kNorth);
    world_.network().set_fault([&](std::string_view, std::string_view operation) -> Result<void> {
        if (operation == "share") {
            clock_.advance_seconds(901);
        }
        return {};
    });
    const auto late = share(0);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, Kind::denied);
    EXPECT_EQ(received(), 0U);
    EXPECT_EQ(world_.log_size(kNorth), size);
    world_.network().set_fault({});
    EXPECT_TRUE(share(0)) << "under a new request";
    EXPECT_EQ(received(), 1U);
}

TEST_F(ReceiveTest, ADeliveryWithTheLeavesOfAnotherOneIsRefused) {
    world_.close(kSouth);
    TamperingTransport wire(*world_.site(kSouth).transport);
    auto node = open_node({world_.home_of(kSouth), World::passphrase(), ""},
                          world_.clock(),
                          world_.random(),
                          wire,
                          nullptr,
                          {});
    ASSERT_TRUE(node) << node.error().what;
    world_.site(kSouth).node = std::move(*node);
    world_.network().join(kSouth, *world_.site(kSouth).node);
    json::Value evidence;
    wire.change_request = [&](json::Value& body) {
        if (const json::Value* found = body.as_object()->find("evidence")) {
            evidence = *found;
        }
    };
    ASSERT_TRUE(share(0));
    wire.change_request = [&](json::Value& body) {
        if (body.as_object()->find("evidence") != nullptr) {
            body.as_object()->set("evidence", evidence);
        }
    };
    const auto refused = share(1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Kind::corrupt);
    EXPECT_THAT(refused.error().what, ::testing::HasSubstr("another job"));
    EXPECT_EQ(received(), 1U);
    world_.close(kSouth);
}

}  // namespace
}  // namespace mednexus::service::internal
