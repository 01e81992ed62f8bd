/// Stops the world at every point of every act, reopens the home, asks again, and looks at what
/// is left: the same end state, and no event twice.
#include <algorithm>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/test_founding.hpp"
#include "mednexus/service/internal/test_stop.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/node.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

constexpr const char* kNorth = "north.example";
constexpr const char* kSouth = "south.example";

using Counts = std::map<std::string, int>;

/// What is left at the end: events of both logs, cases, objects.
struct EndState {
    Counts north;
    Counts south;
    std::size_t north_cases = 0;
    std::size_t south_objects = 0;
    std::size_t bundles = 0;
    std::size_t chain_events = 0;
    friend bool operator==(const EndState&, const EndState&) = default;
};

std::size_t files_below(const std::string& folder) {
    std::size_t count = 0;
    if (!std::filesystem::exists(folder)) {
        return 0;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        count += entry.is_regular_file() ? 1U : 0U;
    }
    return count;
}

EndState end_state(World& world) {
    world.settle_chain();
    return {.north = world.events_of(kNorth),
            .south = world.events_of(kSouth),
            .north_cases = array_in(world.must(kNorth, "case.list"), "cases").size(),
            .south_objects = files_below(world.home_of(kSouth) + "/objects"),
            .bundles = files_below(world.home_of(kNorth) + "/bundles"),
            .chain_events = world.chain_events()};
}

/// Two institutions, one case at each; `stopped` is the site whose journal stops.
struct Scene {
    testing::TemporaryFolder folder;
    testing::ManualClock clock{kToday};
    testing::FakeChain chain{clock};
    World world{clock, folder.path(), &chain};
    std::string north_case;
    std::string south_case;

    /// A match needs a consortium too.
    explicit Scene(bool has_consortium = false) {
        chain.deploy();
        world.add(kNorth, "DE");
        world.add(kSouth, "FR");
        world.exchange_cards();
        world.agree();
        north_case = world.deposit(kNorth, "north.example/pkan-early.json");
        south_case = world.deposit(kSouth, "south.example/pkan-late.json");
        world.consent(kSouth, south_case, {kNorth});
        world.settle_chain();
        if (has_consortium) {
            found_consortium(world, {kNorth, kSouth});
        }
    }

    json::Value act(const std::string& name) {
        if (name == "case.add") {
            return object_with(
                {{"phenopacket", read_source_file("demo/cases/south.example/ofcd-girl.json")}});
        }
        if (name == "case.share") {
            return object_with({{"case", south_case}, {"to", kNorth}, {"purpose", "DUO:0000007"}});
        }
        if (name == "match") {
            return object_with({{"case", north_case}, {"purpose", "DUO:0000007"}});
        }
        if (name == "log.disperse") {
            return json::Object{};
        }
        if (name == "consent.grant") {
            return World::grant_of(south_case, {kNorth}, {"DUO:0000006"});
        }
        return object_with({{"case", south_case}});  // consent.revoke, case.erase
    }
};

struct CrashCase {
    std::string operation;
    std::string asked;    ///< who is asked
    std::string stopped;  ///< whose journal stops
};

class CrashTest : public ::testing::TestWithParam<CrashCase> {};

/// Runs the act to its end with a stop at `point`. False when there was no such point.
bool run_with_stop(Scene& scene, const CrashCase& crash, int point) {
    StopAt stop(point);
    scene.world.close(crash.stopped);
    scene.world.open(crash.stopped, {.observer = &stop, .wrap_disk = {}});
    const json::Value arguments = scene.act(crash.operation);
    const auto first = scene.world.ask(crash.asked, crash.operation, arguments);
    EXPECT_EQ(first.has_value(), !stop.has_stopped()) << point;
    scene.world.close(crash.stopped);
    scene.world.open(crash.stopped);
    if (stop.has_stopped()) {
        // Grants, revocations and erasures went on by themselves when the home was opened.
        if (!crash.operation.starts_with("consent.") && crash.operation != "case.erase") {
            scene.world.must(crash.asked, crash.operation, arguments);
        }
    }
    const json::Value status = scene.world.must(crash.stopped, "status");
    EXPECT_EQ(number_in(status, "unfinished"), 0) << point;
    return stop.has_stopped();
}

TEST_P(CrashTest, StoppedAnywhereItReachesTheSameEndAndDoublesNothing) {
    const CrashCase& crash = GetParam();
    EndState expected;
    const bool is_match = crash.operation == "match";
    {
        Scene scene(is_match);
        scene.world.must(crash.asked, crash.operation, scene.act(crash.operation));
        expected = end_state(scene.world);
    }
    for (int point = 0;; ++point) {
        SCOPED_TRACE(crash.operation + " at point " + std::to_string(point));
        Scene scene(is_match);
        if (!run_with_stop(scene, crash, point)) {
            EXPECT_GT(point, 4);
            break;
        }
        const EndState found = end_state(scene.world);
        EXPECT_EQ(found.north, expected.north);
        EXPECT_EQ(found.south, expected.south);
        EXPECT_TRUE(found == expected);
        ASSERT_LT(point, 100);
    }
}

INSTANTIATE_TEST_SUITE_P(EveryAct,
                         CrashTest,
                         ::testing::Values(CrashCase{"case.add", kSouth, kSouth},
                                           CrashCase{"consent.grant", kSouth, kSouth},
                                           CrashCase{"consent.revoke", kSouth, kSouth},
                                           CrashCase{"case.erase", kSouth, kSouth},
                                           CrashCase{"case.share", kSouth, kSouth},
                                           CrashCase{"case.share", kSouth, kNorth},
                                           CrashCase{"match", kNorth, kNorth},
                                           CrashCase{"match", kNorth, kSouth},
                                           CrashCase{"match", kNorth, kComputeNode},
                                           CrashCase{"log.disperse", kNorth, kNorth}),
                         [](const ::testing::TestParamInfo<CrashCase>& one) {
                             std::string name =
                                 one.param.operation + "_stops_at_" + one.param.stopped;
                             std::replace(name.begin(), name.end(), '.', '_');
                             return name;
                         });

/// Reads work, every write fails: a disk that was remounted read-only.
class ReadOnlyDisk final : public Disk {
public:
    explicit ReadOnlyDisk(std::unique_ptr<Disk> under) : under_(std::move(under)) {}

    Result<Bytes> read(const std::string& path, std::uint64_t size_bytes_max) const override {
        return under_->read(path, size_bytes_max);
    }

    Result<Bytes> read_range(const std::string& path,
                             std::uint64_t offset,
                             std::uint64_t count) const override {
        return under_->read_range(path, offset, count);
    }

    Result<std::uint64_t> size_of(const std::string& path) const override {
        return under_->size_of(path);
    }

    Result<void> write(const std::string&, BytesView) override { return refused(); }

    Result<std::unique_ptr<DurableFile>> create() override {
        return fail(Kind::io, "disk: read-only");
    }

    Result<std::vector<std::string>> list(const std::string& folder) const override {
        return under_->list(folder);
    }

    Result<void> remove(const std::string&) override { return refused(); }

private:
    static Result<void> refused() { return fail(Kind::io, "disk: read-only"); }

    std::unique_ptr<Disk> under_;
};

TEST(ReadOnlyDiskTest, EveryActFailsWithIoAndInventsNothing) {
    Scene scene(true);
    const EndState before = end_state(scene.world);
    for (const char* name : {kNorth, kSouth}) {
        scene.world.close(name);
        scene.world.open(name, {.observer = nullptr, .wrap_disk = [](std::unique_ptr<Disk> disk) {
                                    return std::unique_ptr<Disk>(
                                        std::make_unique<ReadOnlyDisk>(std::move(disk)));
                                }});
    }
    for (const char* operation :
         {"case.add", "case.share", "consent.grant", "consent.revoke", "case.erase"}) {
        const auto answer = scene.world.ask(kSouth, operation, scene.act(operation));
        ASSERT_FALSE(answer) << operation;
        EXPECT_EQ(answer.error().kind, Kind::io) << operation << ": " << answer.error().what;
    }
    EXPECT_EQ(scene.world.ask(kNorth, "match", scene.act("match")).error().kind, Kind::io);
    EXPECT_EQ(scene.world.ask(kSouth, "case.show", object_with({{"case", scene.south_case}}))
                  .error()
                  .kind,
              Kind::io)
        << "no read without its log entry";
    EXPECT_EQ(end_state(scene.world), before);
}

}  // namespace
}  // namespace mednexus::service::internal
