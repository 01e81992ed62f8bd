#pragma once
/// Three institutions under one agreement, for the tests of dispersal and of rebuilding.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/da/certificate.hpp"
#include "mednexus/service/availability.hpp"
#include "mednexus/service/internal/tampering_transport.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {

inline constexpr const char* kNorth = "north.example";
inline constexpr const char* kSouth = "south.example";
inline constexpr const char* kWest = "west.example";

class DaTest : public ::testing::Test {
protected:
    void SetUp() override {
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.add(kWest, "DE");
        world_.exchange_cards();
    }

    json::Value disperse() { return world_.must(kNorth, "log.disperse"); }

    /// One more leaf in north's log.
    void grow(const char* file = "north.example/alkaptonuria-adult.json") {
        world_.deposit(kNorth, file);
    }

    [[nodiscard]] std::string error_of(const std::string& name,
                                       const char* operation,
                                       const json::Value& arguments = json::Object{}) {
        const auto answer = world_.ask(name, operation, arguments);
        return answer ? "done"
                      : std::string(name_of(answer.error().kind)) + ": " + answer.error().what;
    }

    [[nodiscard]] static json::Value of_north() { return object_with({{"institution", kNorth}}); }

    [[nodiscard]] Card card(const std::string& name) {
        return parse_card(world_.site(name).card).value();
    }

    [[nodiscard]] da::Roster roster() {
        return da::Roster::make(
                   {card(kNorth).identity, card(kSouth).identity, card(kWest).identity})
            .value();
    }

    /// Files of this name below a home's `da`.
    [[nodiscard]] std::vector<std::string> files(const std::string& name,
                                                 const std::string& ending) const {
        std::vector<std::string> out;
        const std::string root = world_.home_of(name) + "/da";
        if (!std::filesystem::exists(root)) {
            return out;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            if (entry.is_regular_file() && entry.path().string().ends_with(ending)) {
                out.push_back(entry.path().string());
            }
        }
        return out;
    }

    /// Reopens a site with a transport that changes what it asks and hears.
    TamperingTransport& tamper(const std::string& name) {
        world_.close(name);
        tampering_ = std::make_unique<TamperingTransport>(*world_.site(name).transport);
        auto node = open_node({world_.home_of(name), World::passphrase(), ""},
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

    std::unique_ptr<TamperingTransport> tampering_;
    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    World world_{clock_, folder_.path()};
};

}  // namespace mednexus::service::internal
