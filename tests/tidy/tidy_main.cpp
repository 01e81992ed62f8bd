/// mednexus_tidy ROOT: prints what the tree is not, one finding per line; exit 1 when there is any.

#include <cstdio>
#include <exception>

#include "tests/tidy/rules.hpp"

namespace {

using mednexus::tidy::Findings;

void print(const char* kind, const Findings& findings) {
    for (const auto& f : findings) {
        std::printf("%s:%zu: %s%s\n", f.path.c_str(), f.line, kind, f.what.c_str());
    }
}

int run(const char* root) {
    using namespace mednexus::tidy;
    const auto tree = read_tree(root);
    std::size_t count = 0;
    for (const auto rule : {check_arrows,
                            check_vendors,
                            check_header_lists,
                            check_fuzz_list,
                            check_nodiscard,
                            check_headers,
                            check_columns,
                            check_folders,
                            check_marks}) {
        const auto findings = rule(tree);
        print("", findings);
        count += findings.size();
    }
    const auto too_long = find_long_functions(tree, kFunctionLinesMax);
    print("", too_long);
    print("note: ", find_long_functions(tree, kFunctionLinesUsual));
    count += too_long.size();
    std::printf("tidy: %zu files read, %zu findings\n", tree.size(), count);
    return count == 0 && !tree.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: mednexus_tidy ROOT\n");
        return 64;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "mednexus_tidy: error: %s\n", e.what());
        return 74;
    }
}
