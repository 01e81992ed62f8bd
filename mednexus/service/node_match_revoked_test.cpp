/// A consent that is revoked before a match, or in the middle of one: its slot opens to a uniform
/// value, every other one to the score that it had, and nobody shows a number for it.
#include <algorithm>
#include <optional>

#include "mednexus/compute/encrypted_score.hpp"
#include "mednexus/service/bundle.hpp"
#include "mednexus/service/internal/index_rows.hpp"
#include "mednexus/service/internal/session_store.hpp"
#include "mednexus/service/internal/test_match_world.hpp"
#include "mednexus/service/internal/test_stop.hpp"
#include "mednexus/service/verify.hpp"
#include "mednexus/testing/chi_square.hpp"

namespace mednexus::service::internal {
namespace {

using Point = StepObserver::Point;

constexpr std::size_t kMatches = 40;
constexpr std::size_t kBins = 8;
constexpr std::int64_t kPlain = 65537;

std::size_t bin_of(std::int32_t value, std::size_t bins) {
    return static_cast<std::size_t>((value + kPlain / 2) * static_cast<std::int64_t>(bins) /
                                    kPlain);
}

/// Does something once, at one point of the acts of one kind.
class CallAt final : public StepObserver {
public:
    CallAt(Point point, std::string kind, std::string step, std::function<Result<void>()> call)
        : point_(point), kind_(std::move(kind)), step_(std::move(step)), call_(std::move(call)) {}

    [[nodiscard]] Result<void> at(Point point,
                                  std::string_view kind,
                                  std::string_view step) override {
        if (point != point_ || kind != kind_ || step != step_) {
            return {};
        }
        ++calls_;
        return call_();
    }

    [[nodiscard]] int calls() const noexcept { return calls_; }

private:
    Point point_;
    std::string kind_;
    std::string step_;
    std::function<Result<void>()> call_;
    int calls_ = 0;
};

class MatchRevokedTest : public MatchTest {
protected:
    void SetUp() override {
        MatchTest::SetUp();
        founding_.openings_max = 2 * kMatches;
        permit_all();
        learn_query_vector();
        north_.emplace(world_.home_of(kNorth));
        world_.close(kNorth);
        world_.open(kNorth, {.observer = &learning_, .wrap_disk = {}});
    }

    void TearDown() override { world_.close(kNorth); }

    [[nodiscard]] json::Value match() { return world_.must(kNorth, "match", question()); }

    void revoke(const std::string& case_id) {
        world_.must(kSouth, "consent.revoke", object_with({{"case", case_id}}));
    }

    /// Of south's one batch: which case sits in which slot.
    [[nodiscard]] std::map<std::uint32_t, std::string> slots_of_south() {
        HomeFiles south(world_.home_of(kSouth));
        const IndexRows rows(*south.database);
        const auto batches = sure_of(rows.batches(founding_.id));
        EXPECT_EQ(batches.size(), 1U);
        std::map<std::uint32_t, std::string> out;
        for (const SlotRow& row : sure_of(rows.slots(batches.at(0).id))) {
            out[row.slot] = codec::to_hex_0x(row.case_id.view());
        }
        EXPECT_EQ(out.size(), south_.size());
        return out;
    }

    [[nodiscard]] std::uint32_t slot_of(const std::string& case_id) {
        for (const auto& [slot, id] : slots_of_south()) {
            if (id == case_id) {
                return slot;
            }
        }
        ADD_FAILURE() << case_id;
        return 0;
    }

    [[nodiscard]] static Bundle bundle_of(const json::Value& answer) {
        return sure_of(parse_bundle(text_in(answer, "bundle")));
    }

    /// Every slot of south's batch, as a requester could open them after its last match who takes
    /// no notice of what is permitted: with the shares that the members gave, and its own.
    [[nodiscard]] std::vector<std::int32_t> opened_by_north(const json::Value& answer) {
        const Bundle bundle = bundle_of(answer);
        const Bytes finished = finished_of(bundle);
        const Bytes key = compute::make_requester_key(*founding_.ring, *opening_seed_);
        const Secret<32> own =
            sure_of(SessionStore(*north_->database).share_seed(founding_.keyed.consortium.digest));
        std::vector<Bytes> shares{
            sure_of(compute::make_opening_share(*founding_.ring,
                                                own,
                                                finished,
                                                key,
                                                compute::SlotMask(founding_.ring->slots(), true)))};
        for (const Answer& one : bundle.parts.answers) {
            const Opening& opening = opening_of_south(one);
            EXPECT_EQ(crypto::sha256(finished), opening.finished);
            shares.push_back(
                sure_of(world_.node(one.institution).blob_for_peer(kNorth, opening.share)));
        }
        return sure_of(compute::open_scores(*founding_.ring, *opening_seed_, finished, shares));
    }

    /// All cases of south but those of `closed` have the plain scorer's score.
    void expect_plain(const std::vector<std::int32_t>& opened,
                      const std::vector<std::string>& closed) {
        for (const auto& [slot, id] : slots_of_south()) {
            if (std::find(closed.begin(), closed.end(), id) == closed.end()) {
                EXPECT_EQ(opened.at(slot), plain_score(kSouth, id)) << slot;
            }
        }
    }

    /// North shows a number for every case but the closed one of south: to its operator, in the
    /// package, and in its text.
    void expect_not_permitted(const json::Value& answer, const std::string& closed) {
        EXPECT_EQ(array_in(answer, "ranking").size(), 3U);
        EXPECT_EQ(number_in(peer_in(answer, kSouth), "counted"), 3);
        EXPECT_EQ(number_in(peer_in(answer, kSouth), "not_permitted"), 1);
        const ResultPackage package = bundle_of(answer).parts.result;
        EXPECT_EQ(package.decisions.at(0).institution, kSouth);
        EXPECT_EQ(package.decisions.at(0).not_permitted, 1U);
        const std::uint32_t position = slot_of(closed);
        for (const RankedSlot& place : package.ranking) {
            EXPECT_FALSE(place.institution == kSouth && place.record.position == position);
        }
        const auto report = verify_bundle(text_in(answer, "bundle"), std::nullopt);
        ASSERT_TRUE(report) << report.error().what;
        EXPECT_EQ(words_of(*report), "consistent, signers not established");
    }

private:
    /// What north drew for the match under way.
    [[nodiscard]] Result<void> learn_opening_seed() {
        const Journal journal(*north_->database, clock_, north_->random);
        MN_TRY(const auto acts, journal.unfinished());
        for (const auto& act : acts) {
            if (act.kind == "match") {
                MN_TRY(const json::Object steps, journal.steps_of(act));
                const Bytes seed =
                    sure_of(codec::parse_hex(text_in(*steps.find("query"), "opening_seed")));
                opening_seed_ = sure_of(Secret<32>::from(seed));
            }
        }
        return {};
    }

    [[nodiscard]] static const Opening& opening_of_south(const Answer& answer) {
        return *std::find_if(answer.openings.begin(),
                             answer.openings.end(),
                             [](const Opening& one) { return one.owner == kSouth; });
    }

    /// As a member derives them from the sums of the computing node.
    [[nodiscard]] Bytes finished_of(const Bundle& bundle) {
        const OutputsDocument outputs = sure_of(parse_outputs(bundle.parts.outputs));
        EXPECT_EQ(outputs.sums.size(), 3U) << "north's, south's and west's batch";
        HomeFiles compute(world_.home_of(kComputeNode));
        const auto keys = sure_of(compute::EvaluationKeys::parse(
            *founding_.ring, sure_of(north_->blobs.get(founding_.keyed.keys.evaluation_keys))));
        return sure_of(compute::finish_scores(
            *founding_.ring, keys, sure_of(compute.blobs.get(outputs.sums.at(1)))));
    }

    std::optional<HomeFiles> north_;
    std::optional<Secret<32>> opening_seed_;
    CallAt learning_{Point::kept, "match", "outputs", [this] { return learn_opening_seed(); }};
};

TEST_F(MatchRevokedTest, ItsSlotIsUniformAndEveryOtherScoreIsWhatItWas) {
    const std::string& gone = south_[1];
    const std::vector<std::int32_t> before = opened_by_north(match());
    expect_plain(before, {});
    revoke(gone);
    const std::uint32_t slot = slot_of(gone);
    std::vector<std::uint64_t> bins(kBins);
    for (std::size_t i = 0; i < kMatches; ++i) {
        const json::Value answer = match();
        const std::vector<std::int32_t> opened = opened_by_north(answer);
        ++bins[bin_of(opened.at(slot), kBins)];
        for (const auto& [other, id] : slots_of_south()) {
            ASSERT_TRUE(other == slot || opened.at(other) == before.at(other)) << i;
        }
        if (i == 0) {
            expect_not_permitted(answer, gone);
        }
    }
    EXPECT_LT(testing::chi_square(bins), testing::chi_square_limit(kBins));
    // The same count of values that are a score is far from it.
    std::vector<std::uint64_t> scores(kBins);
    scores[bin_of(before.at(slot), kBins)] = kMatches;
    EXPECT_GT(testing::chi_square(scores), testing::chi_square_limit(kBins));
}

/// The owner decided, and wrote that down in its journal or in its log too; then the patient
/// revokes; then the share is made.
class RevokedAt : public MatchRevokedTest, public ::testing::WithParamInterface<Point> {};

TEST_P(RevokedAt, BetweenDecisionAndShareTheSlotIsClosed) {
    const std::string& gone = south_[1];
    const bool is_kept = GetParam() == Point::kept;
    CallAt revoking(GetParam(), "answer", is_kept ? "decision" : "answer", [&]() -> Result<void> {
        revoke(gone);
        return {};
    });
    world_.close(kSouth);
    world_.open(kSouth, {.observer = &revoking, .wrap_disk = {}});
    const json::Value answer = match();
    EXPECT_EQ(revoking.calls(), 1);
    expect_not_permitted(answer, gone);
    const Answer said = bundle_of(answer).parts.answers.at(0);
    EXPECT_EQ(said.permitted, 3U) << "so it was decided";
    EXPECT_EQ(said.closed.size(), 1U);
    const std::vector<std::int32_t> opened = opened_by_north(answer);
    expect_plain(opened, {gone});
    EXPECT_NE(opened.at(slot_of(gone)), plain_score(kSouth, gone));  // by chance once in 65,537
    world_.close(kSouth);
}

INSTANTIATE_TEST_SUITE_P(Points,
                         RevokedAt,
                         ::testing::Values(Point::kept, Point::before),
                         [](const auto& one) {
                             return one.param == Point::kept ? "DecisionKept" : "DecisionLogged";
                         });

TEST_F(MatchRevokedTest, WhenTheOwnerStopsAfterItsDecisionAndIsRevokedMeanwhileTheSlotIsClosed) {
    const std::string& gone = south_[2];
    CallAt stop(Point::before, "answer", "answer", []() -> Result<void> {
        return fail(Kind::internal, "stopped here");
    });
    world_.close(kSouth);
    world_.open(kSouth, {.observer = &stop, .wrap_disk = {}});
    EXPECT_FALSE(world_.ask(kNorth, "match", question()));
    EXPECT_EQ(stop.calls(), 1);
    const int decisions = world_.events_of(kSouth)["decision"];
    EXPECT_EQ(world_.events_of(kSouth)["match.answered"], 0);
    world_.close(kSouth);
    world_.open(kSouth);
    revoke(gone);
    const json::Value answer = match();
    EXPECT_EQ(world_.events_of(kSouth)["decision"], decisions) << "it was not decided again";
    expect_not_permitted(answer, gone);
    EXPECT_EQ(bundle_of(answer).parts.answers.at(0).closed.size(), 1U);
    expect_plain(opened_by_north(answer), {gone});
}

}  // namespace
}  // namespace mednexus::service::internal
