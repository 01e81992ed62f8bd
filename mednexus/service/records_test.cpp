#include "mednexus/service/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/service/result_package.hpp"

namespace mednexus::service {
namespace {

std::vector<SlotRecord> slots(std::uint64_t count) {
    std::vector<SlotRecord> out;
    for (std::uint64_t i = 0; i < count; ++i) {
        SlotRecord slot;
        slot.batch = std::string(32, 'b');
        slot.commitment = crypto::sha256(bytes_of(std::to_string(i)));
        slot.permitted = i % 3 != 1;
        slot.position = static_cast<std::uint32_t>(100 + i);
        slot.slot = i;
        if (!slot.permitted) {
            slot.rules = {"consent.in_force"};
        }
        out.push_back(slot);
    }
    return out;
}

Answer answer() {
    Answer out;
    out.institution = "north.example";
    out.job = std::string(32, '1');
    out.checks.linear_repetitions = 2;
    out.checks.query_proof = crypto::sha256(bytes_of("proof"));
    out.count = 5;
    out.permitted = 3;
    out.closed = {1, 4};
    out.openings = {{.batch = std::string(32, 'c'),
                     .finished = crypto::sha256(bytes_of("finished")),
                     .owner = "south.example",
                     .share = crypto::sha256(bytes_of("share"))}};
    return out;
}

RankedSlot ranked(const std::string& institution, std::uint64_t slot, std::int64_t score) {
    return {
        .institution = institution, .proof = {}, .record = slots(slot + 1)[slot], .score = score};
}

ResultPackage package() {
    ResultPackage out;
    out.job = std::string(32, '1');
    out.requester = "east.example";
    out.top = 3;
    out.computation.compute = "compute.example";
    out.computation.epoch = 1;
    out.computation.indexes = {{"east.example", crypto::sha256(bytes_of("index"))}};
    out.checks = {{"east.example", 2}, {"north.example", 3}};
    out.decisions = {{.institution = "north.example",
                      .count = 5,
                      .not_permitted = 4,
                      .permitted = 3,
                      .rules = {"kind.supported"}}};
    out.ranking = {ranked("north.example", 0, -4)};
    return out;
}

TEST(SlotRecords, AllStandInTheirRoot) {
    for (const std::uint64_t count : {1ULL, 2ULL, 3ULL, 7ULL, 8ULL, 9ULL}) {
        const auto records = slots(count);
        const auto leaves = slot_leaves(records);
        const Hash32 root = slots_root(leaves);
        for (const SlotRecord& one : records) {
            EXPECT_TRUE(merkle::verify_inclusion(
                ledger::kRfc6962,
                {.index = one.slot, .tree_size = count, .leaf_hash = slot_leaf(one), .root = root},
                *slot_proof(leaves, one.slot)));
        }
        EXPECT_FALSE(slot_proof(leaves, count));
    }
    EXPECT_EQ(slots_root({}), ledger::empty_root());
}

TEST(SlotRecords, ReadBackAndRefuseWhatContradictsItself) {
    for (const SlotRecord& one : slots(3)) {
        EXPECT_EQ(*parse_slot_record(to_json(one)), one);
        SlotRecord bad = one;
        bad.permitted = !bad.permitted;
        EXPECT_FALSE(parse_slot_record(to_json(bad)));
    }
    SlotRecord bad_rule = slots(2)[1];
    bad_rule.rules = {"Not A Rule"};
    EXPECT_FALSE(parse_slot_record(to_json(bad_rule)));
    SlotRecord far = slots(1)[0];
    far.position = kPositionsMax;
    EXPECT_FALSE(parse_slot_record(to_json(far)));
    SlotRecord nowhere = slots(1)[0];
    nowhere.batch = "batch";
    EXPECT_FALSE(parse_slot_record(to_json(nowhere)));
}

TEST(Roster, DoesNotDependOnTheOrderOfCards) {
    const Hash32 a = crypto::sha256(bytes_of("a"));
    const Hash32 b = crypto::sha256(bytes_of("b"));
    const std::vector<Hash32> one{a, b};
    const std::vector<Hash32> other{b, a};
    EXPECT_EQ(roster_hash(one), roster_hash(other));
    EXPECT_NE(roster_hash(one), roster_hash(std::vector<Hash32>{a}));
    EXPECT_NE(roster_hash(one), roster_hash(std::vector<Hash32>{a, b, b}));
}

TEST(Answers, ReadBack) {
    const json::Value value = to_json(answer());
    const auto read = parse_answer(value);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(to_json(*read), value);
    EXPECT_EQ(not_permitted_of(*read), 4U);
}

TEST(Answers, RefuseAnotherFormatOrMember) {
    for (const char* key :
         {"format", "institution", "job", "slots_root", "outputs", "checks", "openings", "extra"}) {
        json::Value value = to_json(answer());
        value.as_object()->set(key, "something else");
        EXPECT_FALSE(parse_answer(value)) << key;
    }
    json::Value counts = to_json(answer());
    counts.as_object()->set("permitted", 6);
    EXPECT_FALSE(parse_answer(counts));
}

TEST(Answers, RefuseClosedSlotsThatAreNotPermittedOnesInOrder) {
    const auto refused = [](std::vector<std::uint64_t> closed) {
        Answer bad = answer();
        bad.closed = std::move(closed);
        return !parse_answer(to_json(bad));
    };
    EXPECT_TRUE(refused({4, 1}));
    EXPECT_TRUE(refused({1, 1}));
    EXPECT_TRUE(refused({5}));
    EXPECT_TRUE(refused({0, 1, 2, 3}));
    EXPECT_FALSE(refused({}));
}

TEST(Answers, RefuseFewerRepetitionsThanACheckHas) {
    for (const std::uint32_t count : {0U, 1U, kRepetitionsMax + 1}) {
        Answer bad = answer();
        bad.checks.linear_repetitions = count;
        EXPECT_FALSE(parse_answer(to_json(bad))) << count;
    }
}

TEST(Results, AreRankedByScoreThenHandleThenInstitution) {
    const RankedSlot best = ranked("b", 0, 5);
    const RankedSlot worse = ranked("a", 1, 4);
    EXPECT_TRUE(is_ranked_before(best, worse));
    EXPECT_FALSE(is_ranked_before(worse, best));
    const RankedSlot equal = ranked("a", 2, 5);
    EXPECT_EQ(is_ranked_before(best, equal), best.record.handle() < equal.record.handle());
    EXPECT_TRUE(is_ranked_before(ranked("a", 0, 5), best));
    EXPECT_FALSE(is_ranked_before(best, best));
}

TEST(Results, ReadBackAndRefuseOtherWordsThanTheFormats) {
    const json::Value value = to_json(package());
    const auto read = parse_result_package(value);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(to_json(*read), value);
    for (const char* key : {"format", "not_proven", "computation", "checks", "ranking", "extra"}) {
        json::Value bad = value;
        bad.as_object()->set(key, "something else");
        EXPECT_FALSE(parse_result_package(bad)) << key;
    }
    json::Value fewer = value;
    json::Array lines = *value.as_object()->find("not_proven")->as_array();
    lines.pop_back();
    fewer.as_object()->set("not_proven", lines);
    EXPECT_FALSE(parse_result_package(fewer));
}

TEST(Results, RefuseHandlesThatAreNotTheCommitments) {
    json::Value value = to_json(package());
    json::Array places = *value.as_object()->find("ranking")->as_array();
    places[0].as_object()->set("handle", std::string(32, '0'));
    value.as_object()->set("ranking", places);
    EXPECT_FALSE(parse_result_package(value));
}

}  // namespace
}  // namespace mednexus::service
