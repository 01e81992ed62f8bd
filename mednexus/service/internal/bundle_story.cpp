#include "mednexus/service/internal/bundle_story.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"
#include "mednexus/service/internal/document_fields.hpp"

namespace mednexus::service::internal {

namespace {

constexpr UnixTime kNow{1'770'000'000};
const std::string kJob(32, '7');

Hash32 hash(std::string_view text) {
    return crypto::sha256(bytes_of(text));
}

template <typename T>
T sure(Result<T> result) {
    MN_CHECK(result.has_value());
    return *std::move(result);
}

crypto::NoteSigner signer(const std::string& note_name, const std::string& label) {
    const Hash32 seed = hash(label + note_name);
    return {.name = note_name, .seed = sure(crypto::Ed25519Seed::from(seed.view()))};
}

}  // namespace

Story::Story(StoryOptions options)
    : options_(std::move(options)), requester_(options_.names.front()) {
    for (const std::string& name : options_.names) {  // logs are never empty before a match
        (void)log(name, sure(write_event(event(name, EventKind::home_created, {}))));
    }
}

crypto::NoteSigner Story::log_signer(const std::string& name) const {
    return signer(name + "/log", options_.keys);
}

crypto::NoteSigner Story::identity_signer(const std::string& name) const {
    return signer(name, options_.keys);
}

std::string Story::card_of(const std::string& name) const {
    Card card;
    card.name = name;
    card.legal_name = "Hospital";
    card.jurisdiction = "DE";
    card.endpoint = "https://127.0.0.1:1";
    card.tls_pin = hash("tls " + name);
    return sure(make_card(card, identity_signer(name), log_signer(name)));
}

std::uint64_t Story::log(const std::string& name, const Bytes& leaf) {
    logs_[name].push_back(leaf);
    return logs_[name].size() - 1;
}

std::uint64_t Story::log_size(const std::string& name) const {
    return logs_.at(name).size();
}

Event Story::event(const std::string& name, EventKind kind, json::Object data) const {
    Event out;
    out.id = codec::to_hex(hash(name + std::string(name_of(kind))).view()).substr(0, 32);
    out.time = kNow;
    out.kind = kind;
    out.actor = name;
    out.job = kJob;
    out.data = std::move(data);
    return out;
}

SignedRequest Story::ask() {
    SignedRequest request;
    request.request.kind = ReleaseKind::opening_share;
    request.request.requester = requester_;
    request.request.job = kJob;
    request.request.object = hash("query");
    request.request.expires = {kNow.seconds + 600};
    request.issued = kNow;
    request.profile = hash("profile");
    request.recipients = {options_.names.begin() + 1, options_.names.end()};
    request.top = 10;
    options_.bends.request(request);
    return sure(parse_request(sure(make_request(request, identity_signer(requester_)))));
}

Answer Story::draft_answer(const std::string& name, const std::vector<SlotRecord>& slots) const {
    Answer out;
    out.institution = name;
    out.job = kJob;
    out.profile = request_.profile;
    out.query_commitment = request_.request.object;
    out.request = request_.digest;
    out.count = slots.size();
    out.slots_root = slots_root(slots);
    for (const SlotRecord& slot : slots) {
        if (slot.permitted) {
            ++out.permitted;
            const auto score = static_cast<std::int64_t>(100 - slot.slot);
            out.opened.push_back({slot, sure(slot_proof(slots, slot.slot)), score});
        }
    }
    return out;
}

Answer Story::answer(const std::string& name) {
    std::vector<SlotRecord> slots;
    for (std::uint64_t i = 0; i < options_.slots_each; ++i) {
        SlotRecord slot;
        slot.commitment = hash(name + " case " + std::to_string(i));
        slot.slot = i;
        slot.permitted = i % 2 == 0;
        if (!slot.permitted) {
            slot.rules = {"consent.purpose"};
        }
        slots.push_back(slot);
    }
    options_.bends.slots(slots);
    Answer out = draft_answer(name, slots);

    MatchDecisionData decision;
    decision.requester = requester_;
    decision.granted = true;
    for (const std::string_view rule : job_rules(Basis::files)) {
        decision.rules.push_back({std::string(rule), Outcome::holds});
    }
    decision.request = request_.digest;
    decision.count = out.count;
    decision.permitted = out.permitted;
    decision.slots_root = out.slots_root;
    options_.bends.decision(decision);
    Event decided = event(name, EventKind::decision, to_json(decision));
    options_.bends.decision_event(decided);
    const Bytes decision_leaf = sure(write_event(decided));

    options_.bends.answer(out);
    MatchAnsweredData answered{.answer = digest_of(to_json(out)),
                               .decision = crypto::sha256(decision_leaf),
                               .request = request_.digest,
                               .count = out.count,
                               .permitted = out.permitted};
    options_.bends.answered(answered);
    const Bytes answer_leaf =
        sure(write_event(event(name, EventKind::match_answered, to_json(answered))));
    const bool is_bent = options_.bends.answer_before_decision;
    told_[name] = {log(name, is_bent ? answer_leaf : decision_leaf),
                   log(name, is_bent ? decision_leaf : answer_leaf)};
    options_.bends.answer_after(out);
    return out;
}

MatchResult Story::conclude(const std::vector<Answer>& answers) {
    MatchResult out;
    out.job = kJob;
    out.requester = requester_;
    out.purpose = request_.request.purpose;
    out.profile = request_.profile;
    out.query_commitment = request_.request.object;
    out.request = request_.digest;
    out.top = request_.top;
    for (const Answer& one : answers) {
        out.peers.push_back({one.institution, "answered", one.count, one.permitted});
    }
    out.ranking = merge_answers(answers, out.top);
    options_.bends.result(out);
    return out;
}

BundleParts Story::tell() {
    BundleParts parts;
    request_ = ask();
    parts.request = request_.note;
    MatchRequestedData requested{.profile = request_.profile,
                                 .purpose = request_.request.purpose,
                                 .query_commitment = request_.request.object,
                                 .recipients = request_.recipients,
                                 .request = request_.digest,
                                 .top = request_.top};
    options_.bends.requested(requested);
    const Bytes request_leaf =
        sure(write_event(event(requester_, EventKind::match_requested, to_json(requested))));
    for (const std::string& name : request_.recipients) {
        parts.answers.push_back(answer(name));
    }
    parts.result = conclude(parts.answers);
    MatchResultData result{.answers = {},
                           .query_commitment = request_.request.object,
                           .request = request_.digest,
                           .result = digest_of(to_json(parts.result))};
    for (const Answer& one : parts.answers) {
        result.answers.push_back({one.institution, digest_of(to_json(one))});
    }
    options_.bends.result_leaf(result);
    const Bytes result_leaf =
        sure(write_event(event(requester_, EventKind::match_result, to_json(result))));
    const bool is_bent = options_.bends.result_before_request;
    told_[requester_] = {log(requester_, is_bent ? result_leaf : request_leaf),
                         log(requester_, is_bent ? request_leaf : result_leaf)};
    options_.bends.result_after(parts.result);
    for (const std::string& name : options_.names) {
        parts.cards.push_back(card_of(name));
        if (told_.count(name) != 0) {
            parts.evidence.push_back(evidence(name, told_[name], log_size(name)));
        }
    }
    options_.bends.parts(parts);
    return parts;
}

std::string Story::bundle() {
    return sure(make_bundle(tell(), log_signer(requester_)));
}

LogEvidence Story::evidence(const std::string& name,
                            const std::vector<std::uint64_t>& indexes,
                            std::uint64_t size) const {
    std::vector<Hash32> leaves;
    for (const Bytes& entry : logs_.at(name)) {
        leaves.push_back(ledger::kRfc6962.leaf(entry));
    }
    const auto front = std::span(leaves).first(size);
    const auto key = log_signer(name);
    const ledger::Checkpoint head{
        .origin = key.name, .size = size, .root = merkle::root_of(ledger::kRfc6962, front)};
    LogEvidence out;
    out.institution = name;
    out.checkpoint = crypto::make_signed_note(key, ledger::write_checkpoint_text(head));
    for (const std::uint64_t index : indexes) {
        auto proof = merkle::inclusion_proof(ledger::kRfc6962, front, index);
        out.leaves.push_back(
            {index, logs_.at(name)[index], proof ? *std::move(proof) : std::vector<Hash32>()});
    }
    return out;
}

std::string Story::policy_text() const {
    std::string out;
    std::vector<Hash32> cards;
    for (const std::string& name : options_.names) {
        out += "log " + crypto::write_vkey(log_signer(name).verifier()) + "\n";
        cards.push_back(sure(parse_card(card_of(name))).digest);
    }
    return out + "roster " + hex(roster_hash(cards)) + "\nquorum none\n";
}

}  // namespace mednexus::service::internal
