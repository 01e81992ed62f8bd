#include <string>
#include <vector>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/clinical/internal/annotations_builder.hpp"
#include "mednexus/clinical/internal/lines.hpp"

namespace mednexus::clinical {

namespace {

using internal::Lines;

constexpr std::string_view kTermsHeader = "id\tname\tparents\talt_ids";
constexpr std::string_view kObsoleteHeader = "id\tname\treplaced_by\tconsider";
constexpr std::string_view kAnnotationsHeader =
    "disease_id\tdisease_name\thpo_id\tfrequency\taspect\tnegated\treference";

/// Reads the version line and the header line; returns the release.
Result<std::string> read_head(Lines& lines, std::string_view header) {
    if (!lines.next() || lines.line().substr(0, 1) != "#") {
        return internal::fail_at_line(1, "a version line begins with \"#\"");
    }
    std::string release = internal::find_date(lines.line());
    if (release.empty()) {
        return lines.fail_here("the version line names a release, YYYY-MM-DD");
    }
    if (!lines.next() || lines.line() != header) {
        return internal::fail_at_line(2, "the header line names the columns of this format");
    }
    return release;
}

Result<std::vector<TermId>> parse_ids(std::string_view text) {
    std::vector<TermId> ids;
    if (text.empty()) {
        return ids;
    }
    std::vector<std::string_view> pieces;
    internal::split(text, ';', pieces);
    for (const std::string_view piece : pieces) {
        MN_TRY(const TermId id, parse_term_id(piece));
        ids.push_back(id);
    }
    return ids;
}

/// The four columns that both term files have: id, name, ids, ids.
struct TermRow {
    TermId id;
    std::string name;
    std::vector<TermId> first;
    std::vector<TermId> second;
};

Result<TermRow> parse_term_row(std::string_view line) {
    std::vector<std::string_view> cells;
    internal::split(line, '\t', cells);
    if (cells.size() != 4) {
        return fail(Kind::invalid, "a row has 4 columns");
    }
    TermRow row;
    MN_TRY(row.id, parse_term_id(cells[0]));
    row.name = std::string(cells[1]);
    MN_TRY(row.first, parse_ids(cells[2]));
    MN_TRY(row.second, parse_ids(cells[3]));
    return row;
}

Result<void> read_terms(std::string_view text, OntologyParts& parts) {
    MN_DO(internal::check_text(text));
    Lines lines(text);
    MN_TRY(parts.release, read_head(lines, kTermsHeader));
    while (lines.next()) {
        auto row = parse_term_row(lines.line());
        if (!row) {
            return lines.fail_here(row.error().what);
        }
        parts.terms.push_back(
            {row->id, std::move(row->name), std::move(row->first), std::move(row->second)});
        parts.term_lines.push_back(lines.number());
    }
    return {};
}

Result<void> read_obsolete(std::string_view text, OntologyParts& parts) {
    MN_DO(internal::check_text(text));
    Lines lines(text);
    MN_TRY(const std::string release, read_head(lines, kObsoleteHeader));
    if (release != parts.release) {
        return lines.fail_here("obsolete terms are of the same release as the terms");
    }
    while (lines.next()) {
        auto row = parse_term_row(lines.line());
        if (!row) {
            return lines.fail_here(row.error().what);
        }
        parts.obsolete.push_back(
            {row->id, std::move(row->name), std::move(row->first), std::move(row->second)});
        parts.obsolete_lines.push_back(lines.number());
    }
    return {};
}

Result<AnnotationText> parse_annotation_row(std::string_view line,
                                            std::vector<std::string_view>& cells) {
    internal::split(line, '\t', cells);
    if (cells.size() != 7) {
        return fail(Kind::invalid, "a row has 7 columns");
    }
    if (cells[5] != "0" && cells[5] != "1") {
        return fail(Kind::invalid, "negated is 0 or 1");
    }
    return AnnotationText{.disease_id = cells[0],
                          .disease_name = cells[1],
                          .term = cells[2],
                          .frequency = cells[3],
                          .aspect = cells[4],
                          .reference = cells[6],
                          .negated = cells[5] == "1"};
}

}  // namespace

Result<Ontology> parse_hpo_tsv(std::string_view terms, std::string_view obsolete) {
    OntologyParts parts;
    MN_DO(read_terms(terms, parts));
    if (!obsolete.empty()) {
        if (auto read = read_obsolete(obsolete, parts); !read) {
            return fail_in("obsolete terms", read.error());
        }
    }
    return Ontology::make(std::move(parts));
}

Result<Annotations> parse_annotations_tsv(std::string_view text) {
    MN_DO(internal::check_text(text));
    Lines lines(text);
    MN_TRY(std::string release, read_head(lines, kAnnotationsHeader));
    AnnotationsBuilder builder;
    std::vector<std::string_view> cells;
    while (lines.next()) {
        const auto row = parse_annotation_row(lines.line(), cells);
        if (!row) {
            return lines.fail_here(row.error().what);
        }
        if (const auto added = builder.add(*row); !added) {
            return lines.fail_here(added.error().what);
        }
    }
    return builder.finish(std::move(release));
}

}  // namespace mednexus::clinical
