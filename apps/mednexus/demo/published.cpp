// Published cases for `mednexus demo --data`: which of them, and for whom.
#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <utility>

#include "apps/mednexus/demo/inputs.hpp"
#include "apps/mednexus/demo/institution.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::demo {
namespace {

constexpr std::size_t kLineBytesMax = 1U << 20U;
constexpr std::size_t kLinesMax = 100'000;
constexpr std::array<std::string_view, kInstitutions> kSources{"H1", "H2", "H3"};

struct PublishedCase {
    std::string id;
    std::string disease;
    std::size_t finding_count = 0;
    std::string line;
};

/// Cases of one disease, by institution, in the order of the file.
using ByInstitution = std::array<std::vector<PublishedCase>, kInstitutions>;
using ByDisease = std::map<std::string, ByInstitution>;

/// Reads one line; nothing when it belongs to an institution that does not take part.
Result<std::optional<std::pair<std::size_t, PublishedCase>>> read_line(const std::string& line) {
    MN_TRY(const json::Value value, json::parse(line, {.size_bytes_max = kLineBytesMax}));
    json::Reader reader(value, "case");
    MN_TRY(const std::string source, reader.string("institution"));
    const auto* const place = std::find(kSources.begin(), kSources.end(), source);
    if (place == kSources.end()) {
        return std::optional<std::pair<std::size_t, PublishedCase>>();
    }
    MN_TRY(std::string id, reader.string("id"));
    MN_TRY(const json::Value* const disease, reader.object("disease"));
    json::Reader disease_reader(*disease, "case.disease");
    MN_TRY(std::string disease_id, disease_reader.string("id"));
    MN_TRY(const json::Array* const findings, reader.array("hpo"));
    return std::optional(
        std::pair(static_cast<std::size_t>(place - kSources.begin()),
                  PublishedCase{std::move(id), std::move(disease_id), findings->size(), line}));
}

Result<ByDisease> read_cases(const std::string& path) {
    std::ifstream in(path);
    if (!in) {
        return fail(Kind::not_found, "demo: no file " + path);
    }
    ByDisease cases;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        auto read = number > kLinesMax ? fail(Kind::invalid, "too many lines") : read_line(line);
        if (!read) {
            return fail_in(path + ":" + std::to_string(number), read.error());
        }
        if (*read) {
            auto& [place, one] = **read;
            cases[one.disease].at(place).push_back(std::move(one));
        }
    }
    // A disease that only one institution knows has no similar case elsewhere.
    std::erase_if(cases, [](const auto& entry) {
        return std::count_if(entry.second.begin(), entry.second.end(), [](const auto& there) {
                   return !there.empty();
               }) < 2;
    });
    return cases;
}

/// One case of each disease, then a second of each, and so on, until the shelf is full.
std::vector<PublishedCase> choose(const ByDisease& cases, std::size_t place) {
    std::vector<PublishedCase> chosen;
    for (std::size_t round = 0; chosen.size() < kPublishedCasesEach; ++round) {
        const std::size_t before = chosen.size();
        for (const auto& [disease, there] : cases) {
            if (there.at(place).size() > round && chosen.size() < kPublishedCasesEach) {
                chosen.push_back(there.at(place)[round]);
            }
        }
        if (chosen.size() == before) {
            break;
        }
    }
    return chosen;
}

bool has_disease(const std::vector<PublishedCase>& cases, const std::string& disease) {
    return std::any_of(
        cases.begin(), cases.end(), [&](const auto& one) { return one.disease == disease; });
}

using Chosen = std::array<std::vector<PublishedCase>, kInstitutions>;

/// Of north's cases whose disease both others hold: the one with the most findings.
Result<PublishedCase> choose_query(const Chosen& chosen) {
    const PublishedCase* best = nullptr;
    for (const PublishedCase& one : chosen[0]) {
        if (has_disease(chosen[1], one.disease) && has_disease(chosen[2], one.disease) &&
            (best == nullptr || one.finding_count > best->finding_count)) {
            best = &one;
        }
    }
    if (best == nullptr) {
        return fail(Kind::invalid, "demo: no disease that all three institutions hold");
    }
    return *best;
}

Result<Shelf> write_shelf(const Workplace& workplace,
                          const std::string& name,
                          const std::vector<PublishedCase>& cases) {
    Shelf shelf;
    std::string text;
    for (const PublishedCase& one : cases) {
        text += one.line + "\n";
        shelf.labels.push_back(one.id);
    }
    const std::string relative = "inputs/" + name + ".jsonl";
    MN_DO(workplace.write(relative, bytes_of(text)));
    shelf.files.push_back(workplace.path(relative));
    return shelf;
}

}  // namespace

Result<Inputs> write_published_inputs(const Workplace& workplace, const std::string& data_dir) {
    Inputs inputs;
    inputs.about = "published cases (Phenopacket Store, Danis et al. 2025)";
    inputs.ontology_dir = data_dir + "/hpo";
    MN_TRY(inputs.hpo_release, hpo_release_of(inputs.ontology_dir));
    MN_TRY(const ByDisease cases, read_cases(data_dir + "/phenopackets/cases_dev.jsonl"));
    Chosen chosen;
    for (std::size_t i = 0; i < kInstitutions; ++i) {
        chosen.at(i) = choose(cases, i);
        MN_TRY(inputs.shelves.at(i),
               write_shelf(workplace, institutions_of_demo()[i].name, chosen.at(i)));
    }
    MN_TRY(const PublishedCase query, choose_query(chosen));
    inputs.query_label = query.id;
    for (const PublishedCase& one : chosen[2]) {
        if (one.disease == query.disease) {
            inputs.withheld_label = one.id;
            break;
        }
    }
    return inputs;
}

}  // namespace mednexus::demo
