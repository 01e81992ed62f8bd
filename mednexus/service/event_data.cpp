/// The data of the kinds that others than the writer read.
#include <algorithm>
#include <array>

#include "mednexus/service/event.hpp"
#include "mednexus/service/internal/record_fields.hpp"

namespace mednexus::service {

using namespace internal;  // NOLINT(google-build-using-namespace): our own fields

namespace {

constexpr std::uint64_t kCountMax = (1ULL << 53U) - 1;
constexpr std::array<Outcome, 3> kOutcomes{Outcome::holds, Outcome::fails, Outcome::not_reached};

json::Value json_of(const std::vector<RuleRecord>& rules) {
    json::Array out;
    for (const RuleRecord& one : rules) {
        json::Object rule;
        rule.set("rule", one.rule);
        rule.set("outcome", name_of(one.outcome));
        out.emplace_back(std::move(rule));
    }
    return out;
}

Result<Outcome> parse_outcome(std::string_view name) {
    const auto* found = std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](Outcome outcome) {
        return name_of(outcome) == name;
    });
    if (found == kOutcomes.end()) {
        return fail(Kind::invalid, "event: an outcome that does not exist");
    }
    return *found;
}

Result<std::vector<RuleRecord>> read_rules(json::Reader& reader) {
    MN_TRY(const json::Array* list, reader.array("rules"));
    std::vector<RuleRecord> out;
    for (const json::Value& one : *list) {
        json::Reader rule(one, "event.data.rules");
        RuleRecord record;
        MN_TRY(record.rule, rule.string("rule"));
        MN_TRY(const std::string outcome, rule.string("outcome"));
        MN_TRY(record.outcome, parse_outcome(outcome));
        MN_DO(rule.finish());
        out.push_back(std::move(record));
    }
    return out;
}

void set_chain(json::Object& out, const std::optional<ChainEvidence>& chain) {
    if (!chain) {
        return;
    }
    json::Object block;
    block.set("block", chain->block);
    block.set("hash", hex(chain->hash));
    block.set("id", chain->chain_id);
    block.set("time", to_rfc3339(chain->time));
    out.set("chain", std::move(block));
}

Result<std::optional<ChainEvidence>> read_chain(json::Reader& reader) {
    const json::Value* const value = reader.optional("chain");
    if (value == nullptr) {
        return std::optional<ChainEvidence>();
    }
    json::Reader block(*value, "event.data.chain");
    ChainEvidence out;
    MN_TRY(out.block, read_count(block, "block", kCountMax));
    MN_TRY(out.hash, read_hash(block, "hash"));
    MN_TRY(out.chain_id, read_count(block, "id", kCountMax));
    MN_TRY(out.time, read_time(block, "time"));
    MN_DO(block.finish());
    return std::optional(out);
}

Result<void> expect_kind(const Event& event, EventKind kind) {
    if (event.kind != kind) {
        return fail(Kind::invalid, "event: is not of kind " + std::string(name_of(kind)));
    }
    return {};
}

Result<MatchResultData::AnswerRef> read_answer_ref(const json::Value& value) {
    json::Reader reader(value, "event.data.answers");
    MatchResultData::AnswerRef out;
    MN_TRY(out.answer, read_hash(reader, "answer"));
    MN_TRY(out.institution, read_checked(reader, "institution", &is_institution_name));
    MN_DO(reader.finish());
    return out;
}

/// "lift.differs": words of a-z, '.' or '_' between them.
bool is_rule_name(std::string_view name) noexcept {
    constexpr std::size_t kSizeMax = 64;
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !name.empty() && name.size() <= kSizeMax && is_letter(name.front()) &&
           is_letter(name.back()) && std::all_of(name.begin(), name.end(), [&](char c) {
               return is_letter(c) || c == '.' || c == '_';
           });
}

}  // namespace

std::vector<RuleRecord> rule_records_of(const Verdict& verdict) {
    std::vector<RuleRecord> out;
    for (const RuleOutcome& one : verdict.rules) {
        out.push_back({std::string(one.rule), one.outcome});
    }
    return out;
}

bool grants_by(const std::vector<RuleRecord>& rules,
               std::span<const std::string_view> names) noexcept {
    return std::equal(rules.begin(),
                      rules.end(),
                      names.begin(),
                      names.end(),
                      [](const RuleRecord& one, std::string_view name) {
                          return one.rule == name && one.outcome == Outcome::holds;
                      });
}

json::Object to_json(const DecisionData& data) {
    json::Object out;
    out.set("release", name_of(data.release));
    out.set("requester", data.requester);
    out.set("purpose", code_of(data.purpose));
    out.set("granted", data.granted);
    out.set("rules", json_of(data.rules));
    out.set("commitment", hex(data.commitment));
    set_chain(out, data.chain);
    return out;
}

json::Object to_json(const MatchDecisionData& data) {
    json::Object out;
    out.set("release", name_of(ReleaseKind::opening_share));
    out.set("requester", data.requester);
    out.set("purpose", code_of(data.purpose));
    out.set("granted", data.granted);
    out.set("rules", json_of(data.rules));
    out.set("request", hex(data.request));
    out.set("count", data.count);
    out.set("permitted", data.permitted);
    out.set("slots_root", hex(data.slots_root));
    set_chain(out, data.chain);
    return out;
}

json::Object to_json(const LiftDecisionData& data) {
    json::Object out;
    out.set("release", name_of(ReleaseKind::lift_key));
    out.set("requester", data.requester);
    out.set("granted", data.granted);
    out.set("rules", json_of(data.rules));
    out.set("consortium", hex(data.consortium));
    set_chain(out, data.chain);
    return out;
}

json::Object to_json(const ShareReleasedData& data) {
    json::Object out;
    out.set("commitment", hex(data.commitment));
    out.set("decision", hex(data.decision));
    out.set("purpose", code_of(data.purpose));
    out.set("recipient", data.recipient);
    out.set("root", codec::to_hex_0x(data.root.view()));
    return out;
}

json::Object to_json(const MatchRequestedData& data) {
    json::Object out;
    out.set("consortium", hex(data.consortium));
    out.set("epoch", data.epoch);
    out.set("profile", hex(data.profile));
    out.set("purpose", code_of(data.purpose));
    out.set("query", hex(data.query));
    out.set("query_commitment", hex(data.query_commitment));
    out.set("recipients", list_of(data.recipients));
    out.set("top", data.top);
    return out;
}

json::Object to_json(const MatchAnsweredData& data) {
    json::Object out;
    out.set("answer", hex(data.answer));
    out.set("decision", hex(data.decision));
    out.set("request", hex(data.request));
    out.set("count", data.count);
    out.set("permitted", data.permitted);
    return out;
}

json::Object to_json(const MatchResultData& data) {
    json::Array answers;
    for (const MatchResultData::AnswerRef& one : data.answers) {
        json::Object ref;
        ref.set("answer", hex(one.answer));
        ref.set("institution", one.institution);
        answers.emplace_back(std::move(ref));
    }
    json::Object out;
    out.set("answers", std::move(answers));
    out.set("query_commitment", hex(data.query_commitment));
    out.set("request", hex(data.request));
    out.set("result", hex(data.result));
    return out;
}

json::Object to_json(const MatchScoredData& data) {
    json::Object out;
    out.set("outputs", hex(data.outputs));
    return out;
}

json::Object to_json(const RefusedData& data) {
    json::Object out;
    out.set("object", hex(data.object));
    out.set("rule", data.rule);
    out.set("subject", data.subject);
    return out;
}

Result<DecisionData> parse_decision(const Event& event) {
    MN_DO(expect_kind(event, EventKind::decision));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    DecisionData out;
    MN_TRY(const std::string release, reader.string("release"));
    MN_TRY(out.release, parse_release_kind(release));
    MN_TRY(out.requester, read_checked(reader, "requester", &is_institution_name));
    MN_TRY(out.purpose, read_purpose(reader));
    MN_TRY(out.granted, reader.boolean("granted"));
    MN_TRY(out.rules, read_rules(reader));
    MN_TRY(out.commitment, read_hash(reader, "commitment"));
    MN_TRY(out.chain, read_chain(reader));
    MN_DO(reader.finish());
    return out;
}

Result<LiftDecisionData> parse_lift_decision(const Event& event) {
    MN_DO(expect_kind(event, EventKind::decision));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    MN_DO(expect_text(reader, "release", name_of(ReleaseKind::lift_key)));
    LiftDecisionData out;
    MN_TRY(out.requester, read_checked(reader, "requester", &is_institution_name));
    MN_TRY(out.granted, reader.boolean("granted"));
    MN_TRY(out.rules, read_rules(reader));
    MN_TRY(out.consortium, read_hash(reader, "consortium"));
    MN_TRY(out.chain, read_chain(reader));
    MN_DO(reader.finish());
    return out;
}

Result<ShareReleasedData> parse_share_released(const Event& event) {
    MN_DO(expect_kind(event, EventKind::share_released));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    ShareReleasedData out;
    MN_TRY(out.commitment, read_hash(reader, "commitment"));
    MN_TRY(out.decision, read_hash(reader, "decision"));
    MN_TRY(out.purpose, read_purpose(reader));
    MN_TRY(out.recipient, read_checked(reader, "recipient", &is_institution_name));
    MN_TRY(const Hash32 root, read_hash(reader, "root"));
    MN_TRY(out.root, ObjectRoot::from(root.view()));
    MN_DO(reader.finish());
    return out;
}

Result<MatchDecisionData> parse_match_decision(const Event& event) {
    MN_DO(expect_kind(event, EventKind::decision));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    MN_DO(expect_text(reader, "release", name_of(ReleaseKind::opening_share)));
    MatchDecisionData out;
    MN_TRY(out.requester, read_checked(reader, "requester", &is_institution_name));
    MN_TRY(out.purpose, read_purpose(reader));
    MN_TRY(out.granted, reader.boolean("granted"));
    MN_TRY(out.rules, read_rules(reader));
    MN_TRY(out.request, read_hash(reader, "request"));
    MN_TRY(out.count, read_count(reader, "count", kCountMax));
    MN_TRY(out.permitted, read_count(reader, "permitted", out.count));
    MN_TRY(out.slots_root, read_hash(reader, "slots_root"));
    MN_TRY(out.chain, read_chain(reader));
    MN_DO(reader.finish());
    return out;
}

Result<MatchRequestedData> parse_match_requested(const Event& event) {
    MN_DO(expect_kind(event, EventKind::match_requested));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    MatchRequestedData out;
    MN_TRY(out.consortium, read_hash(reader, "consortium"));
    MN_TRY(out.epoch, read_count(reader, "epoch", kCountMax));
    MN_TRY(out.profile, read_hash(reader, "profile"));
    MN_TRY(out.purpose, read_purpose(reader));
    MN_TRY(out.query, read_hash(reader, "query"));
    MN_TRY(out.query_commitment, read_hash(reader, "query_commitment"));
    MN_TRY(out.recipients, read_list(reader, "recipients", &is_institution_name));
    MN_TRY(out.top, read_count(reader, "top", kTopMax));
    MN_DO(reader.finish());
    return out;
}

Result<MatchAnsweredData> parse_match_answered(const Event& event) {
    MN_DO(expect_kind(event, EventKind::match_answered));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    MatchAnsweredData out;
    MN_TRY(out.answer, read_hash(reader, "answer"));
    MN_TRY(out.decision, read_hash(reader, "decision"));
    MN_TRY(out.request, read_hash(reader, "request"));
    MN_TRY(out.count, read_count(reader, "count", kCountMax));
    MN_TRY(out.permitted, read_count(reader, "permitted", out.count));
    MN_DO(reader.finish());
    return out;
}

Result<MatchResultData> parse_match_result(const Event& event) {
    MN_DO(expect_kind(event, EventKind::match_result));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    MatchResultData out;
    MN_TRY(const json::Array* answers, reader.array("answers"));
    for (const json::Value& one : *answers) {
        MN_TRY(MatchResultData::AnswerRef ref, read_answer_ref(one));
        out.answers.push_back(std::move(ref));
    }
    MN_TRY(out.query_commitment, read_hash(reader, "query_commitment"));
    MN_TRY(out.request, read_hash(reader, "request"));
    MN_TRY(out.result, read_hash(reader, "result"));
    MN_DO(reader.finish());
    return out;
}

Result<MatchScoredData> parse_match_scored(const Event& event) {
    MN_DO(expect_kind(event, EventKind::match_scored));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    MatchScoredData out;
    MN_TRY(out.outputs, read_hash(reader, "outputs"));
    MN_DO(reader.finish());
    return out;
}

Result<RefusedData> parse_refused(const Event& event) {
    MN_DO(expect_kind(event, EventKind::refused));
    const json::Value value(event.data);
    json::Reader reader(value, "event.data");
    RefusedData out;
    MN_TRY(out.object, read_hash(reader, "object"));
    MN_TRY(out.rule, read_checked(reader, "rule", &is_rule_name));
    MN_TRY(out.subject, read_checked(reader, "subject", &is_institution_name));
    MN_DO(reader.finish());
    return out;
}

}  // namespace mednexus::service
