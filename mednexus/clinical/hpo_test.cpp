#include "mednexus/clinical/hpo.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mednexus/clinical/internal/test_data.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::clinical {
namespace {

using ::testing::HasSubstr;

template <typename T>
std::string error_of(const Result<T>& result) {
    EXPECT_FALSE(result.has_value());
    return result ? std::string() : result.error().what;
}

// The other forms of a release, written from its TSV form, to be read back and compared.

std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) {
        out += (c == '\\' || c == '!' || c == '{') ? std::string("\\") + c : std::string(1, c);
    }
    return out;
}

std::string to_obo(const Ontology& ontology) {
    std::string out = "format-version: 1.2\ndata-version: hp/releases/" + ontology.release() +
                      "\nontology: hp\n\n! a comment\n";
    for (const Term& term : ontology.terms()) {
        out += "\n[Term]\nid: " + to_string(term.id) + "\nname: " + escaped(term.name) + "\n";
        out += "def: \"Text: with \\\"quotes\\\".\" [HPO:probinson] {a=\"b\"}\n";
        for (const TermId id : term.alt_ids) {
            out += "alt_id: " + to_string(id) + "\n";
        }
        for (const TermId id : term.parents) {
            out += "is_a: " + to_string(id) + " {source=\"x\"} ! a name\n";
        }
    }
    for (const ObsoleteTerm& term : ontology.obsolete()) {
        out += "\n[Term]\nid: " + to_string(term.id) + "\nname: " + escaped(term.name) +
               "\nis_obsolete: true\n";
        for (const TermId id : term.replaced_by) {
            out += "replaced_by: " + to_string(id) + "\n";
        }
        for (const TermId id : term.consider) {
            out += "consider: " + to_string(id) + "\n";
        }
    }
    return out + "\n[Typedef]\nid: part_of\nname: part of\nis_a: overlaps\n";
}

std::string iri(TermId id) {
    return fmt::format("http://purl.obolibrary.org/obo/HP_{:07}", id.number);
}

json::Object property(std::string_view predicate, const std::string& value) {
    json::Object out;
    out.set("pred", predicate);
    out.set("val", value);
    return out;
}

json::Object node(TermId id, const std::string& name, json::Array properties, bool deprecated) {
    json::Object meta;
    meta.set("basicPropertyValues", std::move(properties));
    if (deprecated) {
        meta.set("deprecated", true);
    }
    json::Object out;
    out.set("id", iri(id));
    out.set("lbl", name);
    out.set("type", "CLASS");
    out.set("meta", std::move(meta));
    return out;
}

constexpr std::string_view kAlternative =
    "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId";
constexpr std::string_view kConsider = "http://www.geneontology.org/formats/oboInOwl#consider";
constexpr std::string_view kReplacedBy = "http://purl.obolibrary.org/obo/IAO_0100001";

void add_term(const Term& term, json::Array& nodes, json::Array& edges) {
    json::Array properties;
    for (const TermId id : term.alt_ids) {
        properties.emplace_back(property(kAlternative, to_string(id)));
        // hp.json also has each merged id as a deprecated node
        json::Array merged;
        merged.emplace_back(property(kReplacedBy, iri(term.id)));
        nodes.emplace_back(node(id, "", std::move(merged), true));
    }
    nodes.emplace_back(node(term.id, term.name, std::move(properties), false));
    for (const TermId id : term.parents) {
        json::Object edge;
        edge.set("sub", iri(term.id));
        edge.set("pred", "is_a");
        edge.set("obj", iri(id));
        edges.emplace_back(std::move(edge));
    }
}

std::string to_obographs(const Ontology& ontology) {
    json::Array nodes;
    json::Array edges;
    for (const Term& term : ontology.terms()) {
        add_term(term, nodes, edges);
    }
    for (const ObsoleteTerm& term : ontology.obsolete()) {
        json::Array properties;
        for (const TermId id : term.replaced_by) {
            properties.emplace_back(property(kReplacedBy, iri(id)));
        }
        for (const TermId id : term.consider) {
            properties.emplace_back(property(kConsider, to_string(id)));
        }
        nodes.emplace_back(node(term.id, term.name, std::move(properties), true));
    }
    json::Object other;
    other.set("id", "http://purl.obolibrary.org/obo/UBERON_0000955");
    other.set("type", "CLASS");
    nodes.emplace_back(std::move(other));
    json::Object meta;
    meta.set(
        "version",
        fmt::format("http://purl.obolibrary.org/obo/hp/releases/{}/hp.json", ontology.release()));
    json::Object graph;
    graph.set("nodes", std::move(nodes));
    graph.set("edges", std::move(edges));
    graph.set("meta", std::move(meta));
    json::Array graphs;
    graphs.emplace_back(std::move(graph));
    json::Object document;
    document.set("graphs", std::move(graphs));
    return json::write_pretty(document);
}

constexpr std::string_view kHpoaHead =
    "#description: \"HPO annotations for rare diseases\"\n"
    "#version: 2025-05-06\n"
    "#hpo-version: http://purl.obolibrary.org/obo/hp/releases/2025-05-06/hp.json\n"
    "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\t"
    "modifier\taspect\tbiocuration\n";

std::string to_hpoa(std::string_view tsv) {
    std::string out(kHpoaHead);
    std::size_t line = 0;
    while (!tsv.empty()) {
        const std::string_view row = tsv.substr(0, tsv.find('\n'));
        tsv.remove_prefix(std::min(tsv.size(), row.size() + 1));
        if (++line <= 2) {
            continue;
        }
        std::vector<std::string_view> cells;
        for (std::string_view rest = row;;) {
            const std::size_t tab = rest.find('\t');
            cells.push_back(rest.substr(0, tab));
            if (tab == std::string_view::npos) {
                break;
            }
            rest.remove_prefix(tab + 1);
        }
        out += fmt::format("{}\t{}\t{}\t{}\t{}\tPCS\t\t{}\t\t\t{}\tHPO:x[2020-01-01]\n",
                           cells[0],
                           cells[1],
                           cells[5] == "1" ? "NOT" : "",
                           cells[2],
                           cells[6].empty() ? cells[0] : cells[6],
                           cells[3],
                           cells[4]);
    }
    return out;
}

TEST(Hpo, LoadsOneReleaseFromAnyOfItsForms) {
    const Hpo small = test::small_hpo();
    const auto from_obo = parse_hpo_obo(to_obo(*small.ontology));
    ASSERT_TRUE(from_obo) << from_obo.error().what;
    EXPECT_TRUE(*from_obo == *small.ontology);
    const auto from_json = parse_hpo_json(to_obographs(*small.ontology));
    ASSERT_TRUE(from_json) << from_json.error().what;
    EXPECT_TRUE(*from_json == *small.ontology);
    const auto from_hpoa = parse_hpoa(to_hpoa(test::kAnnotationsTsv));
    ASSERT_TRUE(from_hpoa) << from_hpoa.error().what;
    EXPECT_TRUE(*from_hpoa == small.annotations);
}

TEST(Hpo, LoadsThePublishedReleaseFromAnyOfItsForms) {
    MN_NEED_DATA(data);
    const auto hpo = load_hpo(test::folder_reader(data / "hpo"));
    ASSERT_TRUE(hpo) << hpo.error().what;
    EXPECT_EQ(hpo->ontology->release(), "2025-05-06");
    EXPECT_EQ(hpo->ontology->terms().size(), 19177U);
    EXPECT_EQ(hpo->ontology->obsolete().size(), 473U);
    EXPECT_EQ(hpo->annotations.rows().size(), 272000U);
    EXPECT_EQ(hpo->annotations.diseases().size(), 12690U);
    const auto from_obo = parse_hpo_obo(to_obo(*hpo->ontology));
    ASSERT_TRUE(from_obo) << from_obo.error().what;
    EXPECT_TRUE(*from_obo == *hpo->ontology);
    const auto from_json = parse_hpo_json(to_obographs(*hpo->ontology));
    ASSERT_TRUE(from_json) << from_json.error().what;
    EXPECT_TRUE(*from_json == *hpo->ontology);
    const auto from_hpoa =
        parse_hpoa(to_hpoa(test::read_text(data / "hpo" / "hpo_annotations.tsv")));
    ASSERT_TRUE(from_hpoa) << from_hpoa.error().what;
    EXPECT_TRUE(*from_hpoa == hpo->annotations);
}

TEST(Hpo, TakesTheFirstFormThatIsThere) {
    const std::string obo = to_obo(*test::small_hpo().ontology);
    const std::string hpoa = to_hpoa(test::kAnnotationsTsv);
    const FileReader reader = [&](std::string_view name) -> Result<std::string> {
        if (name == "hp.obo" || name == "phenotype.hpoa") {
            return name == "hp.obo" ? obo : hpoa;
        }
        return fail(Kind::not_found, "none");
    };
    const auto hpo = load_hpo(reader);
    ASSERT_TRUE(hpo) << hpo.error().what;
    EXPECT_TRUE(*hpo->ontology == *test::small_hpo().ontology);
}

TEST(Hpo, SaysWhichFileIsMissingOrUnreadable) {
    const FileReader nothing = [](std::string_view) -> Result<std::string> {
        return fail(Kind::not_found, "none");
    };
    EXPECT_EQ(load_hpo(nothing).error().kind, Kind::not_found);
    const FileReader broken = [](std::string_view) -> Result<std::string> {
        return fail(Kind::io, "disk");
    };
    EXPECT_EQ(load_hpo(broken).error().kind, Kind::io);
    EXPECT_THAT(error_of(load_hpo(broken)), HasSubstr("hpo_terms.tsv: disk"));
    const FileReader bad = [](std::string_view name) -> Result<std::string> {
        return name == "hpo_terms.tsv" ? Result<std::string>("nonsense")
                                       : fail(Kind::not_found, "none");
    };
    EXPECT_THAT(error_of(load_hpo(bad)), HasSubstr("hpo_terms.tsv: line 1: "));
}

TEST(HpoTsv, RefusesRowsThatBreakARuleWithTheLine) {
    const std::string head = "# x, 2025-05-06\nid\tname\tparents\talt_ids\n";
    const auto refuse = [&](const std::string& rows) {
        return error_of(parse_hpo_tsv(head + rows, ""));
    };
    EXPECT_EQ(refuse("HP:0000001\tAll\t\t\nHP:0000002\tx\n"), "line 4: a row has 4 columns");
    EXPECT_THAT(refuse("HP:1\tAll\t\t\n"), HasSubstr("line 3: an HPO id"));
    EXPECT_THAT(refuse("HP:0000001\tAll\tHP:0000001;\t\n"), HasSubstr("line 3: an HPO id"));
    EXPECT_THAT(refuse("HP:0000001\tAll\t\t\nHP:0000001\tAll\t\t\n"),
                HasSubstr("line 4: HP:0000001 is defined only once"));
    EXPECT_THAT(refuse("HP:0000001\tA\xff\t\t\n"), HasSubstr("line 3: text is UTF-8"));
    EXPECT_THAT(refuse(std::string("HP:0000001\tA\0\t\t\n", 16)), HasSubstr("line 3: text is"));
    EXPECT_THAT(refuse(""), HasSubstr("1 to 1048576 terms"));
    EXPECT_THAT(error_of(parse_hpo_tsv("", "")), HasSubstr("line 1: a version line"));
    EXPECT_THAT(error_of(parse_hpo_tsv("# no date\n", "")), HasSubstr("line 1"));
    EXPECT_THAT(error_of(parse_hpo_tsv("# 2025-05-06\nid\n", "")), HasSubstr("line 2"));
    EXPECT_THAT(
        error_of(parse_hpo_tsv(test::kTermsTsv, "# 2024-01-01\nid\tname\treplaced_by\tconsider\n")),
        HasSubstr("same release"));
}

TEST(HpoTsv, TakesWindowsLineEndsAndAByteOrderMark) {
    const auto made = parse_hpo_tsv(
        "\xEF\xBB\xBF# x, 2025-05-06\r\nid\tname\tparents\talt_ids\r\nHP:0000001\tAll\t\t\r\n", "");
    ASSERT_TRUE(made) << made.error().what;
    EXPECT_EQ(made->terms()[0].name, "All");
}

TEST(HpoObo, RefusesWhatBreaksARuleWithTheLine) {
    const std::string head = "data-version: hp/releases/2025-05-06\n\n";
    EXPECT_THAT(error_of(parse_hpo_obo("")), HasSubstr("data-version"));
    EXPECT_THAT(error_of(parse_hpo_obo(head + "[Term]\nid: HP:12\n")), HasSubstr("line 3: "));
    EXPECT_THAT(error_of(parse_hpo_obo(head + "[Term]\nname: x\n\n[Term]\nid: HP:0000001\n")),
                HasSubstr("line 3: a term has an id"));
    EXPECT_THAT(error_of(parse_hpo_obo(head + "[Term]\nid: HP:0000001\nnonsense\n")),
                HasSubstr("line 5: a line is"));
    EXPECT_THAT(error_of(parse_hpo_obo(head + "[Term]\nid: HP:0000001\nis_a: HP:0000002 ! gone\n")),
                HasSubstr("line 3: parent HP:0000002 is a term"));
    EXPECT_THAT(error_of(parse_hpo_obo(head + "[Term]\nid: HP:0000001\nid: HP:0000002\n")),
                HasSubstr("line 5: a stanza has one id"));
}

TEST(HpoJson, RefusesWhatBreaksARule) {
    EXPECT_THAT(error_of(parse_hpo_json("")), HasSubstr("line 1"));
    EXPECT_THAT(error_of(parse_hpo_json("{}")), HasSubstr("\"graphs\""));
    EXPECT_THAT(error_of(parse_hpo_json(R"({"graphs":[{"nodes":[]}]})")), HasSubstr("\"edges\""));
    EXPECT_THAT(error_of(parse_hpo_json(R"({"graphs":[{"edges":[]}]})")), HasSubstr("\"nodes\""));
    EXPECT_THAT(error_of(parse_hpo_json(R"({"graphs":[{"nodes":[],"edges":[]}]})")),
                HasSubstr("names a release"));
    EXPECT_THAT(error_of(parse_hpo_json(
                    R"({"graphs":[{"meta":{"version":"2025-05-06"},"edges":[],)"
                    "\n"
                    R"("nodes":[{"id":"HP:0000001","type":"CLASS"},{"id":"HP:0000001"}]}]})")),
                HasSubstr("line 2: HP:0000001 is defined only once"));
}

TEST(Hpo, AcknowledgesTheConsortiumWithTheVersion) {
    EXPECT_EQ(hpo_acknowledgement("2025-05-06"),
              "This service/product is using the Human Phenotype Ontology (version 2025-05-06). "
              "Find out more at http://www.human-phenotype-ontology.org");
}

TEST(Hpo, ReportsUnknownTermsOnceInOrder) {
    const Hpo small = test::small_hpo();
    const std::vector<std::string_view> ids{
        "HP:0009999", "HP:0001250", "HP:0001333", "HP:0008888", "HP:0009999"};
    EXPECT_EQ(unknown_terms(ids, *small.ontology),
              (std::vector<std::string>{"HP:0009999", "HP:0008888"}));
}

}  // namespace
}  // namespace mednexus::clinical
