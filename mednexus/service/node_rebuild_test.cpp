/// A log comes back from what its holders keep, without the institution that wrote it.
#include <fstream>

#include "mednexus/codec/base64.hpp"
#include "mednexus/ledger/audit.hpp"
#include "mednexus/service/internal/test_da_world.hpp"
#include "mednexus/testing/faulty_disk.hpp"

namespace mednexus::service::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RebuildTest : public DaTest {
protected:
    void SetUp() override {
        DaTest::SetUp();
        world_.agree();
        disperse();
        grow();
        size_ = world_.log_size(kNorth);
        disperse();
        grow("north.example/pkan-early.json");  // behind the last batch
    }

    void lose_north() {
        world_.close(kNorth);
        fs::remove_all(world_.home_of(kNorth));
    }

    /// Changes one byte of the newest shard on a holder's disk.
    void damage(const std::string& name) {
        auto shards = files(name, "/shard");
        std::sort(shards.begin(), shards.end());
        std::fstream file(shards.back(), std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(40);
        file.put('!');
    }

    /// The rebuilt log as `mednexus log audit` sees it.
    [[nodiscard]] ledger::AuditReport audited(const std::string& name, const json::Value& answer) {
        testing::FaultyDisk disk;
        for (const json::Value& one : array_in(answer, "files")) {
            const json::Value got = world_.must(
                name, "log.rebuilt", object_with({{"institution", kNorth}, {"file", one}}));
            EXPECT_TRUE(
                disk.write(*one.as_string(), codec::parse_base64(text_in(got, "content")).value()));
        }
        return ledger::audit_directory(disk, card(kNorth).log).value();
    }

    std::int64_t size_ = 0;
};

TEST_F(RebuildTest, ComesBackWhenThePublisherIsGone) {
    lose_north();
    const json::Value answer = world_.must(kSouth, "log.rebuild", of_north());
    EXPECT_EQ(number_in(answer, "size"), size_);
    EXPECT_EQ(number_in(answer, "batches"), 2);
    EXPECT_EQ(*array_in(answer, "away").front().as_string(), kNorth);
    EXPECT_TRUE(array_in(answer, "faults").empty());
    const ledger::AuditReport report = audited(kSouth, answer);
    EXPECT_FALSE(report.fault) << report.fault->file << ": " << report.fault->rule;
    EXPECT_EQ(report.checkpoint.size, static_cast<std::uint64_t>(size_));
}

TEST_F(RebuildTest, AnyTwoOfTheThreeAreEnough) {
    for (const char* away : {kSouth, kWest}) {
        world_.close(away);
        const json::Value answer = world_.must(kNorth, "log.rebuild", of_north());
        EXPECT_EQ(number_in(answer, "size"), size_);
        EXPECT_FALSE(audited(kNorth, answer).fault) << away;
        world_.open(away);
    }
    world_.close(kSouth);
    world_.close(kWest);
    EXPECT_THAT(error_of(kNorth, "log.rebuild", of_north()),
                HasSubstr("unavailable: log.rebuild: entries 0 to"));
}

TEST_F(RebuildTest, AnAlteredShardIsFoundAndItsHolderNamed) {
    damage(kWest);
    world_.close(kSouth);
    const std::string said = error_of(kNorth, "log.rebuild", of_north());
    EXPECT_THAT(said, HasSubstr("unavailable: log.rebuild: 1 of 2 shards"));
    EXPECT_THAT(said, HasSubstr("west.example"));
    world_.open(kSouth);
    const json::Value answer = world_.must(kWest, "log.rebuild", of_north());
    ASSERT_EQ(array_in(answer, "faults").size(), 1U);
    EXPECT_EQ(text_in(array_in(answer, "faults").front(), "holder"), kWest);
    EXPECT_THAT(text_in(array_in(answer, "faults").front(), "what"), HasSubstr("its hash"));
    EXPECT_FALSE(audited(kWest, answer).fault);
}

TEST_F(RebuildTest, AShardChangedOnItsWayIsNotUsed) {
    lose_north();
    TamperingTransport& wire = tamper(kSouth);
    wire.change_answer = [](json::Value& said) {
        if (said.as_object()->find("shard") != nullptr) {
            Bytes shard = codec::parse_base64(text_in(said, "shard")).value();
            shard[3] ^= 1U;
            said.as_object()->set("shard", codec::to_base64(shard));
        }
    };
    EXPECT_THAT(error_of(kSouth, "log.rebuild", of_north()),
                HasSubstr("west.example: entries 0 to"));
    wire.change_answer = [](json::Value& said) {
        if (said.as_object()->find("shard") != nullptr) {
            said.as_object()->set("shard", "AAAA");
        }
    };
    EXPECT_THAT(error_of(kSouth, "log.rebuild", of_north()), HasSubstr("another length"));
    wire.change_answer = [](json::Value& said) {
        if (said.as_object()->find("shard") != nullptr) {
            said.as_object()->set("index", 1);  // says it is south's
        }
    };
    EXPECT_THAT(error_of(kSouth, "log.rebuild", of_north()), HasSubstr("unavailable"));
}

TEST_F(RebuildTest, HeadersThatNobodySignedAreTheHoldersFault) {
    TamperingTransport& wire = tamper(kSouth);
    wire.change_answer = [](json::Value& said) {
        if (said.as_object()->find("batches") == nullptr) {
            return;
        }
        json::Array batches = array_in(said, "batches");
        std::string note = text_in(batches[0], "header");
        note[note.find("\"to\":") + 5] ^= 1;
        batches[0].as_object()->set("header", note);
        said.as_object()->set("batches", batches);
    };
    EXPECT_THAT(error_of(kSouth, "log.rebuild", of_north()),
                HasSubstr("unavailable: log.rebuild: entries 0 to"));
    wire.change_answer = [](json::Value& said) {
        if (said.as_object()->find("batches") != nullptr) {
            said.as_object()->set("batches", 7);
        }
    };
    EXPECT_THAT(error_of(kSouth, "log.rebuild", of_north()), HasSubstr("unavailable"));
}

TEST_F(RebuildTest, WhatWasNeverDispersedIsNotInvented) {
    EXPECT_THAT(error_of(kSouth, "log.rebuild", object_with({{"institution", kWest}})),
                HasSubstr("not_found"));
    EXPECT_THAT(error_of(kSouth, "log.rebuild", object_with({{"institution", "no.example"}})),
                HasSubstr("not_found"));
    EXPECT_THAT(
        error_of(
            kSouth, "log.rebuilt", object_with({{"institution", kNorth}, {"file", "checkpoint"}})),
        HasSubstr("not_found"));
    for (const char* file : {"../card.note", "node.sqlite", "tile/0/../../x", ""}) {
        EXPECT_THAT(
            error_of(kSouth, "log.rebuilt", object_with({{"institution", kNorth}, {"file", file}})),
            HasSubstr("invalid"))
            << file;
    }
}

}  // namespace
}  // namespace mednexus::service::internal
