#include "mednexus/service/records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/ledger/checkpoint.hpp"

namespace mednexus::service {
namespace {

std::vector<SlotRecord> slots(std::uint64_t count) {
    std::vector<SlotRecord> out;
    for (std::uint64_t i = 0; i < count; ++i) {
        SlotRecord slot;
        slot.commitment = crypto::sha256(bytes_of(std::to_string(i)));
        slot.permitted = i % 3 != 1;
        slot.slot = i;
        if (!slot.permitted) {
            slot.rules = {"consent.in_force"};
        }
        out.push_back(slot);
    }
    return out;
}

Answer answer(const std::string& institution, const std::vector<std::int64_t>& scores) {
    Answer out;
    out.institution = institution;
    out.job = std::string(32, '1');
    for (const std::int64_t score : scores) {
        OpenedSlot opened;
        opened.record.permitted = true;
        opened.record.slot = out.count++;
        opened.record.commitment =
            crypto::sha256(bytes_of(institution + std::to_string(opened.record.slot)));
        opened.score = score;
        out.opened.push_back(opened);
        ++out.permitted;
    }
    return out;
}

TEST(SlotRecords, AllStandInTheirRoot) {
    for (const std::uint64_t count : {1ULL, 2ULL, 3ULL, 7ULL, 8ULL, 9ULL}) {
        const auto records = slots(count);
        const Hash32 root = slots_root(records);
        for (const SlotRecord& one : records) {
            const std::string text = json::write_canonical(to_json(one));
            EXPECT_TRUE(
                merkle::verify_inclusion(ledger::kRfc6962,
                                         {.index = one.slot,
                                          .tree_size = count,
                                          .leaf_hash = ledger::kRfc6962.leaf(bytes_of(text)),
                                          .root = root},
                                         *slot_proof(records, one.slot)));
        }
        EXPECT_FALSE(slot_proof(records, count));
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

TEST(Answers, MergeBestFirstAndCutAtTop) {
    const std::vector<Answer> answers{answer("b", {5, 3}), answer("a", {4, 3})};
    const auto ranking = merge_answers(answers, 10);
    ASSERT_EQ(ranking.size(), 4U);
    EXPECT_EQ(ranking[0].score, 5);
    EXPECT_EQ(ranking[1].score, 4);
    EXPECT_LT(ranking[2].handle, ranking[3].handle);
    EXPECT_EQ(merge_answers(answers, 2).size(), 2U);
    EXPECT_TRUE(merge_answers({}, 2).empty());
}

TEST(Answers, ReadBack) {
    const Answer one = answer("north.example", {7, -2});
    const json::Value value = to_json(one);
    const auto read = parse_answer(value);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(to_json(*read), value);
}

TEST(Answers, RefuseHandlesThatAreNotTheCommitments) {
    json::Value value = to_json(answer("north.example", {7}));
    json::Array opened = *value.as_object()->find("opened")->as_array();
    opened[0].as_object()->set("handle", std::string(32, '0'));
    value.as_object()->set("opened", opened);
    EXPECT_FALSE(parse_answer(value));
}

TEST(Answers, RefuseAnotherNoticeFormatOrMember) {
    for (const char* key : {"notice", "format", "institution", "job", "slots_root", "extra"}) {
        json::Value value = to_json(answer("north.example", {}));
        value.as_object()->set(key, "something else");
        EXPECT_FALSE(parse_answer(value)) << key;
    }
    json::Value counts = to_json(answer("north.example", {1}));
    counts.as_object()->set("permitted", 2);
    EXPECT_FALSE(parse_answer(counts));
}

TEST(Results, ReadBackAndRefuseUnknownOutcomes) {
    MatchResult result;
    result.job = std::string(32, '1');
    result.requester = "east.example";
    result.top = 3;
    result.peers = {{"north.example", "answered", 3, 2}, {"south.example", "denied", 0, 0}};
    result.ranking = {{"north.example", std::string(32, 'f'), -4}};
    const auto read = parse_match_result_record(to_json(result));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(to_json(*read), to_json(result));
    result.peers[1].outcome = "asleep";
    EXPECT_FALSE(parse_match_result_record(to_json(result)));
}

}  // namespace
}  // namespace mednexus::service
