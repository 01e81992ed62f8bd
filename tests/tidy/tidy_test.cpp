/// Each rule against a tree that breaks it in one place, and against one that does not.

#include <gtest/gtest.h>

#include "tests/tidy/rules.hpp"

namespace mednexus::tidy {
namespace {

Tree tree_of(std::string path, std::string_view text) {
    return {file_from_text(std::move(path), text)};
}

/// "line: what" of the only finding, or how many there are.
std::string only(const Findings& findings) {
    if (findings.size() != 1) {
        return std::to_string(findings.size()) + " findings";
    }
    return std::to_string(findings[0].line) + ": " + findings[0].what;
}

TEST(Tidy, RefusesAnArrowBetweenPillars) {
    const auto tree =
        tree_of("mednexus/ledger/log.cpp", "\n#include \"mednexus/storage/store.hpp\"\n");
    EXPECT_EQ(only(check_arrows(tree)), "2: arrow from ledger to storage");
}

TEST(Tidy, RefusesAnArrowUpwards) {
    EXPECT_EQ(
        only(check_arrows(tree_of("mednexus/core/a.hpp", "#include \"mednexus/codec/hex.hpp\""))),
        "1: arrow from core to codec");
    EXPECT_EQ(only(check_arrows(
                  tree_of("mednexus/merkle/a.cpp", "#include \"mednexus/crypto/hash.hpp\""))),
              "1: arrow from merkle to crypto");
    EXPECT_EQ(only(check_arrows(
                  tree_of("mednexus/service/a.cpp", "#include \"mednexus/http/server.hpp\""))),
              "1: arrow from service to http");
}

TEST(Tidy, RefusesDiskToThosePillarsThatKeepNothing) {
    const auto text = "#include \"mednexus/disk/disk.hpp\"";
    EXPECT_EQ(only(check_arrows(tree_of("mednexus/compute/a.cpp", text))),
              "1: arrow from compute to disk");
    EXPECT_TRUE(check_arrows(tree_of("mednexus/storage/a.cpp", text)).empty());
    EXPECT_TRUE(check_arrows(tree_of("mednexus/ledger/a.cpp", text)).empty());
    EXPECT_TRUE(check_arrows(tree_of("mednexus/da/a.cpp", text)).empty());
}

TEST(Tidy, RefusesAModuleWithoutARow) {
    const auto tree = tree_of("mednexus/misc/a.cpp", "#include \"mednexus/core/result.hpp\"");
    EXPECT_EQ(only(check_arrows(tree)), "1: arrow from misc to core");
}

TEST(Tidy, RefusesTestDoublesOutsideTests) {
    const auto text = "#include \"mednexus/testing/faulty_disk.hpp\"";
    EXPECT_EQ(only(check_arrows(tree_of("mednexus/storage/a.cpp", text))),
              "1: arrow from storage to testing");
    EXPECT_EQ(only(check_arrows(tree_of("apps/mednexus/main.cpp", text))),
              "1: arrow from apps to testing");
    EXPECT_TRUE(check_arrows(tree_of("mednexus/storage/a_test.cpp", text)).empty());
    EXPECT_TRUE(check_arrows(tree_of("mednexus/storage/internal/test_world.hpp", text)).empty());
}

TEST(Tidy, RefusesAPrivateHeaderOfAnother) {
    const auto text = "#include \"mednexus/storage/internal/pack.hpp\"";
    EXPECT_EQ(only(check_arrows(tree_of("apps/mednexus/main.cpp", text))),
              "1: private header of storage");
    EXPECT_TRUE(check_arrows(tree_of("mednexus/storage/store.cpp", text)).empty());
}

TEST(Tidy, AcceptsArrowsDownwards) {
    const auto text =
        "#include \"mednexus/storage/store.hpp\"\n#include \"mednexus/core/result.hpp\"\n";
    EXPECT_TRUE(check_arrows(tree_of("mednexus/service/a.cpp", text)).empty());
    EXPECT_TRUE(check_arrows(tree_of("apps/mednexus/main.cpp", text)).empty());
}

TEST(Tidy, RefusesAVendorInAPublicHeader) {
    const auto text = "#pragma once\n#include <sodium.h>\n";
    EXPECT_EQ(only(check_vendors(tree_of("mednexus/crypto/a.hpp", text))),
              "2: a vendor's header in a public one");
    EXPECT_TRUE(check_vendors(tree_of("mednexus/crypto/internal/a.hpp", text)).empty());
    EXPECT_TRUE(check_vendors(tree_of("mednexus/crypto/a.cpp", text)).empty());
}

TEST(Tidy, RefusesAHeaderOutsideItsModulesList) {
    Tree tree{
        file_from_text("mednexus/codec/CMakeLists.txt",
                       "mednexus_module(codec\n  HEADERS hex.hpp\n    json.hpp\n  SOURCES b.hpp)"),
        file_from_text("mednexus/codec/hex.hpp", ""),
        file_from_text("mednexus/codec/json.hpp", ""),
        file_from_text("mednexus/codec/internal/x.hpp", ""),
    };
    EXPECT_TRUE(check_header_lists(tree).empty());
    tree.push_back(file_from_text("mednexus/codec/b.hpp", ""));
    EXPECT_EQ(only(check_header_lists(tree)), "0: not in HEADERS of mednexus/codec/CMakeLists.txt");
}

TEST(Tidy, RefusesAFuzzTargetThatIsNotRegistered) {
    Tree tree{file_from_text("fuzz/CMakeLists.txt", "mednexus_fuzz(hex USES mednexus::codec)"),
              file_from_text("fuzz/fuzz_hex.cpp", "")};
    EXPECT_TRUE(check_fuzz_list(tree).empty());
    tree.push_back(file_from_text("fuzz/fuzz_he.cpp", ""));
    EXPECT_EQ(only(check_fuzz_list(tree)), "0: not registered in fuzz/CMakeLists.txt");
}

TEST(Tidy, RefusesAResultWithoutNodiscard) {
    for (const auto* text : {"Result<void> put(int a);",
                             "    virtual Result<std::map<A, B>> get() = 0;",
                             "static Result<Scorer> make();",
                             "template <typename T> Result<T> f(T x) {"}) {
        EXPECT_EQ(only(check_nodiscard(tree_of("mednexus/core/a.hpp", text))),
                  "1: a Result without [[nodiscard]]")
            << text;
    }
}

TEST(Tidy, AcceptsResultsThatAreMarkedOrNoFunctions) {
    for (const auto* text : {"[[nodiscard]] Result<void> put(int a);",
                             "[[nodiscard]]\nResult<void> put();",
                             "Result<int> member_;",
                             "using R = Result<int>;",
                             "/// Result<int> f();",
                             "               Result<int> (*visit)(int);"}) {
        EXPECT_TRUE(check_nodiscard(tree_of("mednexus/core/a.hpp", text)).empty()) << text;
    }
}

TEST(Tidy, RefusesHeadersThatOpenANamespaceOrRepeat) {
    EXPECT_EQ(only(check_headers(tree_of("a.hpp", "#pragma once\nusing namespace std;"))),
              "2: using namespace in a header");
    EXPECT_EQ(only(check_headers(tree_of("a.hpp", "int a;"))), "1: no #pragma once");
}

TEST(Tidy, CountsColumnsAndNotBytes) {
    EXPECT_TRUE(check_columns(tree_of("a.cpp", std::string(100, 'x'))).empty());
    EXPECT_EQ(only(check_columns(tree_of("a.cpp", std::string(101, 'x')))), "1: 101 columns");
    EXPECT_TRUE(check_columns(tree_of("a.cpp", std::string(99, 'x') + "…")).empty());
    EXPECT_TRUE(check_columns(tree_of("a.md", std::string(300, 'x'))).empty());
}

TEST(Tidy, RefusesAFolderNamedForNothing) {
    EXPECT_EQ(check_folders(tree_of("mednexus/utils/a.cpp", "")).size(), 1U);
    EXPECT_EQ(check_folders(tree_of("tests/common/deep/a.cpp", "")).size(), 1U);
    EXPECT_TRUE(check_folders(tree_of("mednexus/codec/utils.cpp", "")).empty());
}

TEST(Tidy, RefusesUnfinishedBusinessAndMachinePaths) {
    EXPECT_EQ(check_marks(tree_of("a.md", std::string("a TO") + "DO: b")).size(), 1U);
    EXPECT_EQ(check_marks(tree_of("a.cpp", std::string("// FIX") + "ME")).size(), 1U);
    EXPECT_EQ(check_marks(tree_of("run", std::string("cd /wo") + "rk/main")).size(), 1U);
    EXPECT_TRUE(check_marks(tree_of("a.cpp", "int kTODOs; // framework/main")).empty());
}

/// A function whose opening and closing brace are `lines` lines apart, both counted.
std::string function_of(std::size_t lines) {
    std::string text = "namespace n {\nvoid f(int a) {\n";
    for (std::size_t i = 2; i < lines; ++i) {
        text += "    if (a) { g(\"}\", '{'); }  // }\n";
    }
    return text + "}\n}\n";
}

TEST(Tidy, MeasuresFunctionsAndNothingElse) {
    EXPECT_TRUE(find_long_functions(tree_of("a.cpp", function_of(100)), 100).empty());
    EXPECT_EQ(only(find_long_functions(tree_of("a.cpp", function_of(101)), 100)),
              "2: a function of 101 lines");
    const auto define = "#define X(y) \\\n    ((y) ? f() : g())\nnamespace n {\n";
    EXPECT_TRUE(
        find_long_functions(tree_of("a.cpp", define + std::string(200, '\n') + "}"), 100).empty());
    const auto literal = "const auto kText = R\"(" + function_of(101) + ")\";\n";
    EXPECT_TRUE(find_long_functions(tree_of("a.cpp", literal), 100).empty());
    EXPECT_TRUE(
        find_long_functions(tree_of("a.cpp", "struct S {\n" + std::string(200, '\n') + "};"), 100)
            .empty());
}

}  // namespace
}  // namespace mednexus::tidy
