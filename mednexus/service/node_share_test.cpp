#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/codec/hex.hpp"
#include "mednexus/service/internal/test_founding.hpp"
#include "mednexus/service/internal/test_world.hpp"
#include "mednexus/service/node.hpp"
#include "mednexus/testing/manual_clock.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service::internal {
namespace {

constexpr const char* kNorth = "north.example";
constexpr const char* kSouth = "south.example";

class ShareTest : public ::testing::Test {
protected:
    void SetUp() override {
        world_.add(kNorth, "DE");
        world_.add(kSouth, "FR");
        world_.exchange_cards();
        case_ = world_.deposit(kSouth, "south.example/pkan-late.json");
    }

    [[nodiscard]] json::Value sharing(const std::string& purpose = "DUO:0000007") const {
        return object_with({{"case", case_}, {"to", kNorth}, {"purpose", purpose}});
    }

    void expect_denied_by(const std::string& rule) {
        const std::int64_t north = world_.log_size(kNorth);
        const auto answer = world_.ask(kSouth, "case.share", sharing());
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, Kind::denied);
        EXPECT_THAT(answer.error().what, ::testing::HasSubstr(rule));
        EXPECT_EQ(world_.log_size(kNorth), north) << "nothing arrived";
        EXPECT_EQ(array_in(world_.must(kNorth, "case.list"), "cases").size(), 0U);
    }

    testing::TemporaryFolder folder_;
    testing::ManualClock clock_{kToday};
    World world_{clock_, folder_.path()};
    std::string case_;
};

TEST_F(ShareTest, HandsTheCaseOverAndTheRecipientReadsIt) {
    world_.agree();
    world_.consent(kSouth, case_, {kNorth});
    const std::int64_t size = world_.log_size(kSouth);
    const json::Value shared = world_.must(kSouth, "case.share", sharing());
    EXPECT_EQ(world_.log_size(kSouth), size + 2) << "decision, share.released";
    const json::Value shown =
        world_.must(kNorth, "case.show", object_with({{"case", text_in(shared, "case")}}));
    EXPECT_EQ(text_in(shown, "root"), text_in(shared, "root"));
    EXPECT_EQ(text_in(shown, "origin"), kSouth);
    const json::Value own = world_.must(kSouth, "case.show", object_with({{"case", case_}}));
    EXPECT_EQ(*shown.as_object()->find("phenopacket"), *own.as_object()->find("phenopacket"));
    EXPECT_EQ(text_in(world_.must(kSouth, "case.share", sharing()), "status"), "existing");
    world_.network().leave(kSouth);
    world_.must(kNorth, "case.show", object_with({{"case", text_in(shared, "case")}}));
}

TEST_F(ShareTest, SharesTheCaseBehindAHandleOfAMatch) {
    world_.agree();
    world_.consent(kSouth, case_, {kNorth});
    found_consortium(world_, {kNorth, kSouth});
    const json::Value matched = world_.must(
        kNorth,
        "match",
        object_with({{"phenopacket", read_source_file("demo/cases/north.example/pkan-early.json")},
                     {"purpose", "DUO:0000007"}}));
    const json::Value best = array_in(matched, "ranking").at(0);
    const json::Value shared = world_.must(kSouth,
                                           "case.share",
                                           object_with({{"job", text_in(matched, "job")},
                                                        {"handle", text_in(best, "handle")},
                                                        {"to", kNorth},
                                                        {"purpose", "DUO:0000007"}}));
    world_.must(kNorth, "case.show", object_with({{"case", text_in(shared, "case")}}));
    EXPECT_EQ(world_
                  .ask(kSouth,
                       "case.share",
                       object_with({{"job", std::string(32, '0')},
                                    {"handle", text_in(best, "handle")},
                                    {"to", kNorth},
                                    {"purpose", "DUO:0000007"}}))
                  .error()
                  .kind,
              Kind::not_found);
}

TEST_F(ShareTest, IsDeniedWithoutAgreementAtTheRecipient) {
    const auto answer = world_.ask(kSouth, "case.share", sharing());
    EXPECT_EQ(answer.error().kind, Kind::denied);
    EXPECT_THAT(answer.error().what, ::testing::HasSubstr("agreement.signed"));
}

TEST_F(ShareTest, IsDeniedWithoutConsent) {
    world_.agree();
    expect_denied_by("consent.present");
}

TEST_F(ShareTest, IsDeniedAfterRevocation) {
    world_.agree();
    world_.consent(kSouth, case_, {kNorth});
    world_.must(kSouth, "consent.revoke", object_with({{"case", case_}}));
    EXPECT_EQ(
        text_in(world_.must(kSouth, "consent.revoke", object_with({{"case", case_}})), "status"),
        "existing");
    expect_denied_by("consent.not_revoked");
    world_.close(kSouth);
    world_.open(kSouth);
    expect_denied_by("consent.not_revoked");
}

TEST_F(ShareTest, IsDeniedForAnotherPurposeOrRecipient) {
    world_.agree();
    world_.consent(kSouth, case_, {"east.example"});
    expect_denied_by("consent.recipient");
    world_.consent(kSouth, case_, {kNorth}, {"DUO:0000043"});
    expect_denied_by("consent.purpose");
}

TEST_F(ShareTest, ADenialMayBeAskedAgainOnceConsentIsGiven) {
    world_.agree();
    expect_denied_by("consent.present");
    world_.consent(kSouth, case_, {kNorth});
    EXPECT_EQ(text_in(world_.must(kSouth, "case.share", sharing()), "status"), "shared");
}

TEST_F(ShareTest, UnknownRecipientsAndCasesAreNotFound) {
    world_.agree();
    json::Value to = sharing();
    to.as_object()->set("to", "nobody.example");
    EXPECT_EQ(world_.ask(kSouth, "case.share", to).error().kind, Kind::not_found);
    json::Value other = sharing();
    other.as_object()->set("case", "0x" + std::string(64, '0'));
    EXPECT_EQ(world_.ask(kSouth, "case.share", other).error().kind, Kind::not_found);
}

TEST_F(ShareTest, ObjectsGoOnlyToThoseTheyWereSharedWith) {
    world_.agree();
    world_.consent(kSouth, case_, {kNorth});
    const json::Value list = world_.must(kSouth, "case.list");
    const auto root =
        ObjectRoot::from(*codec::parse_hex(text_in(array_in(list, "cases").at(0), "root")));
    EXPECT_EQ(world_.node(kSouth).object_for_peer(kNorth, *root).error().kind, Kind::denied);
    world_.must(kSouth, "case.share", sharing());
    EXPECT_TRUE(world_.node(kSouth).object_for_peer(kNorth, *root));
    EXPECT_EQ(world_.node(kSouth).object_for_peer("west.example", *root).error().kind,
              Kind::denied);
    EXPECT_EQ(world_.node(kSouth).object_for_peer(kNorth, ObjectRoot{}).error().kind, Kind::denied);
}

TEST_F(ShareTest, ADeliveryThatFailsOrIsRefusedLeavesNoRightToFetch) {
    world_.agree();
    world_.consent(kSouth, case_, {kNorth});
    const json::Value list = world_.must(kSouth, "case.list");
    const auto root =
        ObjectRoot::from(*codec::parse_hex(text_in(array_in(list, "cases").at(0), "root")));
    for (const Kind kind : {Kind::unavailable, Kind::denied, Kind::corrupt}) {
        Kind while_delivered = Kind::internal;
        world_.network().set_fault(
            [&](std::string_view, std::string_view operation) -> Result<void> {
                if (operation != "share") {
                    return {};
                }
                const auto early = world_.node(kSouth).object_for_peer(kNorth, *root);
                while_delivered = early ? Kind::internal : early.error().kind;
                return fail(kind, "peer: says no");
            });
        EXPECT_EQ(world_.ask(kSouth, "case.share", sharing()).error().kind, kind);
        EXPECT_EQ(while_delivered, Kind::denied) << "nothing is permitted before it is delivered";
        EXPECT_EQ(world_.node(kSouth).object_for_peer(kNorth, *root).error().kind, Kind::denied);
        world_.close(kSouth);
        world_.open(kSouth);
        EXPECT_EQ(world_.node(kSouth).object_for_peer(kNorth, *root).error().kind, Kind::denied);
    }
    world_.network().set_fault({});
    world_.must(kSouth, "case.share", sharing());
    EXPECT_TRUE(world_.node(kSouth).object_for_peer(kNorth, *root));
}

TEST_F(ShareTest, ADeliveryNobodyAskedForIsDenied) {
    world_.agree();
    const auto refused = world_.node(kNorth).answer_peer(
        kSouth,
        "share",
        object_with(
            {{"request", "no note"},
             {"header", ""},
             {"manifest", "{}"},
             {"evidence",
              object_with(
                  {{"institution", kSouth}, {"checkpoint", ""}, {"leaves", json::Array{}}})}}));
    EXPECT_EQ(refused.error().kind, Kind::invalid);
    EXPECT_EQ(array_in(world_.must(kNorth, "case.list"), "cases").size(), 0U);
}

TEST_F(ShareTest, ExplainsWhatAShareWouldMeet) {
    world_.agree();
    const json::Value asked =
        object_with({{"case", case_}, {"to", kNorth}, {"purpose", "DUO:0000007"}});
    json::Value why = world_.must(kSouth, "consent.explain", asked);
    EXPECT_FALSE(*why.as_object()->find("permitted")->as_bool());
    world_.consent(kSouth, case_, {kNorth});
    why = world_.must(kSouth, "consent.explain", asked);
    EXPECT_TRUE(*why.as_object()->find("permitted")->as_bool());
    EXPECT_EQ(array_in(why, "rules").size(), 16U);
}

TEST_F(ShareTest, AGrantThatFailedDoesNotComeBackAfterARevocation) {
    world_.agree();
    world_.consent(kSouth, case_, {kNorth});
    const std::filesystem::path consents = world_.home_of(kSouth) + "/consents";
    const std::filesystem::path aside = world_.home_of(kSouth) + "/aside";
    std::filesystem::rename(consents, aside);
    std::ofstream(consents) << "in the way";
    const UnixTime later{kToday.seconds + 900'000};
    const auto failed = world_.ask(
        kSouth, "consent.grant", World::grant_of(case_, {kNorth}, {"DUO:0000042"}, later));
    EXPECT_EQ(failed.error().kind, Kind::io);
    std::filesystem::remove(consents);
    std::filesystem::rename(aside, consents);
    world_.must(kSouth, "consent.revoke", object_with({{"case", case_}}));
    world_.close(kSouth);
    world_.open(kSouth);
    const json::Value list = world_.must(kSouth, "case.list");
    EXPECT_EQ(text_in(array_in(list, "cases").at(0), "consent"), "revoked");
}

TEST_F(ShareTest, ConsentDocumentsStayHome) {
    world_.agree();
    world_.consent(kSouth, case_, {kNorth});
    world_.must(kSouth, "case.share", sharing());
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(world_.home_of(kNorth))) {
        if (!entry.is_regular_file()) {
            continue;
        }
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string content(std::istreambuf_iterator<char>(file), {});
        EXPECT_THAT(content, ::testing::Not(::testing::HasSubstr("mednexus/consent/v1\n")))
            << entry.path();
    }
}

TEST_F(ShareTest, GrantsRefuseUnknownCasesCodesAndEmptyLists) {
    EXPECT_EQ(world_
                  .ask(kSouth,
                       "consent.grant",
                       World::grant_of("0x" + std::string(64, '0'), {kNorth}, {"DUO:0000042"}))
                  .error()
                  .kind,
              Kind::not_found);
    EXPECT_EQ(world_.ask(kSouth, "consent.grant", World::grant_of(case_, {kNorth}, {"DUO:0000099"}))
                  .error()
                  .kind,
              Kind::invalid);
    EXPECT_EQ(world_.ask(kSouth, "consent.grant", World::grant_of(case_, {}, {"DUO:0000042"}))
                  .error()
                  .kind,
              Kind::invalid);
    EXPECT_EQ(
        world_.ask(kSouth, "consent.grant", World::grant_of(case_, {kNorth}, {"DUO:0000042"}, {0}))
            .error()
            .kind,
        Kind::invalid);
    EXPECT_EQ(world_.ask(kSouth, "consent.revoke", object_with({{"case", case_}})).error().kind,
              Kind::not_found);
}

}  // namespace
}  // namespace mednexus::service::internal
