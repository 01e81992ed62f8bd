/// Leaves: made once, kept in the journal, appended as often as it takes.
#include "mednexus/codec/hex.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

namespace {

using EventId = Fixed<struct EventIdTag, 16>;

json::Value verdict_json(const Verdict& verdict) {
    json::Array rules;
    for (const RuleOutcome& one : verdict.rules) {
        json::Object rule;
        rule.set("rule", one.rule);
        rule.set("outcome", name_of(one.outcome));
        rule.set("words", one.words);
        rules.emplace_back(std::move(rule));
    }
    json::Object out;
    out.set("kind", name_of(verdict.request.kind));
    out.set("object", hex(verdict.request.object));
    out.set("requester", verdict.request.requester);
    out.set("job", verdict.request.job);
    out.set("purpose", code_of(verdict.request.purpose));
    out.set("expires", to_rfc3339(verdict.request.expires));
    out.set("rules", std::move(rules));
    return out;
}

Outcome outcome_named(std::string_view name) {
    for (const Outcome one : {Outcome::holds, Outcome::fails}) {
        if (name == name_of(one)) {
            return one;
        }
    }
    return Outcome::not_reached;
}

Result<RuleOutcome> parse_rule(const json::Value& value) {
    json::Reader reader(value, "rule");
    RuleOutcome out;
    MN_TRY(out.rule, reader.string("rule"));
    MN_TRY(const std::string outcome, reader.string("outcome"));
    MN_TRY(out.words, reader.string("words"));
    out.outcome = outcome_named(outcome);
    return out;
}

Result<Verdict> parse_verdict(const json::Value& value) {
    json::Reader reader(value, "verdict");
    Verdict out;
    MN_TRY(const std::string kind, reader.string("kind"));
    MN_TRY(out.request.kind, parse_release_kind(kind));
    MN_TRY(out.request.object, read_hash(reader, "object"));
    MN_TRY(out.request.requester, reader.string("requester"));
    MN_TRY(out.request.job, reader.string("job"));
    MN_TRY(out.request.purpose, read_purpose(reader));
    MN_TRY(out.request.expires, read_time(reader, "expires"));
    MN_TRY(const json::Array* rules, reader.array("rules"));
    for (const json::Value& rule : *rules) {
        MN_TRY(RuleOutcome one, parse_rule(rule));
        out.rules.push_back(std::move(one));
    }
    return out;
}

Result<Decided> record(NodeState& node, Verdict verdict, Bytes leaf) {
    LedgerDecisionLog log(*node.log);
    MN_TRY(Decision decision, DecisionRecorder(log).record(verdict, leaf));
    return Decided{decision, std::move(verdict), std::move(leaf)};
}

/// What was read is of the block that the evidence names: a reorganisation in another thread takes
/// that block out of the mirror first, and puts it back only with everything before it.
Result<void> need_same_chain(const NodeState& node, const ChainEvidence& seen) {
    MN_TRY(const auto stored, node.chain->mirror().newest_at_or_below(seen.block));
    if (!stored || stored->number != seen.block || stored->hash != seen.hash) {
        return fail(Kind::unavailable, "chain: it changed while it was looked at; ask again");
    }
    return {};
}

Result<Bytes> decision_leaf(NodeState& node, VerdictDraft& draft) {
    return draft_leaf(node,
                      {.kind = EventKind::decision,
                       .actor = draft.actor,
                       .job = draft.job,
                       .data = std::move(draft.data)});
}

}  // namespace

std::string fresh_id(Random& random) {
    return codec::to_hex(random_id<EventId>(random).view());
}

Result<Bytes> draft_leaf(NodeState& node, EventDraft draft) {
    return write_event({.id = fresh_id(node.random),
                        .time = node.clock.now(),
                        .kind = draft.kind,
                        .actor = std::move(draft.actor),
                        .job = std::move(draft.job),
                        .data = std::move(draft.data)});
}

Result<Logged> log_event(NodeState& node,
                         Journal::Run& run,
                         std::string_view step,
                         const std::function<Result<EventDraft>()>& draft) {
    MN_TRY(const json::Value kept, run.step(step, [&]() -> Result<json::Value> {
        MN_TRY(EventDraft made, draft());
        MN_TRY(const Bytes leaf, draft_leaf(node, std::move(made)));
        return json::Value(text_of(leaf));
    }));
    if (kept.as_string() == nullptr) {
        return fail(Kind::corrupt, "journal: a step holds no leaf");
    }
    Bytes leaf = to_bytes(std::string_view(*kept.as_string()));
    MN_TRY(const ledger::Appended appended, node.log->append(leaf));
    return Logged{appended.index, std::move(leaf)};
}

Result<Logged> log_event_now(NodeState& node, EventDraft draft) {
    MN_TRY(Bytes leaf, draft_leaf(node, std::move(draft)));
    MN_TRY(const ledger::Appended appended, node.log->append(leaf));
    return Logged{appended.index, std::move(leaf)};
}

Result<Decided> log_decision(NodeState& node,
                             Journal::Run& run,
                             std::string_view step,
                             const std::function<Result<VerdictDraft>()>& draft) {
    bool is_new = false;
    MN_TRY(const json::Value kept, run.step(step, [&]() -> Result<json::Value> {
        MN_TRY(VerdictDraft made, draft());
        MN_TRY(const Bytes leaf, decision_leaf(node, made));
        json::Object out;
        out.set("verdict", verdict_json(made.verdict));
        out.set("leaf", text_of(leaf));
        is_new = true;
        return json::Value(std::move(out));
    }));
    json::Reader reader(kept, "decision");
    MN_TRY(const json::Value* stored, reader.object("verdict"));
    MN_TRY(Verdict verdict, parse_verdict(*stored));
    MN_TRY(const std::string leaf, reader.string("leaf"));
    MN_TRY(Decided decided, record(node, std::move(verdict), to_bytes(std::string_view(leaf))));
    if (is_new) {
        node.metrics->count_decision(decided.decision.kind(), decided.decision.is_permitted());
    }
    return decided;
}

Result<Decided> log_decision_now(NodeState& node, VerdictDraft draft) {
    MN_TRY(Bytes leaf, decision_leaf(node, draft));
    MN_TRY(Decided decided, record(node, std::move(draft.verdict), std::move(leaf)));
    node.metrics->count_decision(decided.decision.kind(), decided.decision.is_permitted());
    return decided;
}

Evidence evidence_about(const NodeState& node, std::string_view requester) {
    Evidence out;
    out.now = node.clock.now();
    out.owner = node.name();
    out.owner_jurisdiction = node.directory->own().jurisdiction;
    if (const auto card = node.directory->card(requester)) {
        out.requester_jurisdiction = card->jurisdiction;
    }
    out.agreements = node.directory->agreements_with(requester);
    return out;
}

Result<Evidence> evidence_for_release(NodeState& node, std::string_view requester) {
    Evidence out = evidence_about(node, requester);
    if (!node.chain) {
        return out;
    }
    MN_TRY(const ChainEvidence seen, node.chain->look());
    MN_TRY(out.owner_credential, node.chain->credential_of(node.directory->own(), seen));
    if (const auto card = node.directory->card(requester)) {
        MN_TRY(out.requester_credential, node.chain->credential_of(*card, seen));
    }
    MN_DO(need_same_chain(node, seen));
    out.now = std::max(node.clock.now(), seen.time);
    out.chain = seen;
    return out;
}

Result<std::vector<std::optional<ConsentEvidence>>> consents_of(const NodeState& node,
                                                                std::span<const CaseId> ids,
                                                                const Evidence& evidence) {
    auto out = node.directory->consents(ids);
    if (!evidence.chain) {
        return out;
    }
    for (std::optional<ConsentEvidence>& one : out) {
        if (one && one->on_chain_name) {
            MN_TRY(
                one->on_chain,
                node.chain->consent_of(
                    one->on_chain_name->handle, one->on_chain_name->commitment, *evidence.chain));
        }
    }
    MN_DO(need_same_chain(node, *evidence.chain));
    return out;
}

json::Object decision_data(const Verdict& verdict,
                           const Hash32& commitment,
                           const std::optional<ChainEvidence>& chain) {
    return to_json(DecisionData{.release = verdict.request.kind,
                                .requester = verdict.request.requester,
                                .purpose = verdict.request.purpose,
                                .granted = verdict.is_permitted(),
                                .rules = rule_records_of(verdict),
                                .commitment = commitment,
                                .chain = chain});
}

}  // namespace mednexus::service::internal
