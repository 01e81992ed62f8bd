#include "apps/mednexus/demo/inputs.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mednexus::demo {
namespace {

class InputsTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("mednexus_inputs_test_" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
    }

    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] Workplace workplace() const {
        return Workplace::make((folder_ / "work").string()).value();
    }

    /// A data folder whose case file holds `lines`.
    [[nodiscard]] std::string data_with(const std::string& lines) const {
        const auto data = folder_ / "data";
        std::filesystem::create_directories(data / "hpo");
        std::filesystem::create_directories(data / "phenopackets");
        std::ofstream(data / "hpo/hpo_terms.tsv") << "# HPO, 2025-05-06; licence\nid\n";
        std::ofstream(data / "phenopackets/cases_dev.jsonl") << lines;
        return data.string();
    }

    std::filesystem::path folder_;
};

std::string line(const std::string& id, const std::string& place, const std::string& disease) {
    return R"({"id":")" + id + R"(","institution":")" + place + R"(","disease":{"id":")" + disease +
           R"("},"hpo":["HP:0001250"]})" + "\n";
}

TEST_F(InputsTest, TeachingCasesAreOnThreeShelvesWithTheQueryAndTheWithheldCase) {
    const auto inputs = write_teaching_inputs(workplace());
    ASSERT_TRUE(inputs.has_value());
    EXPECT_EQ(inputs->hpo_release, "2025-05-06");
    for (const Shelf& shelf : inputs->shelves) {
        EXPECT_GE(shelf.labels.size(), 4U);
        EXPECT_EQ(shelf.labels.size(), shelf.files.size());
        for (const std::string& file : shelf.files) {
            EXPECT_TRUE(std::filesystem::exists(file));
        }
    }
    const auto& north = inputs->shelves[0].labels;
    const auto& west = inputs->shelves[2].labels;
    EXPECT_EQ(std::count(north.begin(), north.end(), inputs->query_label), 1);
    EXPECT_EQ(std::count(west.begin(), west.end(), inputs->withheld_label), 1);
}

TEST_F(InputsTest, PublishedCasesLeaveOutDiseasesOfOneInstitution) {
    const std::string data = data_with(line("a", "H1", "OMIM:1") + line("b", "H2", "OMIM:1") +
                                       line("c", "H3", "OMIM:1") + line("d", "H1", "OMIM:2") +
                                       line("e", "H5", "OMIM:1"));
    const auto inputs = write_published_inputs(workplace(), data);
    ASSERT_TRUE(inputs.has_value()) << inputs.error().what;
    EXPECT_EQ(inputs->shelves[0].labels, std::vector<std::string>{"a"});
    EXPECT_EQ(inputs->shelves[1].labels, std::vector<std::string>{"b"});
    EXPECT_EQ(inputs->query_label, "a");
    EXPECT_EQ(inputs->withheld_label, "c");
}

TEST_F(InputsTest, ABrokenLineIsNamedByFileAndNumber) {
    const std::string data = data_with(line("a", "H1", "OMIM:1") + "{\"id\":1}\n");
    const auto inputs = write_published_inputs(workplace(), data);
    ASSERT_FALSE(inputs.has_value());
    EXPECT_EQ(inputs.error().kind, Kind::invalid);
    EXPECT_NE(inputs.error().what.find("cases_dev.jsonl:2"), std::string::npos);
}

TEST_F(InputsTest, AFolderWithoutDataIsNotFound) {
    const auto inputs = write_published_inputs(workplace(), "/nonexistent");
    ASSERT_FALSE(inputs.has_value());
    EXPECT_EQ(inputs.error().kind, Kind::not_found);
}

TEST_F(InputsTest, AnOntologyWithoutReleaseIsRefused) {
    const std::string data = data_with("");
    std::ofstream(data + "/hpo/hpo_terms.tsv") << "id\tname\n";
    EXPECT_EQ(hpo_release_of(data + "/hpo").error().kind, Kind::invalid);
}

TEST_F(InputsTest, PublishedShelvesAreFullAndRepeatable) {
    const char* set = std::getenv("MEDNEXUS_DATA");  // NOLINT(concurrency-mt-unsafe): one thread
    const std::string data = set != nullptr ? set : MEDNEXUS_SOURCE_DIR "/../shared/data";
    if (!std::filesystem::exists(data + "/phenopackets/cases_dev.jsonl")) {
        GTEST_SKIP() << "InputsTest.PublishedShelvesAreFullAndRepeatable: no " << data;
    }
    const auto first = write_published_inputs(workplace(), data);
    ASSERT_TRUE(first.has_value()) << first.error().what;
    std::filesystem::remove_all(folder_);
    const auto second = write_published_inputs(workplace(), data);
    ASSERT_TRUE(second.has_value());
    for (std::size_t i = 0; i < kInstitutions; ++i) {
        EXPECT_EQ(first->shelves.at(i).labels.size(), kPublishedCasesEach);
        EXPECT_EQ(first->shelves.at(i).labels, second->shelves.at(i).labels);
    }
    EXPECT_EQ(first->query_label, second->query_label);
    EXPECT_FALSE(first->withheld_label.empty());
}

TEST_F(InputsTest, AWorkplaceTakesNoFolderThatHoldsSomething) {
    std::filesystem::create_directories(folder_ / "work");
    std::ofstream(folder_ / "work/file") << "x";
    const auto made = Workplace::make((folder_ / "work").string());
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().kind, Kind::conflict);
}

TEST_F(InputsTest, AWorkplaceKeepsTheOutcomeAndNothingElse) {
    const Workplace place = workplace();
    ASSERT_TRUE(place.write("match.mnx", bytes_of("x")).has_value());
    ASSERT_TRUE(place.write("homes/north/secret", bytes_of("x")).has_value());
    EXPECT_FALSE(place.write("match.mnx", bytes_of("y")).has_value());
    place.remove_all_but_outcome();
    EXPECT_TRUE(place.exists("match.mnx"));
    EXPECT_FALSE(place.exists("homes"));
}

}  // namespace
}  // namespace mednexus::demo
