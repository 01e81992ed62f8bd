#include <string>
#include <vector>

#include "mednexus/clinical/hpo.hpp"
#include "mednexus/clinical/internal/lines.hpp"

namespace mednexus::clinical {

namespace {

using internal::Lines;

constexpr std::string_view kPrefix = "HP:";

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
        text.remove_suffix(1);
    }
    return text;
}

/// The value of a tag without its comment (" ! …") and with escapes resolved. Source: OBO 1.4,
/// section 2.3.
std::string unescape(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '!') {
            break;
        }
        if (value[i] != '\\' || i + 1 == value.size()) {
            out += value[i];
            continue;
        }
        ++i;
        out += value[i] == 'n' ? '\n' : value[i] == 't' ? '\t' : value[i] == 'W' ? ' ' : value[i];
    }
    return std::string(trim(out));
}

/// An id value: up to a comment or a trailing modifier "{…}".
std::string_view id_value(std::string_view value) {
    return trim(value.substr(0, value.find_first_of(" !{")));
}

/// One [Term] stanza while it is read.
struct Stanza {
    bool is_term = false;  ///< a stanza of another kind is skipped
    bool is_obsolete = false;
    std::uint64_t line = 0;
    std::string_view id;
    std::string name;
    std::vector<TermId> is_a;
    std::vector<TermId> alt_ids;
    std::vector<TermId> replaced_by;
    std::vector<TermId> consider;
};

/// Terms of other ontologies may stand in the file; they and links to them are left out.
Result<void> add_id(std::string_view value, std::vector<TermId>& to) {
    const std::string_view id = id_value(value);
    if (id.substr(0, kPrefix.size()) != kPrefix) {
        return {};
    }
    MN_TRY(const TermId parsed, parse_term_id(id));
    to.push_back(parsed);
    return {};
}

Result<void> read_tag(std::string_view tag, std::string_view value, Stanza& stanza) {
    if (tag == "id") {
        if (!stanza.id.empty()) {
            return fail(Kind::invalid, "a stanza has one id");
        }
        stanza.id = id_value(value);
    } else if (tag == "name") {
        stanza.name = unescape(value);
    } else if (tag == "is_obsolete") {
        stanza.is_obsolete = id_value(value) == "true";
    } else if (tag == "is_a") {
        return add_id(value, stanza.is_a);
    } else if (tag == "alt_id") {
        return add_id(value, stanza.alt_ids);
    } else if (tag == "replaced_by") {
        return add_id(value, stanza.replaced_by);
    } else if (tag == "consider") {
        return add_id(value, stanza.consider);
    }
    return {};
}

Result<void> finish_stanza(Stanza& stanza, OntologyParts& parts) {
    if (!stanza.is_term) {
        return {};
    }
    if (stanza.id.empty()) {
        return internal::fail_at_line(stanza.line, "a term has an id");
    }
    if (stanza.id.substr(0, kPrefix.size()) != kPrefix) {
        return {};
    }
    const auto id = parse_term_id(stanza.id);
    if (!id) {
        return internal::fail_at_line(stanza.line, id.error().what);
    }
    if (stanza.is_obsolete) {
        parts.obsolete.push_back({*id,
                                  std::move(stanza.name),
                                  std::move(stanza.replaced_by),
                                  std::move(stanza.consider)});
        parts.obsolete_lines.push_back(stanza.line);
    } else {
        parts.terms.push_back(
            {*id, std::move(stanza.name), std::move(stanza.is_a), std::move(stanza.alt_ids)});
        parts.term_lines.push_back(stanza.line);
    }
    return {};
}

/// "data-version: hp/releases/2025-05-06" or a plain date.
std::string release_of(std::string_view value) {
    return internal::find_date(value);
}

}  // namespace

Result<Ontology> parse_hpo_obo(std::string_view text) {
    MN_DO(internal::check_text(text));
    OntologyParts parts;
    Stanza stanza;
    bool in_header = true;
    Lines lines(text);
    while (lines.next()) {
        const std::string_view line = trim(lines.line());
        if (line.empty() || line.front() == '!') {
            continue;
        }
        if (line.front() == '[') {
            MN_DO(finish_stanza(stanza, parts));
            stanza = Stanza{};
            stanza.is_term = line == "[Term]";
            stanza.line = lines.number();
            in_header = false;
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) {
            return lines.fail_here("a line is \"tag: value\"");
        }
        const std::string_view value = trim(line.substr(colon + 1));
        if (in_header && line.substr(0, colon) == "data-version") {
            parts.release = release_of(value);
        } else if (auto read = read_tag(line.substr(0, colon), value, stanza); !read) {
            return lines.fail_here(read.error().what);
        }
    }
    MN_DO(finish_stanza(stanza, parts));
    if (parts.release.empty()) {
        return internal::fail_at_line(1, "the header has \"data-version\" with a date");
    }
    return Ontology::make(std::move(parts));
}

}  // namespace mednexus::clinical
