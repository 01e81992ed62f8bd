#include <functional>

#include "mednexus/ledger/internal/test_support.hpp"
#include "mednexus/testing/faulty_disk.hpp"

/// The log opened again after a fault at every operation of a scenario: nothing acknowledged is
/// lost, no two checkpoints of one key contradict each other, and the log goes on.
namespace mednexus::ledger {
namespace {

using internal::fill;
using internal::open_test_log;
using internal::test_entry;
using internal::test_signer;
using testing::FaultKind;
using testing::FaultyDisk;

constexpr std::uint64_t kBefore = 253;  // the scenario crosses the first tile boundary
constexpr std::uint64_t kAfter = 259;

/// What a caller knows when the fault strikes.
struct Known {
    std::vector<Appended> acknowledged;
    std::vector<Checkpoint> seen;
};

/// Opens the log and appends the scenario's entries until something fails.
Known run_until_fault(FaultyDisk& disk) {
    Known known;
    auto log = Log::open(disk, test_signer("north.example/log"));
    if (!log) {
        return known;
    }
    known.seen.push_back((*log)->checkpoint());
    for (std::uint64_t i = kBefore; i < kAfter; ++i) {
        const auto appended = (*log)->append(test_entry(i));
        if (!appended) {
            break;
        }
        known.acknowledged.push_back(*appended);
        known.seen.push_back((*log)->checkpoint());
    }
    return known;
}

void plant_start(FaultyDisk& disk) {
    static const std::map<std::string, Bytes> start = [] {
        FaultyDisk fresh;
        fill(*open_test_log(fresh), kBefore);
        std::map<std::string, Bytes> files;
        for (const std::string& path : fresh.paths()) {
            files[path] = fresh.content_of(path);
        }
        return files;
    }();
    for (const auto& [path, content] : start) {
        disk.plant(path, content);
    }
}

std::uint64_t operations_of_scenario() {
    FaultyDisk disk;
    plant_start(disk);
    disk.restart();
    EXPECT_EQ(run_until_fault(disk).acknowledged.size(), kAfter - kBefore);
    return disk.operations();
}

void expect_no_fork(const Log& log, const Checkpoint& seen) {
    ASSERT_LE(seen.size, log.size());
    EXPECT_EQ(*log.root_at(seen.size), seen.root);
}

void expect_whole(FaultyDisk& disk, const Known& known) {
    auto log = open_test_log(disk);
    ASSERT_TRUE(log);
    for (const Appended& one : known.acknowledged) {
        ASSERT_EQ(*log->entry(one.index), test_entry(one.index));
    }
    for (const Checkpoint& seen : known.seen) {
        expect_no_fork(*log, seen);
    }
    const Checkpoint reopened = log->checkpoint();
    ASSERT_TRUE(log->append(bytes_of("after the fault")));
    for (std::uint64_t i = 0; i < kAfter; ++i) {
        ASSERT_TRUE(log->append(test_entry(i)));
    }
    EXPECT_EQ(log->size(), kAfter + 1);
    expect_no_fork(*log, reopened);
    log = open_test_log(disk);
    EXPECT_EQ(log->size(), kAfter + 1);
}

class LogAfterFault : public ::testing::TestWithParam<FaultKind> {};

TEST_P(LogAfterFault, LosesNothingAcknowledgedAndDoesNotFork) {
    const std::uint64_t operations = operations_of_scenario();
    ASSERT_GT(operations, 20U);
    for (std::uint64_t at = 0; at < operations; ++at) {
        SCOPED_TRACE("operation " + std::to_string(at));
        FaultyDisk disk;
        plant_start(disk);
        disk.restart();
        disk.set_fault(testing::Fault{.kind = GetParam(), .at_operation = at});
        const Known known = run_until_fault(disk);
        disk.set_fault(std::nullopt);
        disk.restart();
        expect_whole(disk, known);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds,
                         LogAfterFault,
                         ::testing::Values(FaultKind::io,
                                           FaultKind::disk_full,
                                           FaultKind::crash_before,
                                           FaultKind::crash_after));

/// A disk that breaks its promise leaves half a file under its name. Whatever tile that was, the
/// log goes on; half a checkpoint is refused, never replaced by a new beginning.
TEST(Log, GoesOnAfterATornTileAndRefusesATornCheckpoint) {
    const std::uint64_t operations = operations_of_scenario();
    std::uint64_t refused = 0;
    for (std::uint64_t at = 0; at < operations; ++at) {
        SCOPED_TRACE("operation " + std::to_string(at));
        FaultyDisk disk;
        plant_start(disk);
        disk.restart();
        disk.set_fault(testing::Fault{.kind = FaultKind::torn, .at_operation = at});
        const Known known = run_until_fault(disk);
        disk.set_fault(std::nullopt);
        disk.restart();
        const auto reopened = Log::open(disk, test_signer("north.example/log"));
        if (!reopened) {
            EXPECT_EQ(reopened.error().kind, Kind::corrupt);
            ++refused;
            continue;
        }
        expect_whole(disk, known);
    }
    EXPECT_EQ(refused, kAfter - kBefore);  // one checkpoint per append
}

/// The checkpoint may have reached the disk although the write said it did not: the same one is
/// written again before any other is signed.
TEST(Log, FinishesASignedCheckpointBeforeItSignsAnother) {
    for (std::uint64_t at = 0; at < 12; ++at) {
        SCOPED_TRACE("operation " + std::to_string(at));
        FaultyDisk disk;
        auto log = open_test_log(disk);
        disk.restart();
        disk.set_fault(testing::Fault{.kind = FaultKind::io, .at_operation = at});
        std::vector<Checkpoint> seen;
        for (std::uint64_t i = 0; i < 4; ++i) {
            if (!log->append(test_entry(i))) {
                ASSERT_TRUE(log->append(bytes_of("another entry")));
            }
            seen.push_back(log->checkpoint());
        }
        for (const Checkpoint& one : seen) {
            expect_no_fork(*log, one);
        }
        for (std::uint64_t i = 0; i < 4; ++i) {
            ASSERT_TRUE(log->append(test_entry(i)));
        }
        log = open_test_log(disk);
        EXPECT_EQ(log->size(), 5U);
        for (const Checkpoint& one : seen) {
            expect_no_fork(*log, one);
        }
    }
}

}  // namespace
}  // namespace mednexus::ledger
