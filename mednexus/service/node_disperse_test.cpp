/// Batches of a log go to every holder, and the log says so.
#include <fstream>

#include "mednexus/codec/base64.hpp"
#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/test_da_world.hpp"

namespace mednexus::service::internal {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class DisperseTest : public DaTest {
protected:
    [[nodiscard]] OwnBatch only_batch() {
        const auto disk = open_posix_disk(world_.home_of(kNorth)).value();
        const OwnBatches own(*disk);
        const auto names = own.names().value();
        EXPECT_EQ(names.size(), 1U);
        return own.read(names.front()).value();
    }

    static json::Value& member(json::Value& value, const std::string& key) {
        json::Object* const object = value.as_object();
        return const_cast<json::Value&>(*object->find(key));
    }
};

TEST_F(DisperseTest, EveryHolderSignsAndTheLogNamesTheCertificate) {
    world_.agree();
    grow();
    const std::int64_t size = world_.log_size(kNorth);
    const json::Value answer = disperse();
    EXPECT_EQ(text_in(answer, "status"), "dispersed");
    EXPECT_EQ(text_in(answer, "profile"), "crash-only");
    ASSERT_EQ(array_in(answer, "batches").size(), 1U);
    const json::Value& batch = array_in(answer, "batches").front();
    EXPECT_EQ(number_in(batch, "from"), 0);
    EXPECT_EQ(number_in(batch, "to"), size);
    for (const char* name : {kNorth, kSouth, kWest}) {
        EXPECT_EQ(files(name, "/shard").size(), 1U) << name;
    }
    const OwnBatch own = only_batch();
    ASSERT_TRUE(own.certified);
    EXPECT_TRUE(da::verify_certificate(own.certified->certificate, own.header, roster()));
    EXPECT_EQ(own.header.code, (da::Code{3, 2}));
    const auto data = parse_log_dispersed(world_.event_at(kNorth, number_in(batch, "leaf")));
    ASSERT_TRUE(data) << data.error().what;
    EXPECT_EQ(*data,
              (LogDispersedData{.certificate = crypto::sha256(bytes_of(own.certified->certificate)),
                                .header = da::commitment_of(own.header),
                                .from = 0,
                                .to = static_cast<std::uint64_t>(size)}));
}

TEST_F(DisperseTest, AskedAgainItGoesOnWhereItEnded) {
    world_.agree();
    const std::int64_t first = number_in(disperse(), "size");
    EXPECT_EQ(text_in(disperse(), "status"), "existing");
    EXPECT_EQ(world_.log_size(kNorth), first + 1);
    grow();
    const json::Value answer = disperse();
    ASSERT_EQ(array_in(answer, "batches").size(), 1U);
    EXPECT_EQ(number_in(array_in(answer, "batches").front(), "from"), first);
    EXPECT_EQ(number_in(answer, "size"), first + 2);
    EXPECT_EQ(files(kWest, "/shard").size(), 2U);
    EXPECT_EQ(world_.events_of(kNorth)["log.dispersed"], 2);
}

TEST_F(DisperseTest, OneHolderAwayLeavesItOpenUnderTheSameHeader) {
    world_.agree();
    world_.close(kWest);
    const std::int64_t size = world_.log_size(kNorth);
    EXPECT_THAT(error_of(kNorth, "log.disperse"), HasSubstr("unavailable: peer west.example"));
    EXPECT_EQ(number_in(world_.must(kNorth, "status"), "unfinished"), 1);
    EXPECT_TRUE(files(kNorth, "/certificate").empty());
    grow();
    world_.open(kWest);
    const json::Value answer = disperse();
    ASSERT_EQ(array_in(answer, "batches").size(), 2U);
    EXPECT_EQ(number_in(array_in(answer, "batches")[0], "to"), size);
    EXPECT_EQ(number_in(array_in(answer, "batches")[1], "from"), size);
    EXPECT_EQ(number_in(world_.must(kNorth, "status"), "unfinished"), 0);
    EXPECT_EQ(files(kSouth, "/shard").size(), 2U);
}

TEST_F(DisperseTest, NeedsAnAgreementThatAllPartiesSigned) {
    EXPECT_THAT(error_of(kNorth, "log.disperse"), HasSubstr("denied: log.disperse: no agreement"));
    world_.agree({"DUO:0000042"}, {kToday.seconds - 1000}, {kToday.seconds - 500});
    EXPECT_THAT(error_of(kNorth, "log.disperse"), HasSubstr("denied: log.disperse: no agreement"));
    EXPECT_THAT(
        error_of(kNorth, "log.disperse", object_with({{"agreement", std::string(32, '0')}})),
        HasSubstr("not_found"));
}

TEST_F(DisperseTest, ARefusalIsAskedAgainUnderTheSameHeader) {
    const std::string note = world_.agree(
        {"DUO:0000042"}, {kToday.seconds - 1000}, {kToday.seconds + 1000}, {kNorth, kSouth});
    EXPECT_THAT(error_of(kNorth, "log.disperse"),
                HasSubstr("denied: peer west.example: da.store: no agreement in force"));
    grow();
    world_.must(kWest, "agreement.add", object_with({{"note", note}}));
    EXPECT_EQ(array_in(disperse(), "batches").size(), 2U);
}

TEST_F(DisperseTest, AHolderRefusesAPublisherWithTwoHistories) {
    world_.agree();
    world_.close(kNorth);
    const std::string home = world_.home_of(kNorth);
    fs::copy(home, folder_.path() + "/copy", fs::copy_options::recursive);
    world_.open(kNorth);
    grow();
    disperse();
    world_.close(kNorth);  // the older copy comes back, and another history begins
    fs::remove_all(home);
    fs::rename(folder_.path() + "/copy", home);
    world_.open(kNorth);
    grow("north.example/pkan-early.json");
    EXPECT_THAT(error_of(kNorth, "log.disperse"),
                HasSubstr("conflict: peer south.example: da.store: publisher fault: the log was "
                          "forked"));
    EXPECT_EQ(world_.events_of(kNorth)["log.dispersed"], 0);
}

TEST_F(DisperseTest, AHolderRefusesABatchThatIsNotWhatWasSigned) {
    world_.agree();
    TamperingTransport& wire = tamper(kNorth);
    const auto with = [&](const TamperingTransport::Change& change) {
        wire.change_request = change;
        return error_of(kNorth, "log.disperse");
    };
    const auto flip_blob = [](std::size_t from_end) {
        return [from_end](json::Value& sent) {
            Bytes blob = codec::parse_base64(text_in(sent, "blob")).value();
            blob[blob.size() - from_end] ^= 1U;
            member(sent, "blob") = codec::to_base64(blob);
        };
    };
    EXPECT_THAT(with(flip_blob(1)), HasSubstr("entries do not have the roots"));
    EXPECT_THAT(with([](json::Value& sent) { member(sent, "blob") = ""; }), HasSubstr("invalid"));
    EXPECT_THAT(with([](json::Value& sent) {
                    std::string note = text_in(sent, "header");
                    note[note.find("\"length\":") + 9] ^= 1;
                    member(sent, "header") = note;
                }),
                HasSubstr("peer south.example"));
    const std::string foreign = text_in(world_.must(kSouth, "log.status"), "checkpoint");
    EXPECT_THAT(with([&](json::Value& sent) { member(sent, "checkpoint") = foreign; }),
                HasSubstr("checkpoint"));
    EXPECT_THAT(with([](json::Value& sent) { sent.as_object()->set("more", 1); }),
                HasSubstr("invalid"));
    EXPECT_TRUE(files(kSouth, "/header").empty());
    EXPECT_TRUE(files(kWest, "/header").empty());
    wire.change_request = {};
    EXPECT_EQ(text_in(disperse(), "status"), "dispersed");
}

TEST_F(DisperseTest, AFalseAttestationIsNoSignature) {
    world_.agree();
    TamperingTransport& wire = tamper(kNorth);
    wire.change_answer = [](json::Value& said) {
        std::string note = text_in(said, "attestation");
        note[note.size() - 20] = note[note.size() - 20] == 'A' ? 'B' : 'A';
        member(said, "attestation") = note;
    };
    EXPECT_THAT(error_of(kNorth, "log.disperse"), HasSubstr("corrupt: peer south.example"));
    EXPECT_TRUE(files(kNorth, "/certificate").empty());
    wire.change_answer = {};
    EXPECT_EQ(text_in(disperse(), "status"), "dispersed");
}

TEST_F(DisperseTest, AHolderThatKnowsNoPublisherRefuses) {
    world_.agree();
    disperse();
    const auto header = only_batch().header_note;
    const auto stranger = world_.node(kSouth).answer_peer(
        "stranger.example",
        "da.store",
        object_with({{"blob", ""}, {"checkpoint", ""}, {"header", header}}));
    EXPECT_EQ(stranger.error().kind, Kind::not_found);
    const auto not_its_own = world_.node(kSouth).answer_peer(
        kWest, "da.store", object_with({{"blob", ""}, {"checkpoint", ""}, {"header", header}}));
    EXPECT_EQ(not_its_own.error().kind, Kind::denied);
}

}  // namespace
}  // namespace mednexus::service::internal
