// The teaching cases say where each finding comes from; this reads it back against HPO's rows.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "apps/mednexus/demo/embedded.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::demo {
namespace {

/// demo/README.md names the answer of the case that has no diagnosis.
constexpr std::string_view kUnsolvedDisease = "OMIM:300166";

const json::Value& at(const json::Value& value, std::string_view key) {
    static const json::Value nothing;
    const json::Object* const object = value.as_object();
    const json::Value* const found = object != nullptr ? object->find(key) : nullptr;
    EXPECT_NE(found, nullptr) << "no member " << key;
    return found != nullptr ? *found : nothing;
}

std::string text(const json::Value& value) {
    return value.as_string() != nullptr ? *value.as_string() : std::string{};
}

json::Array items(const json::Value& value) {
    return value.as_array() != nullptr ? *value.as_array() : json::Array{};
}

std::vector<std::vector<std::string>> table(std::string_view path) {
    std::vector<std::vector<std::string>> rows;
    for (const EmbeddedFile& file : demo_files()) {
        if (file.path != path) {
            continue;
        }
        rows.push_back({""});
        for (const std::uint8_t byte : file.bytes) {
            if (byte == '\n') {
                rows.push_back({""});
            } else if (byte == '\t') {
                rows.back().emplace_back();
            } else {
                rows.back().back().push_back(static_cast<char>(byte));
            }
        }
    }
    std::erase_if(rows, [](const auto& row) { return row.size() < 4; });
    return rows;
}

struct TeachingCase {
    std::string path;
    std::string institution;
    json::Value packet;

    [[nodiscard]] bool is_unsolved() const { return path.find("/unsolved-") != std::string::npos; }

    [[nodiscard]] std::string disease() const {
        return is_unsolved() ? std::string(kUnsolvedDisease)
                             : text(at(at(items(at(packet, "diseases")).at(0), "term"), "id"));
    }

    [[nodiscard]] std::string publication() const {
        return text(at(items(at(at(packet, "metaData"), "externalReferences")).at(0), "id"));
    }
};

std::vector<TeachingCase> teaching_cases() {
    std::vector<TeachingCase> cases;
    for (const EmbeddedFile& file : demo_files()) {
        const std::string path(file.path);
        if (path.starts_with("cases/")) {
            auto packet = json::parse(text_of(file.bytes));
            EXPECT_TRUE(packet.has_value()) << path;
            cases.push_back({path, path.substr(6, path.find('/', 6) - 6), packet.value()});
        }
    }
    return cases;
}

TEST(DemoCases, AreOfSixDiseasesOrMoreAtThreeInstitutionsEachMetTwice) {
    std::set<std::string> institutions;
    std::map<std::string, std::set<std::string>> institutions_of;
    for (const TeachingCase& one : teaching_cases()) {
        institutions.insert(one.institution);
        institutions_of[one.disease()].insert(one.institution);
    }
    EXPECT_EQ(institutions,
              (std::set<std::string>{"north.example", "south.example", "west.example"}));
    EXPECT_GE(institutions_of.size(), 6U);
    for (const auto& [disease, places] : institutions_of) {
        EXPECT_GE(places.size(), 2U) << disease;
    }
}

TEST(DemoCases, UseTermsOfTheExcerptWithTheirNames) {
    std::map<std::string, std::string> names;
    for (const auto& row : table("hpo/hpo_terms.tsv")) {
        names[row.at(0)] = row.at(1);
    }
    for (const TeachingCase& one : teaching_cases()) {
        EXPECT_GE(items(at(one.packet, "phenotypicFeatures")).size(), 7U) << one.path;
        for (const json::Value& feature : items(at(one.packet, "phenotypicFeatures"))) {
            const json::Value& type = at(feature, "type");
            EXPECT_EQ(names[text(at(type, "id"))], text(at(type, "label"))) << one.path;
        }
    }
}

TEST(DemoCases, CiteForEveryFindingARowOfTheirDiseasesAnnotations) {
    std::multimap<std::pair<std::string, std::string>, std::string> references;
    for (const auto& row : table("hpo/hpo_annotations.tsv")) {
        if (row.size() == 7 && row[4] == "P" && row[5] == "0") {
            references.insert({{row[0], row[2]}, row[6].empty() ? row[0] : row[6] + ";"});
        }
    }
    for (const TeachingCase& one : teaching_cases()) {
        for (const json::Value& feature : items(at(one.packet, "phenotypicFeatures"))) {
            const std::string term = text(at(at(feature, "type"), "id"));
            const json::Value evidence = items(at(feature, "evidence")).at(0);
            const std::string cited = text(at(at(evidence, "reference"), "id"));
            const auto [first, last] = references.equal_range({one.disease(), term});
            EXPECT_TRUE(std::any_of(first,
                                    last,
                                    [&](const auto& row) {
                                        return row.second == cited ||
                                               row.second.find(cited + ";") != std::string::npos;
                                    }))
                << one.path << " " << term << " " << cited;
        }
    }
}

TEST(DemoCases, TakeHalfOfTheirFindingsOrMoreFromThePublicationTheyName) {
    for (const TeachingCase& one : teaching_cases()) {
        std::size_t from_it = 0;
        const json::Array features = items(at(one.packet, "phenotypicFeatures"));
        for (const json::Value& feature : features) {
            const json::Value evidence = items(at(feature, "evidence")).at(0);
            from_it += text(at(at(evidence, "reference"), "id")) == one.publication() ? 1U : 0U;
        }
        EXPECT_TRUE(one.publication().starts_with("PMID:")) << one.path;
        EXPECT_GE(from_it * 2, features.size() - 1) << one.path;
    }
}

TEST(DemoCases, NameTheirSchemaResourcesAndMaker) {
    for (const TeachingCase& one : teaching_cases()) {
        const json::Value& meta = at(one.packet, "metaData");
        EXPECT_EQ(text(at(meta, "phenopacketSchemaVersion")), "2.0") << one.path;
        EXPECT_FALSE(text(at(meta, "created")).empty()) << one.path;
        EXPECT_FALSE(text(at(meta, "createdBy")).empty()) << one.path;
        std::set<std::string> resources;
        for (const json::Value& resource : items(at(meta, "resources"))) {
            EXPECT_FALSE(text(at(resource, "version")).empty()) << one.path;
            resources.insert(text(at(resource, "id")));
        }
        EXPECT_TRUE(resources.contains("hp") && resources.contains("omim")) << one.path;
    }
}

TEST(DemoCases, OfWhichOneHasNoDiagnosis) {
    const std::vector<TeachingCase> cases = teaching_cases();
    EXPECT_EQ(std::count_if(cases.begin(),
                            cases.end(),
                            [](const auto& one) {
                                return one.packet.as_object()->find("diseases") == nullptr;
                            }),
              1);
}

}  // namespace
}  // namespace mednexus::demo
