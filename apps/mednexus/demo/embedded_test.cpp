#include "apps/mednexus/demo/embedded.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mednexus::demo {
namespace {

std::string text_of(std::string_view path) {
    const auto files = demo_files();
    const auto found = std::find_if(
        files.begin(), files.end(), [&](const EmbeddedFile& file) { return file.path == path; });
    return found == files.end() ? std::string{}
                                : std::string(found->bytes.begin(), found->bytes.end());
}

std::string text_on_disk(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back().push_back(c);
        }
    }
    return parts;
}

/// The rows below the version line and the header line.
std::vector<std::string> rows_of(const std::string& tsv) {
    std::vector<std::string> lines = split(tsv, '\n');
    std::erase(lines, "");
    lines.erase(lines.begin(), lines.begin() + std::min<std::ptrdiff_t>(2, std::ssize(lines)));
    return lines;
}

std::filesystem::path full_release() {
    const char* data = std::getenv("MEDNEXUS_DATA");  // NOLINT(concurrency-mt-unsafe): one thread
    const std::filesystem::path base =
        data != nullptr ? data : MEDNEXUS_SOURCE_DIR "/../shared/data";
    return base / "hpo";
}

constexpr std::array<const char*, 3> kTables{
    "hpo_terms.tsv", "hpo_annotations.tsv", "hpo_obsolete.tsv"};

TEST(DemoFiles, AreTheFilesOfTheSourceTree) {
    ASSERT_GE(demo_files().size(), 15U);
    for (const EmbeddedFile& file : demo_files()) {
        const auto path = std::filesystem::path(MEDNEXUS_SOURCE_DIR "/demo") / file.path;
        EXPECT_EQ(text_of(file.path), text_on_disk(path)) << file.path;
    }
}

TEST(DemoFiles, AreSortedByPathAndHoldNoEmptyFile) {
    const auto files = demo_files();
    EXPECT_TRUE(std::is_sorted(
        files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; }));
    for (const EmbeddedFile& file : files) {
        EXPECT_FALSE(file.bytes.empty()) << file.path;
    }
}

TEST(DemoExcerpt, StatesItsVersionAndThatItIsAnExcerpt) {
    for (const char* table : kTables) {
        const std::string first = split(text_of(std::string("hpo/") + table), '\n').front();
        EXPECT_TRUE(first.starts_with("# ")) << table;
        EXPECT_NE(first.find("2025-05-06"), std::string::npos) << table;
        EXPECT_NE(first.find("EXCERPT for the MedNexus demo"), std::string::npos) << table;
    }
}

TEST(DemoExcerpt, HoldsEveryAncestorOfEveryTermAndBothRoots) {
    std::set<std::string> terms;
    for (const std::string& row : rows_of(text_of("hpo/hpo_terms.tsv"))) {
        terms.insert(split(row, '\t').at(0));
    }
    EXPECT_TRUE(terms.contains("HP:0000001"));
    EXPECT_TRUE(terms.contains("HP:0000118"));
    for (const std::string& row : rows_of(text_of("hpo/hpo_terms.tsv"))) {
        const std::string parents = split(row, '\t').at(2);
        for (const std::string& parent : split(parents, ';')) {
            EXPECT_TRUE(parent.empty() || terms.contains(parent)) << row;
        }
    }
    for (const std::string& row : rows_of(text_of("hpo/hpo_annotations.tsv"))) {
        EXPECT_TRUE(terms.contains(split(row, '\t').at(2))) << row;
    }
}

TEST(DemoExcerpt, RowsAreThoseOfTheRelease) {
    if (!std::filesystem::exists(full_release() / "hpo_terms.tsv")) {
        GTEST_SKIP() << "DemoExcerpt.RowsAreThoseOfTheRelease: no " << full_release();
    }
    for (const char* table : kTables) {
        const std::vector<std::string> all = rows_of(text_on_disk(full_release() / table));
        const std::set<std::string> release(all.begin(), all.end());
        for (const std::string& row : rows_of(text_of(std::string("hpo/") + table))) {
            EXPECT_TRUE(release.contains(row)) << table << ": " << row;
        }
    }
}

TEST(DemoExcerpt, HoldsEveryRowOfADiseaseThatItHolds) {
    if (!std::filesystem::exists(full_release() / "hpo_annotations.tsv")) {
        GTEST_SKIP() << "DemoExcerpt.HoldsEveryRowOfADiseaseThatItHolds: no " << full_release();
    }
    std::multiset<std::string> ours;
    for (const std::string& row : rows_of(text_of("hpo/hpo_annotations.tsv"))) {
        ours.insert(split(row, '\t').at(0));
    }
    std::multiset<std::string> theirs;
    for (const std::string& row : rows_of(text_on_disk(full_release() / "hpo_annotations.tsv"))) {
        const std::string disease = row.substr(0, row.find('\t'));
        if (ours.contains(disease)) {
            theirs.insert(disease);
        }
    }
    EXPECT_EQ(ours, theirs);
}

}  // namespace
}  // namespace mednexus::demo
