#pragma once
/// A command line script: its steps and the files it starts with. See tests/cli/README.md.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mednexus::cli_test {

struct Step {
    std::size_t line;  ///< from 1
    std::string verb;
    std::string rest;
};

struct StartFile {
    std::string name;
    std::string content;
};

struct Script {
    std::vector<Step> steps;
    std::vector<StartFile> files;
};

[[nodiscard]] Script parse_script(std::string_view text);

enum class Outcome : unsigned char { passed, failed, skipped };

/// Runs the steps in `folder`, which must be empty; prints the first that does not hold.
[[nodiscard]] Outcome run_script(const Script& script, const std::filesystem::path& folder);

}  // namespace mednexus::cli_test
