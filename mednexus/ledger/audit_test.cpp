#include "mednexus/ledger/audit.hpp"

#include "mednexus/ledger/internal/test_support.hpp"
#include "mednexus/testing/faulty_disk.hpp"

namespace mednexus::ledger {
namespace {

using internal::expect_kind;
using internal::fill;
using internal::open_test_log;
using internal::test_signer;
using testing::FaultyDisk;

void export_log(FaultyDisk& target, std::uint64_t size) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, size);
    const auto exported = log->export_to(target);
    ASSERT_TRUE(exported) << exported.error().what;
    EXPECT_EQ(exported->size, size);
}

std::optional<AuditFault> fault_of(const Disk& directory) {
    const auto report = audit_directory(directory);
    EXPECT_TRUE(report);
    return report->fault;
}

TEST(Audit, PassesAnExportedLogOfEverySize) {
    for (const std::uint64_t size : {0ULL, 1ULL, 255ULL, 256ULL, 257ULL, 600ULL}) {
        FaultyDisk target;
        export_log(target, size);
        const auto report = audit_directory(target, test_signer("north.example/log").verifier());
        ASSERT_TRUE(report);
        EXPECT_FALSE(report->fault) << report->fault->file << ": " << report->fault->rule;
        EXPECT_EQ(report->checkpoint.size, size);
        EXPECT_EQ(report->files, target.paths().size());
    }
}

TEST(Audit, CatchesAFlippedByteAtEveryPosition) {
    FaultyDisk target;
    export_log(target, 7);
    ASSERT_EQ(target.paths().size(), 4U);
    for (const std::string& path : target.paths()) {
        const Bytes good = target.content_of(path);
        for (std::size_t at = 0; at < good.size(); ++at) {
            for (const int flip : {0x01, 0x80}) {
                Bytes bad = good;
                bad[at] = static_cast<std::uint8_t>(bad[at] ^ flip);
                target.plant(path, bad);
                EXPECT_TRUE(fault_of(target)) << path << " byte " << at;
            }
        }
        target.plant(path, good);
    }
    EXPECT_FALSE(fault_of(target));
}

TEST(Audit, CatchesEveryFileCutShortOrMissing) {
    FaultyDisk target;
    export_log(target, 258);
    for (const std::string& path : target.paths()) {
        const Bytes good = target.content_of(path);
        target.plant(path, BytesView(good).first(good.size() - 1));
        EXPECT_TRUE(fault_of(target)) << path;
        ASSERT_TRUE(target.remove(path));
        const auto fault = fault_of(target);
        ASSERT_TRUE(fault) << path;
        EXPECT_EQ(fault->rule, "the file is missing");
        target.plant(path, good);
    }
}

TEST(Audit, NamesTheFileAndTheEntry) {
    FaultyDisk target;
    export_log(target, 300);
    Bytes bundle = target.content_of("tile/entries/001.p/44");
    bundle.back() ^= 1U;
    target.plant("tile/entries/001.p/44", bundle);
    const auto fault = fault_of(target);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->file, "tile/0/001.p/44");
    EXPECT_EQ(fault->rule, "entry 299 does not hash to its leaf");
}

TEST(Audit, CatchesAnUpperTileThatDoesNotFollow) {
    FaultyDisk target;
    export_log(target, 300);
    Bytes tile = target.content_of("tile/1/000.p/1");
    tile.front() ^= 1U;
    target.plant("tile/1/000.p/1", tile);
    const auto fault = fault_of(target);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->file, "tile/1/000.p/1");
    EXPECT_THAT(fault->rule, ::testing::HasSubstr("level below"));
}

TEST(Audit, CatchesTilesThatAgreeWithEachOtherButNotWithTheCheckpoint) {
    FaultyDisk one;
    export_log(one, 4);
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    for (const char* entry : {"a", "b", "c", "d"}) {
        ASSERT_TRUE(log->append(bytes_of(entry)));
    }
    FaultyDisk other;
    ASSERT_TRUE(log->export_to(other));
    other.plant("checkpoint", one.content_of("checkpoint"));
    const auto fault = fault_of(other);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->file, "checkpoint");
    EXPECT_THAT(fault->rule, ::testing::HasSubstr("root that is signed"));
}

TEST(Audit, RefusesAnotherKeyThanTheAuditorTrusts) {
    FaultyDisk target;
    export_log(target, 1);
    const auto report =
        audit_directory(target, test_signer("north.example/log", "other").verifier());
    ASSERT_TRUE(report);
    ASSERT_TRUE(report->fault);
    EXPECT_EQ(report->fault->file, "log.vkey");
}

TEST(Audit, EndsSoonOverACheckpointOfAnEnormousSize) {
    const auto signer = test_signer("north.example/log");
    const Checkpoint head{.origin = signer.name, .size = (1ULL << 63U) - 1, .root = Hash32()};
    FaultyDisk target;
    target.plant("log.vkey", bytes_of(crypto::write_vkey(signer.verifier()) + "\n"));
    target.plant("checkpoint",
                 bytes_of(crypto::make_signed_note(signer, write_checkpoint_text(head))));
    const auto fault = fault_of(target);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->file, "tile/entries/000");
}

TEST(Audit, SaysIoWhenTheDiskFails) {
    FaultyDisk target;
    export_log(target, 3);
    target.restart();
    for (std::uint64_t at = 0; at < 4; ++at) {
        target.restart();
        target.set_fault(testing::Fault{.kind = testing::FaultKind::io, .at_operation = at});
        expect_kind(audit_directory(target), Kind::io);
    }
}

TEST(Export, RefusesADirectoryThatHoldsACheckpoint) {
    FaultyDisk target;
    export_log(target, 1);
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    expect_kind(log->export_to(target), Kind::conflict);
}

TEST(Export, LeavesNoCheckpointWhenItDidNotFinish) {
    FaultyDisk disk;
    const auto log = open_test_log(disk);
    fill(*log, 3);
    for (std::uint64_t at = 1; at < 4; ++at) {
        FaultyDisk target;
        target.set_fault(testing::Fault{.kind = testing::FaultKind::io, .at_operation = at});
        expect_kind(log->export_to(target), Kind::io);
        EXPECT_THAT(target.paths(), ::testing::Not(::testing::Contains("checkpoint")));
    }
}

}  // namespace
}  // namespace mednexus::ledger
