#include "mednexus/service/database.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/schema.hpp"
#include "mednexus/service/internal/sqlite.hpp"
#include "mednexus/testing/seeded_random.hpp"
#include "mednexus/testing/temporary_folder.hpp"

namespace mednexus::service {
namespace {

class DatabaseTest : public ::testing::Test {
protected:
    [[nodiscard]] std::string path() const { return folder_.path() + "/node.sqlite"; }

    [[nodiscard]] std::unique_ptr<Database> open() {
        auto opened = Database::open(path(), home_key_, random_);
        EXPECT_TRUE(opened) << opened.error().what;
        return std::move(*opened);
    }

    [[nodiscard]] CaseRow make_case(std::uint8_t fill) {
        return {.id = *CaseId::from(Bytes(32, fill)),
                .root = *ObjectRoot::from(Bytes(32, static_cast<std::uint8_t>(fill + 1))),
                .header = to_bytes(std::string_view("header bytes")),
                .manifest = "{\"manifest\":1}",
                .profile = *Hash32::from(Bytes(32, 9)),
                .vector = {-7, 0, 7},
                .stored = {1'700'000'000},
                .leaf_index = 3};
    }

    void insert(Database& database, const CaseRow& row) {
        const auto done = database.insert_case(
            row, random_secret(), random_id<Hash32>(random_), random_id<Hash32>(random_));
        ASSERT_TRUE(done) << done.error().what;
    }

    [[nodiscard]] Secret<32> random_secret() {
        Secret<32> out;
        random_.fill(out.mutable_reveal());
        return out;
    }

    testing::TemporaryFolder folder_;
    testing::SeededRandom random_{1};
    Secret<32> home_key_ = *Secret<32>::from(Bytes(32, 5));
};

TEST_F(DatabaseTest, GivesBackACaseAfterReopening) {
    const CaseRow row = make_case(1);
    { insert(*open(), row); }
    const auto found = open()->find_case(row.id);
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->root, row.root);
    EXPECT_EQ(found->header, row.header);
    EXPECT_EQ(found->manifest, row.manifest);
    EXPECT_EQ(found->vector, row.vector);
    EXPECT_EQ(found->leaf_index, 3U);
}

TEST_F(DatabaseTest, InsertingACaseAgainChangesNothing) {
    const auto database = open();
    insert(*database, make_case(1));
    const auto seed = database->patient_seed_of(make_case(1).id);
    ASSERT_TRUE(seed);
    insert(*database, make_case(1));
    EXPECT_EQ(database->list_cases()->size(), 1U);
    EXPECT_TRUE(
        std::ranges::equal(seed->reveal(), database->patient_seed_of(make_case(1).id)->reveal()));
}

TEST_F(DatabaseTest, SaysNotFoundForWhatIsNotThere) {
    const auto database = open();
    EXPECT_EQ(database->find_case(CaseId{}).error().kind, Kind::not_found);
    EXPECT_EQ(database->patient_seed_of(CaseId{}).error().kind, Kind::not_found);
    EXPECT_EQ(database->case_of_handle("", std::string(32, '0')).error().kind, Kind::not_found);
    EXPECT_EQ(database->find_received(Hash32{}).error().kind, Kind::not_found);
    EXPECT_FALSE(*database->is_shared(ObjectRoot{}, "south.example"));
}

TEST_F(DatabaseTest, NothingSealedStandsInTheFile) {
    {
        const auto database = open();
        CaseRow row = make_case(1);
        row.manifest = "a manifest that must not be readable";
        insert(*database, row);
    }
    for (const char* suffix : {"", "-wal"}) {
        std::ifstream file(path() + suffix, std::ios::binary);
        std::stringstream content;
        content << file.rdbuf();
        EXPECT_THAT(content.str(), ::testing::Not(::testing::HasSubstr("must not be readable")));
        EXPECT_THAT(content.str(), ::testing::Not(::testing::HasSubstr("header bytes")));
    }
}

TEST_F(DatabaseTest, RefusesAnotherHomeKey) {
    { insert(*open(), make_case(1)); }
    const auto other = Database::open(path(), *Secret<32>::from(Bytes(32, 6)), random_);
    ASSERT_TRUE(other);
    EXPECT_EQ((*other)->find_case(make_case(1).id).error().kind, Kind::corrupt);
    EXPECT_EQ((*other)->list_cases().error().kind, Kind::corrupt);
}

TEST_F(DatabaseTest, RefusesAFieldMovedToAnotherRow) {
    const auto database = open();
    insert(*database, make_case(1));
    insert(*database, make_case(10));
    {
        auto connection = *database->pool().lend();
        ASSERT_TRUE(connection->run_script(
            "UPDATE cases SET vector_sealed = (SELECT vector_sealed FROM cases WHERE number = 1)"));
    }
    EXPECT_TRUE(database->find_case(make_case(1).id));
    EXPECT_EQ(database->find_case(make_case(10).id).error().kind, Kind::corrupt);
}

TEST_F(DatabaseTest, RefusesAFileThatIsNoDatabaseOrOfAnotherSchema) {
    { std::ofstream(path()) << std::string(5000, 'x'); }
    EXPECT_EQ(Database::open(path(), home_key_, random_).error().kind, Kind::corrupt);
    std::remove(path().c_str());
    {
        const auto database = open();
        auto connection = *database->pool().lend();
        ASSERT_TRUE(connection->run_script("UPDATE meta SET value = '999'"));
    }
    EXPECT_EQ(Database::open(path(), home_key_, random_).error().kind, Kind::corrupt);
    EXPECT_EQ(Database::open(folder_.path() + "/no/such/folder", home_key_, random_).error().kind,
              Kind::io);
}

/// The tables of a file, as SQLite describes them.
std::vector<std::string> tables_of(internal::Connection& connection) {
    std::vector<std::string> out;
    auto row =
        *connection.prepare("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name");
    while (*row.next()) {
        out.push_back(row.text(0));
    }
    return out;
}

TEST_F(DatabaseTest, BringsEveryOlderVersionToTheTablesOfANewFile) {
    const std::string fresh = folder_.path() + "/fresh.sqlite";
    ASSERT_TRUE(Database::open(fresh, home_key_, random_));
    const auto wanted = tables_of(**internal::Connection::open(fresh));
    EXPECT_THAT(wanted, ::testing::SizeIs(::testing::Gt(20U)));
    for (const bool has_chain : {false, true}) {
        const std::string old = folder_.path() + (has_chain ? "/2.sqlite" : "/1.sqlite");
        {
            const auto connection = *internal::Connection::open(old);
            ASSERT_TRUE(connection->run_script(internal::kSchema));
            if (has_chain) {
                ASSERT_TRUE(connection->run_script(internal::kSchemaChain));
            }
        }
        ASSERT_TRUE(Database::open(old, home_key_, random_));
        EXPECT_EQ(tables_of(**internal::Connection::open(old)), wanted) << old;
    }
}

TEST_F(DatabaseTest, AnUpgradeKeepsTheCases) {
    {
        const auto connection = *internal::Connection::open(path());
        ASSERT_TRUE(connection->run_script(internal::kSchema));
        ASSERT_TRUE(connection->run_script(internal::kSchemaChain));
        ASSERT_TRUE(connection->run_script(
            "INSERT INTO patients VALUES('0x01', x'00');"
            "INSERT INTO cases VALUES(1, '0x01', '0x01', '0x02', x'00', '0x03', x'00', 4, 5)"));
    }
    EXPECT_EQ(*open()->count_cases(), 1U);
    EXPECT_EQ(*open()->count_cases(), 1U) << "and again";
}

TEST_F(DatabaseTest, KeepsConsentsInTheirOrderAndRevokesThem) {
    const auto database = open();
    insert(*database, make_case(1));
    ASSERT_TRUE(database->insert_consent({"b", make_case(1).id}));
    ASSERT_TRUE(database->insert_consent({"a", make_case(1).id}));
    ASSERT_TRUE(database->insert_consent({"b", make_case(1).id}));
    ASSERT_TRUE(database->revoke_consent("b"));
    const auto rows = database->list_consents();
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ((*rows)[0].id, "b");
    EXPECT_TRUE((*rows)[0].is_revoked);
    EXPECT_FALSE((*rows)[1].is_revoked);
    EXPECT_EQ(database->insert_consent({"c", CaseId{}}).error().kind, Kind::conflict);
}

TEST_F(DatabaseTest, KeepsReceivedCases) {
    const auto database = open();
    ReceivedRow row;
    row.commitment = random_id<Hash32>(random_);
    row.sender = "north.example";
    row.header = {1, 2, 3};
    row.manifest = "{}";
    row.purpose = Purpose::disease_specific;
    ASSERT_TRUE(database->insert_received(row));
    ASSERT_TRUE(database->insert_received(row));
    ASSERT_EQ(database->list_received()->size(), 1U);
    EXPECT_EQ(database->find_received(row.commitment)->header, row.header);
    EXPECT_EQ(database->find_received(row.commitment)->purpose, Purpose::disease_specific);
}

}  // namespace
}  // namespace mednexus::service
