#pragma once
/// North asks, south and west answer, and a node computes: the parties of the tests of a match.
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/tampering_transport.hpp"
#include "mednexus/service/internal/test_founding.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/node.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {

inline constexpr const char* kNorth = "north.example";
inline constexpr const char* kSouth = "south.example";
inline constexpr const char* kWest = "west.example";

class MatchTest : public ::testing::Test {
protected:
    void SetUp() override {
        world_.compute_limits.jobs_max = 8;
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.add(kWest, "DE");
        world_.add(kComputeNode, "DE", Role::compute);
        world_.exchange_cards();
        query_ = world_.deposit(kNorth, "north.example/alkaptonuria-adult.json");
        for (const char* file : {"alkaptonuria-spine", "pkan-late", "charge-newborn"}) {
            south_.push_back(
                world_.deposit(kSouth, "south.example/" + std::string(file) + ".json"));
        }
        west_.push_back(world_.deposit(kWest, "west.example/alkaptonuria-valve.json"));
    }

    /// The three have keys together, and an index each. Needs: agree().
    void found() {
        founding_.found();
        founding_.sync();
    }

    void agree() { world_.agree(); }

    void permit_all() {
        agree();
        for (const std::string& id : south_) {
            world_.consent(kSouth, id, {kNorth});
        }
        for (const std::string& id : west_) {
            world_.consent(kWest, id, {kNorth});
        }
        found();
    }

    /// Every event `refused` in the log of a site: subject and rule.
    [[nodiscard]] std::vector<std::string> refusals_of(const std::string& name) {
        std::vector<std::string> out;
        for (std::int64_t i = 0; i < world_.log_size(name); ++i) {
            const Event event = world_.event_at(name, i);
            if (event.kind == EventKind::refused) {
                const auto refused = parse_refused(event);
                EXPECT_TRUE(refused) << refused.error().what;
                out.push_back(refused->subject + ": " + refused->rule);
            }
        }
        return out;
    }

    /// What the plain scorer says of two cases, by their ids: the query's vector against a case's.
    [[nodiscard]] std::int64_t plain_score(const std::string& owner, const std::string& id) {
        const auto vector_of = [&](const std::string& name, const std::string& case_id) {
            HomeFiles home(world_.home_of(name));
            return sure_of(home.database->find_case(*codec::parse_hex_as<CaseId>(case_id))).vector;
        };
        const std::vector<std::int8_t> of_case = vector_of(owner, id);
        std::int64_t out = 0;
        for (std::size_t i = 0; i < of_case.size(); ++i) {
            out += std::int64_t{of_case[i]} * query_vector_.at(i);
        }
        return out;
    }

    [[nodiscard]] json::Value question(const std::string& purpose = "DUO:0000007") const {
        return object_with({{"case", query_}, {"purpose", purpose}, {"top", 5}});
    }

    [[nodiscard]] static const json::Value& peer_in(const json::Value& answer,
                                                    const std::string& name) {
        for (const json::Value& one : array_in(answer, "peers")) {
            if (text_in(one, "name") == name) {
                return one;
            }
        }
        ADD_FAILURE() << name;
        static const json::Value kNone;
        return kNone;
    }

    /// Reopens a site with a transport that changes what passes.
    TamperingTransport& tamper(const std::string& name = kNorth) {
        world_.close(name);
        tampering_ = std::make_unique<TamperingTransport>(*world_.site(name).transport);
        auto node = open_node({.home = world_.home_of(name),
                               .passphrase = World::passphrase(),
                               .ontology_dir = "",
                               .ring = {.degree = 256},
                               .compute = world_.compute_limits},
                              world_.clock(),
                              world_.random(),
                              *tampering_,
                              nullptr,
                              {});
        EXPECT_TRUE(node) << node.error().what;
        world_.site(name).node = std::move(*node);
        world_.network().join(name, *world_.site(name).node);
        return *tampering_;
    }

    /// The vector of the query, as the profile makes it from the case.
    void learn_query_vector() {
        const auto parsed = sure_of(clinical::parse_phenopacket(
            read_source_file("demo/cases/north.example/alkaptonuria-adult.json")));
        const auto hpo = sure_of(clinical::load_hpo([&](std::string_view name) {
            return Result<std::string>(read_source_file("demo/hpo/" + std::string(name)));
        }));
        const auto profile =
            sure_of(clinical::VectorProfile::make(hpo.ontology, hpo.annotations, &crypto::sha256));
        query_vector_ = profile.query_vector(clinical::observed_terms(parsed.value)).entries;
    }

    std::unique_ptr<TamperingTransport> tampering_;
    std::vector<std::int8_t> query_vector_;
    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    World world_{clock_, folder_.path()};
    TestFounding founding_{world_, {kNorth, kSouth, kWest}};
    std::string query_;
    std::vector<std::string> south_;
    std::vector<std::string> west_;
};

}  // namespace mednexus::service::internal
