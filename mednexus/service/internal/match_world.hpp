#pragma once
/// North asks, south and west answer: the institutions of the tests of a match.
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/node.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {

inline constexpr const char* kNorth = "north.example";
inline constexpr const char* kSouth = "south.example";
inline constexpr const char* kWest = "west.example";

/// Changes what goes to, or comes from, a peer.
class TamperingTransport final : public PeerTransport {
public:
    using Change = std::function<void(json::Value&)>;

    explicit TamperingTransport(PeerTransport& under) : under_(under) {}

    Result<json::Value> call(const PeerAddress& peer,
                             std::string_view operation,
                             const json::Value& body) override {
        json::Value sent = body;
        if (change_request) {
            change_request(sent);
        }
        last_body = sent;
        MN_TRY(json::Value answer, under_.call(peer, operation, sent));
        if (change_answer) {
            change_answer(answer);
        }
        return answer;
    }

    Result<Bytes> get_object(const PeerAddress& peer, const ObjectRoot& root) override {
        return under_.get_object(peer, root);
    }

    Change change_request;
    Change change_answer;
    json::Value last_body;

private:
    PeerTransport& under_;
};

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
