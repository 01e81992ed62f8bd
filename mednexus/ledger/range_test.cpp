#include "mednexus/ledger/range.hpp"

#include "mednexus/ledger/audit.hpp"
#include "mednexus/ledger/internal/test_support.hpp"
#include "mednexus/ledger/internal/tree.hpp"
#include "mednexus/testing/faulty_disk.hpp"

namespace mednexus::ledger {
namespace {

using internal::expect_kind;
using internal::expect_refused;
using internal::fill;
using internal::open_test_log;
using internal::test_signer;
using testing::FaultyDisk;

TEST(Range, HasTheRootsOfTheLogAtBothEnds) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 40);
    for (std::uint64_t from = 0; from < 40; ++from) {
        for (std::uint64_t to = from + 1; to <= 40; ++to) {
            const auto range = log->range(from, to);
            ASSERT_TRUE(range) << from << " " << to;
            EXPECT_EQ(range->to(), to);
            const RangeRoots roots = roots_of(*range);
            EXPECT_EQ(roots.before, log->root_at(from).value()) << from;
            EXPECT_EQ(roots.root, log->root_at(to).value()) << from << " " << to;
            EXPECT_EQ(parse_range(write_range(*range), from, to).value(), *range);
        }
    }
}

TEST(Range, CrossesBundles) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 600);
    const auto range = log->range(250, 600);
    ASSERT_TRUE(range);
    EXPECT_EQ(range->entries.front(), internal::test_entry(250));
    EXPECT_EQ(range->entries.back(), internal::test_entry(599));
    EXPECT_EQ(roots_of(*range).root, log->root_at(600).value());
}

TEST(Range, EndsWhereItsBoundIs) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    for (std::uint8_t i = 0; i < 100; ++i) {
        ASSERT_TRUE(log->append(Bytes(60000, i)));
    }
    const auto range = log->range(0, 100);
    ASSERT_TRUE(range);
    EXPECT_EQ(range->entries.size(), kRangeSizeBytesMax / 60002);
    EXPECT_LE(write_range(*range).size(), kRangeSizeBytesMax);
    expect_kind(log->range(0, 101), Kind::invalid);
    expect_kind(log->range(100, 100), Kind::invalid);
    expect_kind(log->range(7, 5), Kind::invalid);
}

TEST(Range, RefusesWhatIsNone) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 12);
    const Bytes raw = write_range(log->range(5, 9).value());
    expect_kind(parse_range(raw, 4, 8), Kind::invalid);  // one subtree, not two
    expect_kind(parse_range(raw, 5, 8), Kind::invalid);
    expect_kind(parse_range(raw, 5, 10), Kind::invalid);
    expect_kind(parse_range(raw, 5, 5), Kind::invalid);
    expect_kind(parse_range(raw, 9, 5), Kind::invalid);
    expect_kind(parse_range({}, 0, 1), Kind::invalid);
    expect_kind(parse_range(raw, 5, 5 + kRangeEntriesMax + 1), Kind::invalid);
    for (std::size_t size = 0; size < raw.size(); ++size) {
        expect_kind(parse_range(BytesView(raw).first(size), 5, 9), Kind::invalid);
    }
    Bytes longer = raw;
    longer.push_back(0);
    expect_kind(parse_range(longer, 5, 9), Kind::invalid);
}

TEST(Range, AnyFlippedBitGivesOtherRootsOrNone) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 12);
    const Bytes raw = write_range(log->range(5, 9).value());
    const RangeRoots right = roots_of(log->range(5, 9).value());
    for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
        Bytes changed = raw;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const auto range = parse_range(changed, 5, 9);
        EXPECT_TRUE(!range || roots_of(*range).root != right.root) << bit;
    }
}

TEST(DirectoryWriter, MakesTheVeryFilesOfAnExport) {
    for (const std::uint64_t size : {1ULL, 255ULL, 256ULL, 257ULL, 700ULL}) {
        FaultyDisk disk;
        const auto log = open_test_log(disk);
        fill(*log, size);
        FaultyDisk exported;
        ASSERT_TRUE(log->export_to(exported));
        FaultyDisk target;
        auto writer = DirectoryWriter::begin(target, "out");
        ASSERT_TRUE(writer);
        for (std::uint64_t from = 0; from < size; from += 100) {
            ASSERT_TRUE(writer->add(log->range(from, std::min(from + 100, size)).value()));
        }
        ASSERT_TRUE(writer->finish(log->checkpoint_note(), log->verifier()));
        ASSERT_EQ(target.paths().size(), exported.paths().size()) << size;
        for (const std::string& path : exported.paths()) {
            EXPECT_EQ(target.content_of("out/" + path), exported.content_of(path)) << path;
        }
    }
}

TEST(DirectoryWriter, RefusesRangesAndCheckpointsThatDoNotContinue) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 30);
    FaultyDisk target;
    auto writer = DirectoryWriter::begin(target, "");
    ASSERT_TRUE(writer->add(log->range(0, 10).value()));
    expect_refused(writer->add(log->range(11, 20).value()), Kind::invalid, "does not continue");
    LogRange other = log->range(10, 20).value();
    other.before.front().mutable_array()[0] ^= 1U;
    expect_refused(writer->add(other), Kind::invalid, "does not continue");
    expect_refused(
        writer->finish(log->checkpoint_note(), log->verifier()), Kind::invalid, "not that of");
    ASSERT_TRUE(writer->add(log->range(10, 30).value()));
    expect_kind(writer->finish(log->checkpoint_note(),
                               test_signer("north.example/log", "other").verifier()),
                Kind::denied);
    EXPECT_TRUE(writer->finish(log->checkpoint_note(), log->verifier()));
    EXPECT_TRUE(DirectoryWriter::begin(target, ""));
    EXPECT_FALSE(target.size_of("checkpoint"));
}

}  // namespace
}  // namespace mednexus::ledger
