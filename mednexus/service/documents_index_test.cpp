/// What index and outputs refuse of their members; what every document refuses is in
/// documents_test.cpp.
#include <gmock/gmock.h>

#include "mednexus/ledger/checkpoint.hpp"
#include "mednexus/service/internal/test_documents.hpp"

namespace mednexus::service::internal {
namespace {

/// An honest index after `bend`, refused as invalid.
void expect_refused_index(const char* why, const std::function<void(IndexDocument&)>& bend) {
    IndexDocument index = index_value();
    bend(index);
    const auto made = make_index(index, signer("north.example"));
    ASSERT_FALSE(made) << why;
    EXPECT_EQ(made.error().kind, Kind::invalid) << why;
}

void expect_refused_outputs(const char* why, const std::function<void(OutputsDocument&)>& bend) {
    OutputsDocument outputs = outputs_value();
    bend(outputs);
    const auto made = make_outputs(outputs, signer("compute.example"));
    ASSERT_FALSE(made) << why;
    EXPECT_EQ(made.error().kind, Kind::invalid) << why;
}

TEST(IndexDocument, ReadsBackWhatWasWritten) {
    const auto read = parse_index(index_document().note);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->batches, index_value().batches) << "in the order of their slots";
    EXPECT_EQ(read->serial, 3U);
    EXPECT_EQ(read->lift_keys.size(), 2U);
    EXPECT_LT(read->lift_keys[0].data_key, read->lift_keys[1].data_key);
    EXPECT_EQ(make_index(*read, signer("north.example")), index_document().note);
}

TEST(IndexDocument, MayBeEmpty) {
    IndexDocument index = index_value();
    index.batches.clear();
    index.lift_keys.clear();
    EXPECT_TRUE(parse_index(*make_index(index, signer("north.example"))));
}

TEST(IndexDocument, TakesAsManyBatchesAsItMayAndNoMore) {
    IndexDocument index = index_value();
    IndexBatch one = index.batches.front();
    index.batches.clear();
    for (std::size_t i = 0; i < kIndexBatchesMax; ++i) {
        one.id = std::to_string(1'000'000 + i) + std::string(25, '0');
        index.batches.push_back(one);
    }
    index.lift_keys = {{one.data_key, hash_named("lift")}};
    EXPECT_TRUE(make_index(index, signer("north.example")));
    one.id = std::string(32, 'f');
    index.batches.push_back(one);
    EXPECT_FALSE(make_index(index, signer("north.example")));
}

TEST(IndexDocument, RefusesValuesAgainstItsForm) {
    expect_refused_index("serial 0", [](IndexDocument& one) { one.serial = 0; });
    expect_refused_index("epoch 0", [](IndexDocument& one) { one.epoch = 0; });
    expect_refused_index("owner", [](IndexDocument& one) { one.owner = "North"; });
    expect_refused_index("id", [](IndexDocument& one) { one.batches[0].id = "b"; });
    expect_refused_index("a batch twice",
                         [](IndexDocument& one) { one.batches[1].id = one.batches[0].id; });
    expect_refused_index("a lift key less", [](IndexDocument& one) { one.lift_keys.pop_back(); });
    expect_refused_index("a lift key twice",
                         [](IndexDocument& one) { one.lift_keys.push_back(one.lift_keys.back()); });
    expect_refused_index("a lift key of nothing",
                         [](IndexDocument& one) { one.batches.pop_back(); });
}

TEST(IndexDocument, RefusesFourPartsAndLiftKeysOutOfOrder) {
    json::Object body = body_of(index_document());
    json::Array batches = *body.find("batches")->as_array();
    json::Array parts = *batches[0].as_object()->find("sealed")->as_array();
    parts.pop_back();
    batches[0].as_object()->set("sealed", parts);
    body.set("batches", batches);
    expect_refused(index_document(), with_body(index_document(), body), Kind::invalid, "4 parts");
    body = body_of(index_document());
    json::Array keys = *body.find("lift_keys")->as_array();
    std::swap(keys[0], keys[1]);
    body.set("lift_keys", keys);
    expect_refused(index_document(), with_body(index_document(), body), Kind::invalid, "order");
}

TEST(IndexDocument, IsItsOwnersAlone) {
    const IndexDocument index = *parse_index(index_document().note);
    EXPECT_TRUE(check_signature(index, signer("north.example").verifier()));
    EXPECT_EQ(check_signature(index, signer("south.example").verifier()).error().kind,
              Kind::denied);
    codec::Note two = *codec::parse_note(index.note);
    two.signatures.push_back(crypto::sign_note(signer("south.example"), two.text));
    EXPECT_EQ(
        check_signature(*parse_index(codec::write_note(two)), signer("north.example").verifier())
            .error()
            .kind,
        Kind::denied);
}

TEST(OutputsDocument, ReadsBackWhatWasWritten) {
    const auto read = parse_outputs(outputs_document().note);
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->indexes, outputs_value().indexes);
    EXPECT_EQ(read->sums, outputs_value().sums);
    EXPECT_EQ(read->job, kId);
}

TEST(OutputsDocument, RefusesValuesAgainstItsForm) {
    expect_refused_outputs("job", [](OutputsDocument& one) { one.job = "1"; });
    expect_refused_outputs("compute", [](OutputsDocument& one) { one.compute = ""; });
    expect_refused_outputs("no index", [](OutputsDocument& one) { one.indexes.clear(); });
    expect_refused_outputs("order",
                           [](OutputsDocument& one) { std::swap(one.indexes[0], one.indexes[1]); });
    expect_refused_outputs(
        "twice", [](OutputsDocument& one) { one.indexes[1].owner = one.indexes[0].owner; });
    expect_refused_outputs("too many sums",
                           [](OutputsDocument& one) { one.sums.resize(kSumsMax + 1); });
}

TEST(OutputsDocument, TheDataRootIsThatOfTheDigests) {
    const auto indexes = outputs_value().indexes;
    const Hash32 left = ledger::kRfc6962.leaf(indexes[0].index.view());
    const Hash32 right = ledger::kRfc6962.leaf(indexes[1].index.view());
    EXPECT_EQ(data_root_of(indexes), ledger::kRfc6962.node(left, right));
    EXPECT_EQ(data_root_of(std::span(indexes).first(1)), left);
}

}  // namespace
}  // namespace mednexus::service::internal
