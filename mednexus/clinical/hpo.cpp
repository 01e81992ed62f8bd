#include "mednexus/clinical/hpo.hpp"

#include <algorithm>
#include <optional>

#include "mednexus/core/check.hpp"

namespace mednexus::clinical {

namespace {

/// The text of a file that may be absent.
Result<std::optional<std::string>> read_if_there(const FileReader& read, std::string_view name) {
    Result<std::string> text = read(name);
    if (text) {
        return std::optional(*std::move(text));
    }
    if (text.error().kind == Kind::not_found) {
        return std::optional<std::string>();
    }
    return fail_in(name, text.error());
}

template <typename T>
Result<T> named(std::string_view name, Result<T> parsed) {
    if (parsed) {
        return parsed;
    }
    return fail_in(name, parsed.error());
}

Result<std::optional<Ontology>> load_ontology(const FileReader& read) {
    MN_TRY(const auto terms, read_if_there(read, "hpo_terms.tsv"));
    if (terms) {
        MN_TRY(const auto obsolete, read_if_there(read, "hpo_obsolete.tsv"));
        return named("hpo_terms.tsv", parse_hpo_tsv(*terms, obsolete.value_or("")));
    }
    MN_TRY(const auto obo, read_if_there(read, "hp.obo"));
    if (obo) {
        return named("hp.obo", parse_hpo_obo(*obo));
    }
    MN_TRY(const auto json_text, read_if_there(read, "hp.json"));
    if (json_text) {
        return named("hp.json", parse_hpo_json(*json_text));
    }
    return std::optional<Ontology>();
}

Result<std::optional<Annotations>> load_annotations(const FileReader& read) {
    MN_TRY(const auto tsv, read_if_there(read, "hpo_annotations.tsv"));
    if (tsv) {
        return named("hpo_annotations.tsv", parse_annotations_tsv(*tsv));
    }
    MN_TRY(const auto hpoa, read_if_there(read, "phenotype.hpoa"));
    if (hpoa) {
        return named("phenotype.hpoa", parse_hpoa(*hpoa));
    }
    return std::optional<Annotations>();
}

}  // namespace

Result<Hpo> load_hpo(const FileReader& read) {
    MN_TRY(auto ontology, load_ontology(read));
    if (!ontology) {
        return fail(Kind::not_found, "ontology: none of hpo_terms.tsv, hp.obo, hp.json");
    }
    MN_TRY(auto annotations, load_annotations(read));
    if (!annotations) {
        return fail(Kind::not_found, "ontology: none of hpo_annotations.tsv, phenotype.hpoa");
    }
    return Hpo{std::make_shared<const Ontology>(*std::move(ontology)), *std::move(annotations)};
}

std::string hpo_acknowledgement(std::string_view release) {
    return "This service/product is using the Human Phenotype Ontology (version " +
           std::string(release) + "). Find out more at http://www.human-phenotype-ontology.org";
}

std::vector<std::string> unknown_terms(std::span<const std::string_view> ids,
                                       const Ontology& ontology) {
    std::vector<std::string> unknown;
    for (const std::string_view id : ids) {
        if (!ontology.resolve(id).term &&
            std::find(unknown.begin(), unknown.end(), id) == unknown.end()) {
            unknown.emplace_back(id);
        }
    }
    return unknown;
}

}  // namespace mednexus::clinical
