/// Bundles bent in the consortium's documents, the request or the computing node's outputs: one
/// claim is contradicted, and it alone.
#include "mednexus/service/internal/report_checks.hpp"

namespace mednexus::service {
namespace {

using namespace internal;  // NOLINT(google-build-using-namespace): our own checks
using ::testing::HasSubstr;

/// The note without the signature of its last signer.
std::string without_a_signature(const std::string& text) {
    codec::Note note = *codec::parse_note(text);
    note.signatures.pop_back();
    return codec::write_note(note);
}

/// The note under the signature of a stranger of the same name.
std::string signed_by_stranger(const std::string& text, const std::string& name) {
    const Story other({.keys = "other keys", .bends = {}});
    codec::Note note = *codec::parse_note(text);
    note.signatures = {crypto::sign_note(other.identity_signer(name), note.text)};
    return codec::write_note(note);
}

TEST(VerifyDocuments, ContradictsAConsortiumThatAMemberDidNotSign) {
    expect_contradicted(with_parts([](BundleParts& parts) {
                            parts.consortium = without_a_signature(parts.consortium);
                        }),
                        "consortium.signed",
                        "not signed by south.example");
    expect_contradicted(with_parts([](BundleParts& parts) {
                            codec::Note note = *codec::parse_note(parts.consortium);
                            const Story other({.keys = "other keys", .bends = {}});
                            note.signatures.push_back(
                                crypto::sign_note(other.identity_signer("x.example"), note.text));
                            parts.consortium = codec::write_note(note);
                        }),
                        "consortium.signed",
                        "other signatures");
}

TEST(VerifyDocuments, ContradictsAConsortiumOfOtherCardsOrWithoutTheRequester) {
    StoryBends member;
    member.consortium = [](Consortium& one) { one.members[1].card = Hash32(); };
    expect_contradicted(bent(member), "consortium.signed", "north.example has another card");
    StoryBends compute;
    compute.consortium = [](Consortium& one) { one.compute.card = Hash32(); };
    expect_contradicted(bent(compute), "consortium.signed", "has another card");
    StoryBends outsider;
    outsider.consortium = [](Consortium& one) { one.members.erase(one.members.begin()); };
    const auto report = report_of(bent(outsider).bundle(), std::nullopt);
    EXPECT_EQ(claim_of(report, "consortium.signed").status, ClaimStatus::contradicted);
}

TEST(VerifyDocuments, ContradictsKeysOfAnotherConsortiumOrWithoutAMember) {
    expect_contradicted(
        with_parts([](BundleParts& parts) { parts.keys = without_a_signature(parts.keys); }),
        "keys.signed",
        "not signed by south.example");
    StoryBends epoch;
    epoch.keys = [](SessionKeys& keys) { keys.epoch = 2; };
    expect_contradicted(bent(epoch), "keys.signed", "another consortium, epoch");
    StoryBends consortium;
    consortium.keys = [](SessionKeys& keys) { keys.consortium = Hash32(); };
    expect_contradicted(bent(consortium), "keys.signed", "another consortium");
}

TEST(VerifyDocuments, ContradictsAnIndexOfAnotherSignerSessionOrOwner) {
    expect_contradicted(with_parts([](BundleParts& parts) {
                            parts.indexes[1] =
                                signed_by_stranger(parts.indexes[1], "north.example");
                        }),
                        "indexes.signed",
                        "north.example: its index is not signed");
    StoryBends session;
    session.index = [](IndexDocument& index) { index.session = Hash32(); };
    expect_contradicted(bent(session), "indexes.signed", "session");
    StoryBends consortium;
    consortium.index = [](IndexDocument& index) { index.consortium = Hash32(); };
    expect_contradicted(bent(consortium), "indexes.signed", "another consortium");
    StoryBends batch;
    batch.index = [](IndexDocument& index) { index.batches[0].id = std::string(32, '5'); };
    const auto report = report_of(bent(batch).bundle(), std::nullopt);
    EXPECT_THAT(claim_of(report, "indexes.signed").detail, HasSubstr("stands twice"));
    const auto missing = report_of(
        with_parts([](BundleParts& parts) { parts.indexes.pop_back(); }).bundle(), std::nullopt);
    EXPECT_EQ(claim_of(missing, "indexes.signed").detail, "not one index for each member");
}

TEST(VerifyDocuments, ContradictsARequestOfOtherTerms) {
    const auto with_request = [](const std::function<void(SignedRequest&)>& bend) {
        StoryBends bends;
        bends.request = bend;
        return bent(bends);
    };
    expect_contradicted(with_request([](SignedRequest& one) { one.opening->epoch = 2; }),
                        "request.signed",
                        "another consortium or epoch");
    expect_contradicted(with_request([](SignedRequest& one) { one.opening->consortium = {}; }),
                        "request.signed",
                        "another consortium or epoch");
    expect_contradicted(with_request([](SignedRequest& one) { one.profile = {}; }),
                        "request.signed",
                        "another vector profile");
    expect_contradicted(with_request([](SignedRequest& one) {
                            one.issued.seconds += 1001;
                            one.request.expires.seconds += 1001;
                        }),
                        "request.signed",
                        "outside of the consortium's period");
    expect_contradicted(with_request([](SignedRequest& one) { one.opening->data_root = {}; }),
                        "data.root",
                        "another data root");
    expect_contradicted(with_request([](SignedRequest& one) { one.opening->outputs = {}; }),
                        "outputs.signed",
                        "other outputs");
    const auto fewer = report_of(
        with_request([](SignedRequest& one) { one.recipients.pop_back(); }).bundle(), std::nullopt);
    EXPECT_THAT(claim_of(fewer, "request.signed").detail, HasSubstr("not all other members"));
}

TEST(VerifyDocuments, ContradictsALoggedQueryThatIsNotTheRequests) {
    for (const auto& bend : std::vector<std::function<void(MatchRequestedData&)>>{
             [](auto& data) { data.query = Hash32(); },
             [](auto& data) { data.query_commitment = Hash32(); },
             [](auto& data) { data.consortium = Hash32(); },
             [](auto& data) { data.epoch = 2; },
             [](auto& data) { data.top = 11; },
             [](auto& data) { data.recipients.pop_back(); }}) {
        StoryBends bends;
        bends.requested = bend;
        expect_contradicted(bent(bends), "query.committed", "another request");
    }
}

TEST(VerifyDocuments, ContradictsOutputsOfAnotherNodeJobQueryOrSession) {
    expect_contradicted(with_parts([](BundleParts& parts) {
                            parts.outputs = signed_by_stranger(parts.outputs, kStoryCompute);
                        }),
                        "outputs.signed",
                        "not signed by z-compute.example");
    StoryBends job;
    job.outputs = [](OutputsDocument& outputs) { outputs.job = std::string(32, '8'); };
    expect_contradicted(bent(job), "outputs.signed", "another job");
    StoryBends query;
    query.outputs = [](OutputsDocument& outputs) { outputs.query = Hash32(); };
    expect_contradicted(bent(query), "outputs.signed", "another query");
    StoryBends session;
    session.outputs = [](OutputsDocument& outputs) { outputs.session = Hash32(); };
    expect_contradicted(bent(session), "outputs.signed", "another session");
    StoryBends logged;
    logged.scored = [](MatchScoredData& data) { data.outputs = Hash32(); };
    expect_contradicted(bent(logged), "outputs.logged", "logged other outputs");
}

TEST(VerifyDocuments, ContradictsOutputsOfOtherIndexesOrWithASumTooFew) {
    StoryBends old;
    old.outputs = [](OutputsDocument& outputs) { outputs.indexes[2].index = Hash32(); };
    expect_contradicted(bent(old), "data.root", "other indexes");
    StoryBends dropped;
    dropped.outputs = [](OutputsDocument& outputs) { outputs.sums.pop_back(); };
    expect_contradicted(bent(dropped), "data.root", "not one sum for each batch");
}

TEST(VerifyDocuments, ContradictsAnAnswerThatCheckedOtherOutputs) {
    StoryBends outputs;
    outputs.answer = [](Answer& answer) { answer.outputs = Hash32(); };
    expect_contradicted(bent(outputs), "outputs.checked", "checked other outputs");
    StoryBends root;
    root.answer = [](Answer& answer) { answer.checks.data_root = Hash32(); };
    expect_contradicted(bent(root), "outputs.checked", "another data root");
    StoryBends batch;
    batch.answer = [](Answer& answer) { answer.openings.pop_back(); };
    expect_contradicted(bent(batch), "outputs.checked", "not one for each batch");
    StoryBends owner;
    owner.answer = [](Answer& answer) { answer.openings[0].owner = "south.example"; };
    expect_contradicted(bent(owner), "outputs.checked", "not one for each batch");
    StoryBends finished;
    finished.answer = [](Answer& answer) {
        if (answer.institution == "south.example") {
            answer.openings[0].finished = Hash32();
        }
    };
    expect_contradicted(bent(finished),
                        "outputs.checked",
                        "south.example: derived other finished scores than north.example");
}

}  // namespace
}  // namespace mednexus::service
