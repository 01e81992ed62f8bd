#pragma once
/// North asks, south and west answer: the institutions of the tests of a match.
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/tampering_transport.hpp"
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
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.add(kWest, "DE");
        world_.exchange_cards();
        query_ = world_.deposit(kNorth, "north.example/alkaptonuria-adult.json");
        for (const char* file : {"alkaptonuria-spine", "pkan-late", "charge-newborn"}) {
            south_.push_back(
                world_.deposit(kSouth, "south.example/" + std::string(file) + ".json"));
        }
        west_.push_back(world_.deposit(kWest, "west.example/alkaptonuria-valve.json"));
    }

    void permit_all() {
        world_.agree();
        for (const std::string& id : south_) {
            world_.consent(kSouth, id, {kNorth});
        }
        for (const std::string& id : west_) {
            world_.consent(kWest, id, {kNorth});
        }
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

    /// Reopens north with a transport that changes what passes.
    TamperingTransport& tamper() {
        world_.close(kNorth);
        tampering_ = std::make_unique<TamperingTransport>(*world_.site(kNorth).transport);
        auto node = open_node({world_.home_of(kNorth), World::passphrase(), ""},
                              world_.clock(),
                              world_.random(),
                              *tampering_,
                              nullptr,
                              {});
        EXPECT_TRUE(node) << node.error().what;
        world_.site(kNorth).node = std::move(*node);
        world_.network().join(kNorth, *world_.site(kNorth).node);
        return *tampering_;
    }

    std::unique_ptr<TamperingTransport> tampering_;
    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    World world_{clock_, folder_.path()};
    std::string query_;
    std::vector<std::string> south_;
    std::vector<std::string> west_;
};

}  // namespace mednexus::service::internal
