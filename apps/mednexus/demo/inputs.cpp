#include "apps/mednexus/demo/inputs.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>

#include "apps/mednexus/demo/embedded.hpp"
#include "apps/mednexus/demo/institution.hpp"

namespace mednexus::demo {
namespace {

constexpr std::string_view kDateForm = "dddd-dd-dd";

/// True when `text` begins with a date.
bool begins_with_date(std::string_view text) {
    return text.size() >= kDateForm.size() &&
           std::equal(kDateForm.begin(), kDateForm.end(), text.begin(), [](char form, char c) {
               return form == 'd' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == form;
           });
}

/// The shelf of "cases/north.example/x.json"; null for other paths.
Shelf* shelf_of(Inputs& inputs, std::string_view path) {
    for (std::size_t i = 0; i < kInstitutions; ++i) {
        if (path.starts_with("cases/" + institutions_of_demo()[i].name + "/")) {
            return &inputs.shelves.at(i);
        }
    }
    return nullptr;
}

std::string stem_of(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    return std::string(path.substr(0, path.rfind('.')));
}

}  // namespace

Result<std::string> hpo_release_of(const std::string& ontology_dir) {
    std::ifstream in(ontology_dir + "/hpo_terms.tsv");
    std::string line;
    if (!std::getline(in, line)) {
        return fail(Kind::not_found, "demo: no " + ontology_dir + "/hpo_terms.tsv");
    }
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (begins_with_date(std::string_view(line).substr(i))) {
            return line.substr(i, kDateForm.size());
        }
    }
    return fail(Kind::invalid, "demo: " + ontology_dir + "/hpo_terms.tsv: line 1 has no date");
}

Result<Inputs> write_teaching_inputs(const Workplace& workplace) {
    Inputs inputs;
    for (const EmbeddedFile& file : demo_files()) {
        const std::string relative = "inputs/" + std::string(file.path);
        MN_DO(workplace.write(relative, file.bytes));
        if (Shelf* const shelf = shelf_of(inputs, file.path)) {
            shelf->files.push_back(workplace.path(relative));
            shelf->labels.push_back(stem_of(file.path));
        }
    }
    inputs.about = "teaching cases composed from cited publications, not patient records";
    inputs.ontology_dir = workplace.path("inputs/hpo");
    MN_TRY(inputs.hpo_release, hpo_release_of(inputs.ontology_dir));
    inputs.query_label = "unsolved-eyes-teeth-heart";
    inputs.withheld_label = "ofcd-adolescent";
    return inputs;
}

}  // namespace mednexus::demo
