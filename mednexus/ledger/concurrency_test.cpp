#include <atomic>
#include <thread>

#include "mednexus/ledger/internal/test_support.hpp"
#include "mednexus/testing/faulty_disk.hpp"

namespace mednexus::ledger {
namespace {

using internal::open_test_log;
using internal::test_entry;
using testing::FaultyDisk;

constexpr std::uint64_t kThreads = 8;
constexpr std::uint64_t kEach = 60;

TEST(LogThreads, AppendSideBySideWithEachEntryOnce) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&log, t] {
            for (std::uint64_t i = 0; i < kEach; ++i) {
                const Bytes entry = test_entry(t * kEach + i);
                const auto appended = log->append(entry);
                ASSERT_TRUE(appended);
                EXPECT_EQ(*log->entry(appended->index), entry);
            }
        });
    }
    threads.clear();
    EXPECT_EQ(log->size(), kThreads * kEach);
    for (std::uint64_t i = 0; i < kThreads * kEach; ++i) {
        EXPECT_TRUE(log->find(test_entry(i)));
    }
    EXPECT_EQ(open_test_log(disk)->checkpoint(), log->checkpoint());
}

TEST(LogThreads, AgreeOnTheIndexOfTheSameBytes) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    std::atomic<std::uint64_t> fresh{0};
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
            for (std::uint64_t i = 0; i < kEach; ++i) {
                const auto appended = log->append(test_entry(i));
                ASSERT_TRUE(appended);
                fresh += appended->existed ? 0 : 1;
                EXPECT_EQ(*log->find(test_entry(i)), appended->index);
            }
        });
    }
    threads.clear();
    EXPECT_EQ(fresh, kEach);
    EXPECT_EQ(log->size(), kEach);
}

TEST(LogThreads, ReadProofsWhileOthersAppend) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    std::vector<std::jthread> threads;
    for (std::uint64_t t = 0; t < 2; ++t) {
        threads.emplace_back([&log, t] {
            for (std::uint64_t i = 0; i < 150; ++i) {
                ASSERT_TRUE(log->append(test_entry(t * 150 + i)));
            }
        });
    }
    threads.emplace_back([&log] {
        while (log->size() < 300) {
            const Checkpoint head = log->checkpoint();
            if (head.size == 0) {
                continue;
            }
            const auto proof = log->prove(head.size - 1);
            ASSERT_TRUE(proof) << proof.error().what;
            EXPECT_TRUE(check_inclusion(*proof, kRfc6962.leaf(*proof->extra)));
        }
    });
    threads.clear();
    EXPECT_EQ(log->size(), 300U);
}

/// A disk whose writes wait until told, so that callers pile up behind the first.
class GatedDisk final : public Disk {
public:
    explicit GatedDisk(Disk& disk) : disk_(&disk) {}

    void open_gate() {
        is_open_ = true;
        is_open_.notify_all();
    }

    Result<void> write(const std::string& path, BytesView content) override {
        is_open_.wait(false);
        ++writes_;
        return disk_->write(path, content);
    }

    Result<Bytes> read(const std::string& path, std::uint64_t size_bytes_max) const override {
        return disk_->read(path, size_bytes_max);
    }

    Result<Bytes> read_range(const std::string& path,
                             std::uint64_t offset,
                             std::uint64_t count) const override {
        return disk_->read_range(path, offset, count);
    }

    Result<std::uint64_t> size_of(const std::string& path) const override {
        return disk_->size_of(path);
    }

    Result<std::unique_ptr<DurableFile>> create() override { return disk_->create(); }

    Result<std::vector<std::string>> list(const std::string& folder) const override {
        return disk_->list(folder);
    }

    Result<void> remove(const std::string& path) override { return disk_->remove(path); }

    [[nodiscard]] std::uint64_t writes() const { return writes_; }

private:
    Disk* disk_;
    std::atomic<bool> is_open_{false};
    std::atomic<std::uint64_t> writes_{0};
};

/// Lets `callers` append side by side while the gate is shut: one leads, the queue takes its fill,
/// the rest hear `busy`. Then opens the gate. Returns how many heard it.
std::uint64_t pile_up(GatedDisk& disk,
                      Log& log,
                      std::uint64_t callers,
                      std::uint64_t busy_expected) {
    std::atomic<std::uint64_t> busy{0};
    std::vector<std::jthread> threads;
    for (std::uint64_t i = 0; i < callers; ++i) {
        threads.emplace_back([&log, &busy, i] {
            const auto appended = log.append(test_entry(i));
            if (!appended && appended.error().kind == Kind::busy) {
                ++busy;
            }
        });
    }
    while (busy < busy_expected) {
        std::this_thread::yield();
    }
    disk.open_gate();
    threads.clear();
    return busy;
}

TEST(LogThreads, ShareOneCommitAndHearWhenTheQueueIsFull) {
    FaultyDisk below;
    ASSERT_TRUE(open_test_log(below));
    GatedDisk disk(below);
    const auto log = open_test_log(disk, {.queue_entries_max = 19});
    EXPECT_EQ(pile_up(disk, *log, 22, 2), 2U);
    EXPECT_EQ(log->size(), 20U);
    EXPECT_EQ(disk.writes(), 2 * 3U);  // the leader's commit, then one for 19; 3 files each
}

}  // namespace
}  // namespace mednexus::ledger
