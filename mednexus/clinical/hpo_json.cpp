#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/clinical/internal/lines.hpp"
#include "mednexus/codec/json.hpp"

namespace mednexus::clinical {

namespace {

constexpr std::string_view kIriPrefix = "http://purl.obolibrary.org/obo/HP_";
constexpr std::string_view kReplacedBy = "http://purl.obolibrary.org/obo/IAO_0100001";
constexpr std::string_view kAltId = "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId";
constexpr std::string_view kConsider = "http://www.geneontology.org/formats/oboInOwl#consider";
constexpr json::Limits kLimits{
    .size_bytes_max = kHpoFileBytesMax, .depth_max = 64, .values_max = 1U << 25U};

/// An error at a JSON value, with line and column.
class Places {
public:
    explicit Places(std::string_view text) : text_(text) {}

    [[nodiscard]] Failure fail_at(const json::Value& value, std::string_view rule) const {
        const json::Place place = json::place_of(text_, value.offset());
        return fail(Kind::invalid,
                    fmt::format("line {}, column {}: {}", place.line, place.column, rule));
    }

private:
    std::string_view text_;
};

const json::Value* member(const json::Value& value, std::string_view key) {
    const json::Object* object = value.as_object();
    return object == nullptr ? nullptr : object->find(key);
}

/// The string member, or empty when it is absent or no string.
std::string_view text_member(const json::Value& value, std::string_view key) {
    const json::Value* found = member(value, key);
    const std::string* text = found == nullptr ? nullptr : found->as_string();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

bool is_true(const json::Value* value) {
    const bool* flag = value == nullptr ? nullptr : value->as_bool();
    return flag != nullptr && *flag;
}

/// "http://purl.obolibrary.org/obo/HP_0000118" or "HP:0000118"; unlike both: no term of HPO.
std::optional<TermId> term_of(std::string_view text) {
    if (text.substr(0, kIriPrefix.size()) == kIriPrefix) {
        const auto id = parse_term_id("HP:" + std::string(text.substr(kIriPrefix.size())));
        return id ? std::optional(*id) : std::nullopt;
    }
    const auto id = parse_term_id(text);
    return id ? std::optional(*id) : std::nullopt;
}

/// The ids that a node's basic property values name under one predicate.
std::vector<TermId> properties(const json::Value& node, std::string_view predicate) {
    std::vector<TermId> ids;
    const json::Value* meta = member(node, "meta");
    const json::Value* values = meta == nullptr ? nullptr : member(*meta, "basicPropertyValues");
    if (values == nullptr || values->as_array() == nullptr) {
        return ids;
    }
    for (const json::Value& property : *values->as_array()) {
        if (text_member(property, "pred") == predicate) {
            if (const auto id = term_of(text_member(property, "val"))) {
                ids.push_back(*id);
            }
        }
    }
    return ids;
}

bool is_deprecated(const json::Value& node) {
    const json::Value* meta = member(node, "meta");
    return meta != nullptr && is_true(member(*meta, "deprecated"));
}

using Parents = std::unordered_map<std::uint32_t, std::vector<TermId>>;

/// is_a edges between terms of HPO, by the number of the lower one.
Result<Parents> read_edges(const json::Value& graph, const Places& places) {
    Parents parents;
    const json::Value* edges = member(graph, "edges");
    if (edges == nullptr || edges->as_array() == nullptr) {
        return places.fail_at(graph, "a graph has an array \"edges\"");
    }
    for (const json::Value& edge : *edges->as_array()) {
        if (text_member(edge, "pred") != "is_a") {
            continue;
        }
        const auto below = term_of(text_member(edge, "sub"));
        const auto above = term_of(text_member(edge, "obj"));
        if (below && above) {
            parents[below->number].push_back(*above);
        }
    }
    return parents;
}

std::uint64_t line_of(std::string_view text,
                      const json::Value& value,
                      std::size_t& at,
                      std::uint64_t& line) {
    for (; at < value.offset(); ++at) {
        line += text[at] == '\n' ? 1U : 0U;
    }
    return line;
}

/// A deprecated node without a label whose id is an alternative of a term is only that alternative,
/// not an obsolete term.
void drop_merged(OntologyParts& parts) {
    std::unordered_set<std::uint32_t> alternatives;
    for (const Term& term : parts.terms) {
        for (const TermId id : term.alt_ids) {
            alternatives.insert(id.number);
        }
    }
    std::erase_if(parts.obsolete, [&](const ObsoleteTerm& term) {
        return term.name.empty() && alternatives.contains(term.id.number);
    });
}

Result<OntologyParts> read_nodes(const json::Value& graph,
                                 Parents parents,
                                 std::string_view text,
                                 const Places& places) {
    const json::Value* nodes = member(graph, "nodes");
    if (nodes == nullptr || nodes->as_array() == nullptr) {
        return places.fail_at(graph, "a graph has an array \"nodes\"");
    }
    OntologyParts parts;
    std::size_t at = 0;
    std::uint64_t line = 1;
    for (const json::Value& node : *nodes->as_array()) {
        const std::string_view type = text_member(node, "type");
        const auto id = term_of(text_member(node, "id"));
        if (!id || (!type.empty() && type != "CLASS")) {
            continue;
        }
        std::string name(text_member(node, "lbl"));
        if (is_deprecated(node)) {
            parts.obsolete.push_back(
                {*id, std::move(name), properties(node, kReplacedBy), properties(node, kConsider)});
            continue;
        }
        parts.terms.push_back(
            {*id, std::move(name), std::move(parents[id->number]), properties(node, kAltId)});
        parts.term_lines.push_back(line_of(text, node, at, line));
    }
    drop_merged(parts);
    return parts;
}

}  // namespace

Result<Ontology> parse_hpo_json(std::string_view text) {
    MN_TRY(const json::Value document, json::parse(text, kLimits));
    const Places places(text);
    const json::Value* graphs = member(document, "graphs");
    const json::Array* list = graphs == nullptr ? nullptr : graphs->as_array();
    if (list == nullptr || list->empty()) {
        return places.fail_at(document, "an OBO Graphs document has a graph in \"graphs\"");
    }
    const json::Value& graph = list->front();
    MN_TRY(Parents parents, read_edges(graph, places));
    MN_TRY(OntologyParts parts, read_nodes(graph, std::move(parents), text, places));
    const json::Value* meta = member(graph, "meta");
    parts.release = meta == nullptr ? "" : internal::find_date(text_member(*meta, "version"));
    if (parts.release.empty()) {
        return places.fail_at(graph, R"("meta"."version" names a release, YYYY-MM-DD)");
    }
    return Ontology::make(std::move(parts));
}

}  // namespace mednexus::clinical
