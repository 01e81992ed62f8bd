#include "mednexus/clinical/vector_profile.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/clinical/internal/fixed_point.hpp"
#include "mednexus/clinical/internal/test_data.hpp"
#include "mednexus/clinical/internal/weights.hpp"
#include "mednexus/codec/hex.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::clinical {
namespace {

/// FNV-1a in every byte: enough to tell texts apart in a test.
Hash32 toy_hash(BytesView data) {
    std::uint64_t state = 0xCBF29CE484222325;
    for (const std::uint8_t byte : data) {
        state = (state ^ byte) * 0x100000001B3;
    }
    std::array<std::uint8_t, 32> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(state >> (8 * (i % 8)));
    }
    return Hash32(out);
}

VectorProfile small_profile() {
    const Hpo hpo = test::small_hpo();
    auto made = VectorProfile::make(hpo.ontology, hpo.annotations, toy_hash);
    EXPECT_TRUE(made) << made.error().what;
    return *std::move(made);
}

using Ids = std::vector<std::string_view>;

TEST(FixedPoint, AgreesWithFloatingPoint) {
    for (const std::uint64_t value : {1ULL, 2ULL, 3ULL, 10ULL, 8362ULL, 1ULL << 40U, ~0ULL}) {
        const double expected = std::log2(static_cast<double>(value));
        EXPECT_NEAR(static_cast<double>(internal::log2_q32(value)) / 4294967296.0, expected, 1e-8);
    }
    for (const double exponent : {0.0, 0.5, 1.0, 10.25, 31.9, 45.1}) {
        const auto fixed = static_cast<internal::Q32>(exponent * 4294967296.0);
        EXPECT_NEAR(static_cast<double>(internal::exp2_q32(fixed)) / std::exp2(exponent),
                    1.0,
                    exponent < 10 ? 0.3 : 1e-3);
    }
    EXPECT_EQ(internal::exp2_q32(-1), 0U);
    EXPECT_EQ(internal::exp2_q32(0), 1U);
    EXPECT_EQ(internal::log2_q32(1U << 20U), 20 * internal::kOneQ32);
}

TEST(Weights, AreTheFlooredPowerOfInformationContent) {
    for (const std::uint32_t diseases : {1U, 3U, 8000U, 8362U, 12690U}) {
        for (std::uint32_t count = 0; count <= diseases; count += 1 + count / 7) {
            const double content = std::log(double(diseases) / std::max(1U, count));
            const double expected = 1024 * std::pow(content, 0.9);
            const double weight = internal::weight_of(count, diseases);
            EXPECT_LE(weight, expected + 1e-3);
            EXPECT_GT(weight, expected - 1.001) << count << " of " << diseases;
        }
    }
}

TEST(VectorProfile, MatchesAnIndependentImplementation) {
    const std::string text =
        test::read_text(std::string(MEDNEXUS_TEST_VECTORS) + "/case_vector_small.json");
    const auto document = json::parse(text);
    ASSERT_TRUE(document);
    const VectorProfile profile = small_profile();
    const Hpo hpo = test::small_hpo();
    for (const auto& [id, weight] :
         document->as_object()->find("weights")->as_object()->members()) {
        const auto index = hpo.ontology->index_of(*parse_term_id(id));
        EXPECT_EQ(std::to_string(profile.weight(*index)), weight.as_number()->text) << id;
    }
    std::size_t count = 0;
    for (const json::Value& entry : *document->as_object()->find("vectors")->as_array()) {
        Ids ids;
        for (const json::Value& id : *entry.as_object()->find("terms")->as_array()) {
            ids.emplace_back(*id.as_string());
        }
        const auto as_bytes = [](const CaseVector& vector) {
            return Bytes(vector.entries.begin(), vector.entries.end());
        };
        EXPECT_EQ(codec::to_hex(as_bytes(profile.query_vector(ids))),
                  *entry.as_object()->find("query")->as_string());
        EXPECT_EQ(codec::to_hex(as_bytes(profile.case_vector(ids))),
                  *entry.as_object()->find("case")->as_string());
        ++count;
    }
    EXPECT_EQ(count, 6U);
}

TEST(VectorProfile, DependsOnTheSetOfMeantTermsOnly) {
    const VectorProfile profile = small_profile();
    const auto entries = [&](const Ids& ids) { return profile.query_vector(ids).entries; };
    const auto expected = entries({"HP:0000707", "HP:0001629"});
    EXPECT_EQ(entries({"HP:0001629", "HP:0000707", "HP:0001629"}), expected);
    EXPECT_EQ(entries({"HP:0001333", "HP:0001629"}), expected);  // alternative id
    EXPECT_EQ(entries({"HP:0002000", "HP:0001629"}), expected);  // replaced
    EXPECT_EQ(entries({"HP:0000707", "HP:0001629", "HP:0009999", "nonsense", "HP:0003674"}),
              expected);  // unknown, and outside the phenotypes
    EXPECT_NE(entries({"HP:0001250", "HP:0001629"}), expected);
}

TEST(VectorProfile, GivesZeroForACaseWithoutKnownTerms) {
    const VectorProfile profile = small_profile();
    for (const Ids& ids : {Ids{}, Ids{"HP:0009999"}, Ids{"HP:0003674"}, Ids{"HP:0000118"}}) {
        const CaseVector vector = profile.case_vector(ids);
        EXPECT_EQ(vector.terms_used, 0U);
        EXPECT_EQ(vector.entries, std::vector<std::int8_t>(kVectorDimensions));
    }
}

TEST(VectorProfile, NamesEverythingItDependsOn) {
    const VectorProfile profile = small_profile();
    EXPECT_EQ(profile.id(), toy_hash(bytes_of(profile.description())));
    const auto description = json::parse(profile.description());
    ASSERT_TRUE(description);
    EXPECT_EQ(json::write_canonical(*description), profile.description());
    EXPECT_EQ(*description->as_object()->find("name")->as_string(), kVectorProfileName);
    EXPECT_EQ(*description->as_object()->find("hpo_release")->as_string(), "2025-05-06");

    const Hpo hpo = test::small_hpo();
    const std::vector<std::string> dropped{"PMID:1"};
    const auto other =
        VectorProfile::make(hpo.ontology, hpo.annotations.without(dropped), toy_hash);
    ASSERT_TRUE(other);
    EXPECT_NE(other->id(), profile.id());
}

TEST(VectorProfile, RefusesAReleaseWithoutPhenotypes) {
    const Hpo hpo = test::small_hpo();
    const auto without_root =
        parse_hpo_tsv("# 2025-05-06\nid\tname\tparents\talt_ids\nHP:0001250\tSeizure\t\t\n", "");
    ASSERT_TRUE(without_root);
    const auto made = VectorProfile::make(
        std::make_shared<const Ontology>(*without_root), hpo.annotations, toy_hash);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, Kind::invalid);
}

TEST(VectorProfile, StaysInRangeForACaseWithEveryTerm) {
    MN_NEED_DATA(data);
    const auto hpo = load_hpo(test::folder_reader(data / "hpo"));
    ASSERT_TRUE(hpo);
    const auto profile = VectorProfile::make(hpo->ontology, hpo->annotations, toy_hash);
    ASSERT_TRUE(profile);
    std::vector<std::string> ids;
    for (const Term& term : hpo->ontology->terms()) {
        ids.push_back(to_string(term.id));
    }
    const CaseVector vector = profile->case_vector(Ids(ids.begin(), ids.end()));
    EXPECT_GT(vector.terms_used, 18000U);
    for (const std::int8_t entry : vector.entries) {
        EXPECT_LE(std::abs(int{entry}), kVectorEntryMax);
    }
}

}  // namespace
}  // namespace mednexus::clinical
