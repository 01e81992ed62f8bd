#include "mednexus/clinical/internal/phenopacket_reader.hpp"

#include <array>

namespace mednexus::clinical::internal {

namespace {

constexpr std::uint64_t kWeeksMax = 60;
constexpr std::uint64_t kDaysMax = 6;
constexpr std::array<std::string_view, 6> kTimeForms{
    "age", "ageRange", "gestationalAge", "ontologyClass", "timestamp", "interval"};

Age read_age(Fields fields) {
    Age age{fields.text("iso8601duration", duration, Need::required)};
    fields.finish();
    return age;
}

TimeElement read_age_range(Fields fields) {
    AgeRange range;
    if (auto start = fields.object("start", Need::required)) {
        range.start = read_age(std::move(*start));
    }
    if (auto end = fields.object("end", Need::required)) {
        range.end = read_age(std::move(*end));
    }
    fields.finish();
    return range;
}

TimeElement read_gestational_age(Fields fields) {
    GestationalAge age;
    age.weeks = static_cast<std::uint32_t>(fields.count("weeks", kWeeksMax));
    age.days = static_cast<std::uint32_t>(fields.count("days", kDaysMax));
    fields.finish();
    return age;
}

TimeElement read_interval(Fields fields) {
    Interval interval;
    interval.start.rfc3339 = fields.text("start", timestamp, Need::required);
    interval.end.rfc3339 = fields.text("end", timestamp, Need::required);
    fields.finish();
    return interval;
}

TimeElement read_time_form(Fields& fields, std::string_view form) {
    if (form == "timestamp") {
        return Timestamp{fields.text(form, timestamp, Need::required)};
    }
    auto inner = fields.object(form);
    if (!inner) {
        return {};
    }
    if (form == "age") {
        return read_age(std::move(*inner));
    }
    if (form == "ageRange") {
        return read_age_range(std::move(*inner));
    }
    if (form == "gestationalAge") {
        return read_gestational_age(std::move(*inner));
    }
    if (form == "interval") {
        return read_interval(std::move(*inner));
    }
    return read_class_of(std::move(*inner));
}

Resource read_resource(Fields fields) {
    Resource resource{.id = fields.text("id", plain_id, Need::required),
                      .name = fields.text("name", label, Need::required),
                      .url = fields.text("url", label, Need::required),
                      .version = fields.text("version", label, Need::required),
                      .namespace_prefix = fields.text("namespacePrefix", plain_id, Need::required),
                      .iri_prefix = fields.text("iriPrefix", label, Need::required)};
    fields.finish();
    return resource;
}

Reference read_reference(Fields fields) {
    Reference reference{.id = fields.text("id", plain_id),
                        .reference = fields.text("reference", label),
                        .description = fields.text("description", label)};
    fields.finish();
    return reference;
}

std::optional<std::string> schema_version(std::string_view text) {
    if (text == "2" || text.starts_with("2.")) {
        return label(text);
    }
    return "the schema version is 2 or 2.x";
}

}  // namespace

std::optional<OntologyClass> read_class(Fields& fields, std::string_view key, Need need) {
    auto inner = fields.object(key, need);
    return inner ? std::optional(read_class_of(std::move(*inner))) : std::nullopt;
}

OntologyClass read_class_of(Fields fields) {
    OntologyClass out{.id = fields.text("id", term_id, Need::required),
                      .label = fields.text("label", label, Need::required)};
    fields.finish();
    return out;
}

TimeElement read_time(Fields& fields, std::string_view key) {
    auto inner = fields.object(key);
    if (!inner) {
        return {};
    }
    TimeElement out;
    std::size_t forms = 0;
    for (const std::string_view form : kTimeForms) {
        if (inner->find(form) != nullptr) {
            out = read_time_form(*inner, form);
            ++forms;
        }
    }
    if (forms != 1) {
        inner->issue_here("a time element has exactly one of its six forms");
    }
    inner->finish();
    return out;
}

MetaData read_meta(Fields& packet) {
    MetaData meta;
    auto fields = packet.object("metaData", Need::required);
    if (!fields) {
        return meta;
    }
    meta.created = fields->text("created", timestamp, Need::required);
    meta.created_by = fields->text("createdBy", label, Need::required);
    meta.submitted_by = fields->text("submittedBy", label);
    meta.schema_version = fields->text("phenopacketSchemaVersion", schema_version, Need::required);
    const auto resources = fields->array("resources", kListMax, Need::required);
    for (std::size_t i = 0; i < resources.size(); ++i) {
        meta.resources.push_back(read_resource(
            Fields(resources[i], fields->pointer_to("resources", i), fields->findings())));
    }
    const auto references = fields->array("externalReferences", kListMax);
    for (std::size_t i = 0; i < references.size(); ++i) {
        meta.references.push_back(read_reference(Fields(
            references[i], fields->pointer_to("externalReferences", i), fields->findings())));
    }
    fields->leave_out("not kept", std::array<std::string_view, 1>{"updates"});
    fields->finish();
    return meta;
}

}  // namespace mednexus::clinical::internal
