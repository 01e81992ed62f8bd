#pragma once
/// North asked, south and west answered, on a chain: the institutions of the tests of anchors.
#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/service/internal/bundle_claims.hpp"
#include "mednexus/service/internal/document_fields.hpp"
#include "mednexus/service/internal/match_parts.hpp"
#include "mednexus/service/internal/tampering_transport.hpp"
#include "mednexus/service/internal/test_founding.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/verify.hpp"
#include "mednexus/testing/fake_chain.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {

inline constexpr const char* kNorth = "north.example";
inline constexpr const char* kSouth = "south.example";
inline constexpr const char* kWest = "west.example";

class AnchorNodeTest : public ::testing::Test {
protected:
    void SetUp() override {
        chain_.deploy();
        chain_.set_automine(false);
        chain_.mine();
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.add(kWest, "DE");
        world_.exchange_cards();
        world_.agree();
        query_ = world_.deposit(kNorth, "north.example/alkaptonuria-adult.json");
        for (const auto& [name, file] :
             {std::pair(kSouth, "south.example/alkaptonuria-spine.json"),
              std::pair(kWest, "west.example/alkaptonuria-valve.json")}) {
            world_.consent(name, world_.deposit(name, file), {kNorth});
        }
        world_.settle_chain();
        found_consortium(world_, {kNorth, kSouth, kWest});
        const json::Value answer =
            world_.must(kNorth,
                        "match",
                        object_with({{"case", query_}, {"purpose", "DUO:0000007"}, {"top", 5}}));
        job_ = text_in(answer, "job");
        bundle_ = text_in(answer, "bundle");
    }

    [[nodiscard]] Result<json::Value> anchor() {
        return world_.ask(kNorth, "bundle.anchor", object_with({{"job", job_}}));
    }

    /// Asks until the anchors are deep.
    json::Value must_anchor() {
        EXPECT_EQ(anchor().error().kind, Kind::busy);
        world_.settle_chain();
        auto answer = anchor();
        EXPECT_TRUE(answer) << answer.error().what;
        return answer ? *std::move(answer) : json::Value(json::Object{});
    }

    [[nodiscard]] std::string bundle_on_disk() const {
        std::ifstream file(world_.home_of(kNorth) + "/bundles/" + job_ + ".mnx");
        return {std::istreambuf_iterator<char>(file), {}};
    }

    /// Every log, the roster, and this block.
    [[nodiscard]] ledger::TrustPolicy policy(const std::string& trusted_block) {
        std::string text;
        for (const char* name : {kNorth, kSouth, kWest, kComputeNode}) {
            text += "log " + text_in(world_.must(name, "log.status"), "vkey") + "\n";
        }
        const auto facts = read_bundle_facts(bundle_);
        EXPECT_TRUE(facts);
        text += "roster " + hex(roster_of(*facts)) + "\nquorum none\nchain-id " +
                std::to_string(testing::FakeChain::kChainId) + "\nanchor " +
                codec::to_hex_0x(chain_.deployment().anchors.view()) + "\ntrusted-block " +
                trusted_block + "\n";
        auto out = ledger::parse_trust_policy(text);
        EXPECT_TRUE(out) << out.error().what;
        return out ? *std::move(out) : ledger::TrustPolicy{};
    }

    /// Changes what south says of its anchor.
    void bend_south(std::function<void(json::Object&)> lie) {
        tampering_->change_answer = [lie = std::move(lie)](json::Value& answer) {
            json::Object* const said = answer.as_object();
            const json::Value* const evidence = said == nullptr ? nullptr : said->find("evidence");
            if (evidence != nullptr && text_in(*evidence, "institution") == kSouth) {
                lie(*said);
            }
        };
    }

    /// The same, and expects north to refuse it by name.
    void expect_refused(const std::function<void(json::Object&)>& lie, const std::string& what) {
        bend_south(lie);
        const auto refused = anchor();
        ASSERT_FALSE(refused) << what;
        EXPECT_EQ(refused.error().kind, Kind::corrupt);
        EXPECT_THAT(refused.error().what,
                    ::testing::StartsWith("peer " + std::string(kSouth) + ": "));
        EXPECT_THAT(refused.error().what, ::testing::HasSubstr(what));
        EXPECT_EQ(bundle_on_disk(), bundle_);
    }

    void tamper() {
        world_.close(kNorth);
        tampering_ = std::make_unique<TamperingTransport>(*world_.site(kNorth).transport);
        auto node = open_node({.home = world_.home_of(kNorth),
                               .passphrase = World::passphrase(),
                               .ontology_dir = "",
                               .ring = {.degree = 256}},
                              clock_,
                              world_.random(),
                              *tampering_,
                              &chain_,
                              {});
        ASSERT_TRUE(node) << node.error().what;
        world_.site(kNorth).node = *std::move(node);
        world_.network().join(kNorth, *world_.site(kNorth).node);
    }

    [[nodiscard]] Result<json::Value> ask_south(const std::string& peer, const std::string& job) {
        return world_.node(kSouth).answer_peer(
            peer, "anchored", object_with({{"job", json::Value(job)}}));
    }

    std::unique_ptr<TamperingTransport> tampering_;
    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    testing::FakeChain chain_{clock_};
    World world_{clock_, folder_.path(), &chain_};
    std::string query_;
    std::string job_;
    std::string bundle_;
};

}  // namespace mednexus::service::internal
