/// Consents of patients: granted, revoked, and asked about. The documents stay here.
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/consent_chain.hpp"
#include "mednexus/service/internal/field_seal.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

namespace {

struct Grant {
    Consent consent;
    Hash32 salt;
    Hash32 chain_salt;
    UnixTime chain_expires;
};

/// What must not change when the act is repeated: id, salts, and the time on chain.
Result<Grant> prepare_grant(NodeState& node, Journal::Run& run, Consent consent) {
    MN_TRY(const json::Value kept, run.step("prepare", [&]() -> Result<json::Value> {
        json::Object out;
        out.set("id", fresh_id(node.random));
        out.set("salt", hex(random_id<Hash32>(node.random)));
        out.set("chain_salt", hex(random_id<Hash32>(node.random)));
        out.set("chain_expires", blurred_expiry(consent.period.until, node.random).seconds);
        return json::Value(std::move(out));
    }));
    json::Reader reader(kept, "prepare");
    Grant grant{std::move(consent), {}, {}, {}};
    MN_TRY(grant.consent.id, reader.string("id"));
    MN_TRY(grant.salt, read_hash(reader, "salt"));
    MN_TRY(grant.chain_salt, read_hash(reader, "chain_salt"));
    MN_TRY(grant.chain_expires.seconds, reader.integer("chain_expires"));
    return grant;
}

EventDraft consent_event(NodeState& node, EventKind kind, json::Object data) {
    return {kind, node.name(), std::nullopt, std::move(data)};
}

Result<Hash32> digest_of_note(std::string_view note, std::string_view kind) {
    return parse_document(note, kind).map([](const Document& document) { return document.digest; });
}

Result<json::Value> keep_consent(NodeState& node, Journal::Run& run, const Consent& asked) {
    MN_DO(need_not_erased(node, asked.case_id));
    MN_TRY(const Grant grant, prepare_grant(node, run, asked));
    const Consent& consent = grant.consent;
    MN_TRY(const Secret<32> seed, node.database->patient_seed_of(consent.case_id));
    MN_TRY(const std::string note, make_consent(consent, derive_consent_signer(seed, consent.id)));
    MN_TRY(const Hash32 digest, digest_of_note(note, "consent"));
    const Hash32 commitment = commit_to_case(grant.salt, consent.case_id);
    MN_TRY(const Logged logged, log_event(node, run, "recorded", [&]() -> Result<EventDraft> {
               json::Object data;
               data.set("commitment", hex(commitment));
               data.set("consent", hex(digest));
               return consent_event(node, EventKind::consent_recorded, std::move(data));
           }));
    const CommitmentRow row{commitment, consent.case_id, grant.salt};
    MN_DO(node.database->insert_commitments(std::span(&row, 1), ""));
    MN_DO(node.disk->write("consents/" + consent.id + ".note", bytes_of(note)));
    MN_DO(node.database->insert_consent({consent.id, consent.case_id, false}));
    ConsentEvidence evidence = evidence_of(consent);
    MN_TRY(evidence.on_chain_name,
           queue_grant(node, consent, digest, seed, grant.chain_salt, grant.chain_expires));
    node.directory->set_consent(consent.case_id, consent.id, std::move(evidence));
    json::Object out;
    out.set("consent", consent.id);
    out.set("case", hex_of(consent.case_id));
    out.set("leaf", logged.index);
    if (node.chain) {
        out.set("chain_item", "grant/" + consent.id);
    }
    return json::Value(std::move(out));
}

struct Withdrawal {
    Revocation revocation;
    Hash32 salt;
};

Result<Withdrawal> prepare_withdrawal(NodeState& node,
                                      Journal::Run& run,
                                      const CaseId& case_id,
                                      const std::string& consent_id) {
    MN_TRY(const json::Value kept, run.step("prepare", [&]() -> Result<json::Value> {
        json::Object out;
        out.set("revoked", to_rfc3339(node.clock.now()));
        out.set("salt", hex(random_id<Hash32>(node.random)));
        return json::Value(std::move(out));
    }));
    json::Reader reader(kept, "prepare");
    Withdrawal out{{consent_id, case_id, {}}, {}};
    MN_TRY(out.revocation.revoked, read_time(reader, "revoked"));
    MN_TRY(out.salt, read_hash(reader, "salt"));
    return out;
}

Result<json::Value> keep_revocation(NodeState& node,
                                    Journal::Run& run,
                                    const CaseId& case_id,
                                    const std::string& consent_id) {
    node.directory->revoke(case_id,
                           consent_id);  // first: whatever fails below, nothing is permitted
    MN_DO(need_not_erased(node, case_id));
    MN_TRY(const Withdrawal withdrawal, prepare_withdrawal(node, run, case_id, consent_id));
    MN_TRY(const Secret<32> seed, node.database->patient_seed_of(case_id));
    MN_TRY(const std::string note,
           make_revocation(withdrawal.revocation, derive_consent_signer(seed, consent_id)));
    MN_TRY(const Hash32 revocation, digest_of_note(note, "consent-revocation"));
    MN_TRY(const Bytes granted,
           node.disk->read("consents/" + consent_id + ".note", kDocumentSizeBytesMax));
    MN_TRY(const Hash32 consent, digest_of_note(text_of(granted), "consent"));
    const Hash32 commitment = commit_to_case(withdrawal.salt, case_id);
    MN_TRY(const Logged logged, log_event(node, run, "revoked", [&]() -> Result<EventDraft> {
               json::Object data;
               data.set("commitment", hex(commitment));
               data.set("consent", hex(consent));
               data.set("revocation", hex(revocation));
               return consent_event(node, EventKind::consent_revoked, std::move(data));
           }));
    const CommitmentRow row{commitment, case_id, withdrawal.salt};
    MN_DO(node.database->insert_commitments(std::span(&row, 1), ""));
    MN_DO(node.disk->write("consents/" + consent_id + ".revoked.note", bytes_of(note)));
    MN_DO(node.database->revoke_consent(consent_id));
    MN_TRY(const std::optional<std::string> item, queue_revocation(node, consent_id, seed));
    json::Object out;
    if (item) {
        out.set("chain_item", *item);
    }
    out.set("consent", consent_id);
    out.set("case", hex_of(case_id));
    out.set("revoked", to_rfc3339(withdrawal.revocation.revoked));
    out.set("leaf", logged.index);
    return json::Value(std::move(out));
}

Result<Consent> read_grant(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consent.grant");
    Consent out;
    MN_TRY(out.case_id, read_hex<CaseId>(reader, "case"));
    MN_TRY(out.purposes, read_purpose_list(reader));
    MN_TRY(out.recipients, reader.strings("recipients"));
    MN_TRY(out.jurisdictions, reader.strings("jurisdictions"));
    MN_TRY(out.period, read_period(reader));
    MN_DO(reader.finish());
    // Checks the lists before anything is written; id and key are only to complete the form.
    out.id = std::string(32, '0');
    MN_TRY(const Secret<32> seed, node.database->patient_seed_of(out.case_id));
    MN_TRY([[maybe_unused]] const std::string checked,
           make_consent(out, derive_consent_signer(seed, out.id)));
    return out;
}

/// The newest word of a patient counts: grants of the case that a failure left open are given up,
/// so that no later start of the node completes them. `own_key` is the grant that is being made; it
/// goes on.
Result<void> give_up_open_grants(NodeState& node, const CaseId& case_id, std::string_view own_key) {
    MN_TRY(const auto unfinished, node.journal->unfinished());
    for (const Journal::Unfinished& one : unfinished) {
        if (one.kind != "consent.grant" || one.key == own_key) {
            continue;
        }
        MN_TRY(const Consent open, read_grant(node, one.input));
        if (open.case_id == case_id) {
            MN_DO(node.journal->give_up(one));
        }
    }
    return {};
}

Result<Journal::Outcome> revoke_one(NodeState& node,
                                    const CaseId& case_id,
                                    const std::string& consent_id,
                                    const json::Value& input) {
    const Act act{.kind = "consent.revoke", .key = consent_id, .input = input};
    return node.journal->perform(
        act, [&](Journal::Run& run) { return keep_revocation(node, run, case_id, consent_id); });
}

}  // namespace

Result<json::Value> consent_grant(NodeState& node, const json::Value& arguments) {
    MN_TRY(const Consent asked, read_grant(node, arguments));
    const Act act{.kind = "consent.grant",
                  .key = hex(node.database->seal().mac(bytes_of(json::write_canonical(arguments)))),
                  .input = arguments,
                  .when_done = WhenDone::begin_anew};
    MN_DO(give_up_open_grants(node, asked.case_id, act.key));
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return keep_consent(node, run, asked);
    }));
    return outcome.value;
}

Result<json::Value> consent_revoke(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consent.revoke");
    MN_TRY(const CaseId case_id, read_hex<CaseId>(reader, "case"));
    MN_DO(reader.finish());
    MN_DO(give_up_open_grants(node, case_id, ""));
    MN_TRY(const std::string consent_id, node.directory->consent_id(case_id));
    MN_TRY(const Journal::Outcome outcome, revoke_one(node, case_id, consent_id, arguments));
    json::Value out = outcome.value;
    out.as_object()->set("status", outcome.is_repeat ? "existing" : "revoked");
    return out;
}

Result<void> resume_revocation(NodeState& node,
                               const std::string& consent_id,
                               const json::Value& input) {
    json::Reader reader(input, "consent.revoke");
    MN_TRY(const CaseId case_id, read_hex<CaseId>(reader, "case"));
    MN_TRY([[maybe_unused]] const auto outcome, revoke_one(node, case_id, consent_id, input));
    return {};
}

Result<json::Value> consent_explain(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "consent.explain");
    MN_TRY(const CaseId case_id, read_hex<CaseId>(reader, "case"));
    MN_TRY(const std::string to, reader.string("to"));
    MN_TRY(const Purpose purpose, read_purpose(reader));
    MN_DO(reader.finish());
    MN_TRY([[maybe_unused]] const Secret<32> exists, node.database->patient_seed_of(case_id));
    const ReleaseRequest request{.kind = ReleaseKind::rewrap,
                                 .requester = to,
                                 .job = "",
                                 .purpose = purpose,
                                 .object = object_of(case_id),
                                 .expires = node.clock.now(),
                                 .reason = ""};
    MN_TRY(Evidence evidence, evidence_for_release(node, to));
    evidence.is_request_signature_valid = true;  // asked as if a sound request were here
    evidence.replay = Replay::fresh;
    MN_TRY(const auto consents, consents_of(node, std::span(&case_id, 1), evidence));
    evidence.consent = consents.front();
    const Verdict verdict = decide(request, evidence);
    json::Array rules;
    for (const RuleOutcome& one : verdict.rules) {
        json::Object rule;
        rule.set("rule", one.rule);
        rule.set("outcome", name_of(one.outcome));
        rule.set("words", one.words);
        rules.emplace_back(std::move(rule));
    }
    json::Object out;
    out.set("permitted", verdict.is_permitted());
    out.set("rules", std::move(rules));
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
