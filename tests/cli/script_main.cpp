/// mednexus_cli_script FILE: runs one script in a fresh temporary folder. Exit 4 when it is
/// skipped.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/cli/script.hpp"

namespace {

namespace fs = std::filesystem;
using mednexus::cli_test::Outcome;

constexpr int kSkipped = 4;

/// A new folder, removed at the end unless the script failed.
fs::path make_folder() {
    auto name = (fs::temp_directory_path() / "mednexus-cli-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw fs::filesystem_error(
            "mkdtemp", name, std::error_code(errno, std::generic_category()));
    }
    return name;
}

int run(const char* file) {
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto script = mednexus::cli_test::parse_script(text);
    if (script.steps.empty()) {
        std::printf("%s: no steps\n", file);
        return 1;
    }
    const auto folder = make_folder();
    const auto outcome = run_script(script, folder);
    fs::remove_all(folder);
    return outcome == Outcome::passed ? 0 : outcome == Outcome::skipped ? kSkipped : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: mednexus_cli_script FILE\n");
        return 64;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "mednexus_cli_script: error: %s\n", e.what());
        return 70;
    }
}
