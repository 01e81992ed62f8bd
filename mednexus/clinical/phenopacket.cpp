#include "mednexus/clinical/phenopacket.hpp"

#include <algorithm>
#include <array>

#include "mednexus/clinical/internal/enumerators.hpp"
#include "mednexus/clinical/internal/fields.hpp"
#include "mednexus/clinical/internal/phenopacket_reader.hpp"

namespace mednexus::clinical {

namespace {

using internal::Fields;
using internal::Findings;
using internal::Need;

constexpr json::Limits kLimits{
    .size_bytes_max = kPhenopacketBytesMax, .depth_max = 64, .values_max = 1U << 20U};

constexpr std::array<std::string_view, 1> kDescription{"description"};
constexpr std::array<std::string_view, 1> kEvidence{"evidence"};
constexpr std::array<std::string_view, 1> kAlternateIds{"alternateIds"};
constexpr std::array<std::string_view, 3> kSubjectRest{"karyotypicSex", "gender", "taxonomy"};
constexpr std::array<std::string_view, 1> kSurvival{"survivalTimeInDays"};
constexpr std::array<std::string_view, 5> kDiseaseRest{
    "resolution", "diseaseStage", "clinicalTnmFinding", "primarySite", "laterality"};
constexpr std::array<std::string_view, 3> kPacketRest{
    "measurements", "biosamples", "medicalActions"};
constexpr std::array<std::string_view, 1> kFiles{"files"};

/// The enumerator at the position of `name`; the first when it is empty.
template <typename Enum, std::size_t N>
Enum enumerator_of(std::string_view name, const std::array<std::string_view, N>& names) {
    const auto at = std::find(names.begin(), names.end(), name);
    return at == names.end() ? Enum{} : static_cast<Enum>(at - names.begin());
}

void read_vital_status(Fields fields, Case& out) {
    const std::string status = fields.name("status", internal::kVitalStatusNames);
    out.vital_status = enumerator_of<VitalStatus>(status, internal::kVitalStatusNames);
    out.time_of_death = internal::read_time(fields, "timeOfDeath");
    out.cause_of_death = internal::read_class(fields, "causeOfDeath");
    fields.leave_out("not kept", kSurvival);
    fields.finish();
}

void read_subject(Fields fields, Case& out) {
    out.subject_id = fields.text("id", internal::plain_id, Need::required);
    out.date_of_birth = fields.text("dateOfBirth", internal::timestamp);
    out.age = internal::read_time(fields, "timeAtLastEncounter");
    out.sex = enumerator_of<Sex>(fields.name("sex", internal::kSexNames), internal::kSexNames);
    if (auto status = fields.object("vitalStatus")) {
        read_vital_status(std::move(*status), out);
    }
    fields.leave_out("identifier", kAlternateIds);
    fields.leave_out("not kept", kSubjectRest);
    fields.finish();
}

Finding read_finding(Fields fields) {
    Finding finding;
    finding.term = internal::read_class(fields, "type", Need::required).value_or(OntologyClass{});
    finding.excluded = fields.flag("excluded");
    finding.onset = internal::read_time(fields, "onset");
    finding.resolution = internal::read_time(fields, "resolution");
    finding.severity = internal::read_class(fields, "severity");
    const auto modifiers = fields.array("modifiers", internal::kListMax);
    for (std::size_t i = 0; i < modifiers.size(); ++i) {
        finding.modifiers.push_back(internal::read_class_of(
            Fields(modifiers[i], fields.pointer_to("modifiers", i), fields.findings())));
    }
    fields.leave_out("free text", kDescription);
    fields.leave_out("not kept", kEvidence);
    fields.finish();
    return finding;
}

Disease read_disease(Fields fields) {
    Disease disease;
    disease.term = internal::read_class(fields, "term", Need::required).value_or(OntologyClass{});
    disease.excluded = fields.flag("excluded");
    disease.onset = internal::read_time(fields, "onset");
    fields.leave_out("not kept", kDiseaseRest);
    fields.finish();
    return disease;
}

Case read_packet(Fields fields) {
    Case out;
    out.id = fields.text("id", internal::plain_id, Need::required);
    if (auto subject = fields.object("subject")) {
        read_subject(std::move(*subject), out);
    }
    const auto findings = fields.array("phenotypicFeatures", kTermsPerCaseMax);
    for (std::size_t i = 0; i < findings.size(); ++i) {
        out.findings.push_back(read_finding(
            Fields(findings[i], fields.pointer_to("phenotypicFeatures", i), fields.findings())));
    }
    const auto diseases = fields.array("diseases", internal::kListMax);
    for (std::size_t i = 0; i < diseases.size(); ++i) {
        out.diseases.push_back(
            read_disease(Fields(diseases[i], fields.pointer_to("diseases", i), fields.findings())));
    }
    out.diagnoses = internal::read_diagnoses(fields);
    out.meta = internal::read_meta(fields);
    fields.leave_out("not kept", kPacketRest);
    fields.leave_out("file", kFiles);
    fields.finish();
    return out;
}

/// What came of reading: a case that may be used only when there is no issue.
struct Read {
    ParsedCase parsed;
    std::vector<Issue> issues;
};

Read read(std::string_view text) {
    Read out;
    const auto document = json::parse(text, kLimits);
    if (!document) {
        out.issues.push_back(internal::issue_of(document.error(), 0));
        return out;
    }
    Findings findings(text);
    Fields packet(*document, "", findings);
    if (packet.is_object()) {
        out.parsed.value = read_packet(std::move(packet));
    }
    out.issues = findings.take_issues();
    out.parsed.left_out = findings.take_left_out();
    return out;
}

}  // namespace

Result<ParsedCase> parse_phenopacket(std::string_view text) {
    Read result = read(text);
    if (!result.issues.empty()) {
        return fail_with(result.issues.front());
    }
    return std::move(result.parsed);
}

std::vector<Issue> check_phenopacket(std::string_view text) {
    return read(text).issues;
}

}  // namespace mednexus::clinical
