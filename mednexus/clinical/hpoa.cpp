#include <string>
#include <vector>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/clinical/internal/annotations_builder.hpp"
#include "mednexus/clinical/internal/lines.hpp"

namespace mednexus::clinical {

namespace {

using internal::Lines;

constexpr std::string_view kHeader =
    "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\t"
    "modifier\taspect\tbiocuration";
constexpr std::size_t kColumns = 12;
constexpr std::string_view kVersionKey = "#version:";

Result<AnnotationText> parse_row(std::string_view line, std::vector<std::string_view>& cells) {
    internal::split(line, '\t', cells);
    if (cells.size() != kColumns) {
        return fail(Kind::invalid, "a row has 12 columns");
    }
    if (!cells[2].empty() && cells[2] != "NOT") {
        return fail(Kind::invalid, "qualifier is empty or NOT");
    }
    // The disease entry itself as its only reference says nothing about a publication.
    const std::string_view reference = cells[4] == cells[0] ? std::string_view() : cells[4];
    return AnnotationText{.disease_id = cells[0],
                          .disease_name = cells[1],
                          .term = cells[3],
                          .frequency = cells[7],
                          .aspect = cells[10],
                          .reference = reference,
                          .negated = cells[2] == "NOT"};
}

/// Reads the comment lines and the header line; returns the release.
Result<std::string> read_head(Lines& lines) {
    std::string release;
    while (lines.next()) {
        const std::string_view line = lines.line();
        if (line.substr(0, kVersionKey.size()) == kVersionKey) {
            release = internal::find_date(line);
        }
        if (line == kHeader) {
            return release;
        }
        if (line.substr(0, 1) != "#") {
            return lines.fail_here("the header line names the columns of phenotype.hpoa");
        }
    }
    return fail(Kind::invalid, "line 1: the file has a header line");
}

}  // namespace

Result<Annotations> parse_hpoa(std::string_view text) {
    MN_DO(internal::check_text(text));
    Lines lines(text);
    MN_TRY(std::string release, read_head(lines));
    AnnotationsBuilder builder;
    std::vector<std::string_view> cells;
    while (lines.next()) {
        const auto row = parse_row(lines.line(), cells);
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
