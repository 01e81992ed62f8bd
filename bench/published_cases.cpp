#include "bench/published_cases.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include "mednexus/clinical/case_line.hpp"

namespace mednexus::bench {

namespace {

std::string data_folder() {
    const char* given = std::getenv("MEDNEXUS_DATA");
    return given != nullptr ? given : std::string(MEDNEXUS_SOURCE_DIR) + "/../shared/data";
}

Result<std::string> read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(Kind::not_found, path);
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::vector<compute::EvaluationCase>> read_cases(const std::string& path) {
    std::ifstream file(path);
    std::vector<compute::EvaluationCase> cases;
    for (std::string line; std::getline(file, line);) {
        MN_TRY(const clinical::CaseLine one, clinical::parse_case_line(line, cases.size() + 1));
        cases.push_back(compute::evaluation_case(one));
    }
    if (cases.empty()) {
        return fail(Kind::not_found, path);
    }
    return cases;
}

}  // namespace

Result<PublishedCases> read_published_cases() {
    const std::string data = data_folder();
    MN_TRY(clinical::Hpo hpo, clinical::load_hpo([&](std::string_view name) {
               return read_text(data + "/hpo/" + std::string(name));
           }));
    MN_TRY(auto cases, read_cases(data + "/phenopackets/cases_dev.jsonl"));
    return PublishedCases{std::move(hpo), std::move(cases)};
}

}  // namespace mednexus::bench
