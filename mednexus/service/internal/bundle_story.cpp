#include "mednexus/service/internal/bundle_story.hpp"

#include <algorithm>

#include "mednexus/core/check.hpp"
#include "mednexus/service/internal/document_fields.hpp"

namespace mednexus::service::internal {

namespace {

constexpr UnixTime kNow{1'770'000'000};
constexpr std::uint32_t kRepetitions = 2;
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
    for (const std::string& name : everyone()) {  // logs are never empty before a match
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

std::vector<std::string> Story::everyone() const {
    std::vector<std::string> out = options_.names;
    out.emplace_back(kStoryCompute);
    std::sort(out.begin(), out.end());
    return out;
}

CardRef Story::card_ref(const std::string& name) const {
    return {name, sure(parse_card(card_of(name))).digest};
}

std::string Story::signed_by_members(const std::string& text) const {
    codec::Note note{text, {}};
    for (const std::string& name : options_.names) {
        note.signatures.push_back(crypto::sign_note(identity_signer(name), text));
    }
    return codec::write_note(note);
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

void Story::found() {
    Consortium consortium;
    consortium.id = kJob;
    consortium.compute = card_ref(kStoryCompute);
    for (const std::string& name : options_.names) {
        consortium.members.push_back(card_ref(name));
    }
    consortium.profile = hash("profile");
    consortium.ring = hash("ring");
    consortium.period = {{kNow.seconds - 1000}, {kNow.seconds + 1000}};
    options_.bends.consortium(consortium);
    documents_.consortium =
        sure(parse_consortium(signed_by_members(sure(write_consortium_text(consortium)))));
    SessionKeys keys;
    keys.compute = documents_.consortium.compute;
    keys.consortium = documents_.consortium.digest;
    keys.evaluation_keys = hash("evaluation keys");
    keys.public_key = hash("public key");
    keys.session = hash("session");
    options_.bends.keys(keys);
    documents_.keys = sure(parse_keys(signed_by_members(sure(write_keys_text(keys)))));
}

void Story::make_indexes() {
    documents_.indexes.clear();
    for (const std::string& name : options_.names) {
        IndexDocument index;
        const Hash32 data_key = hash("data key " + name);
        index.batches = {{.id = codec::to_hex(hash("batch " + name).view()).substr(0, 32),
                          .data_key = data_key,
                          .sealed = {},
                          .lifted = {}}};
        index.consortium = documents_.consortium.digest;
        index.lift_keys = {{data_key, hash("lift key " + name)}};
        index.owner = name;
        index.session = documents_.keys.session;
        options_.bends.index(index);
        documents_.indexes.push_back(
            sure(parse_index(sure(make_index(index, identity_signer(index.owner))))));
    }
}

void Story::compute() {
    OutputsDocument outputs;
    outputs.compute = kStoryCompute;
    for (const IndexDocument& one : documents_.indexes) {
        outputs.indexes.push_back({one.owner, one.digest});
        outputs.sums.insert(outputs.sums.end(), one.batches.size(), hash("sum " + one.owner));
    }
    outputs.job = kJob;
    outputs.query = hash("encrypted query");
    outputs.session = documents_.keys.session;
    options_.bends.outputs(outputs);
    documents_.outputs =
        sure(parse_outputs(sure(make_outputs(outputs, identity_signer(kStoryCompute)))));
    MatchScoredData scored{.outputs = documents_.outputs.digest};
    options_.bends.scored(scored);
    told_[kStoryCompute] = {
        log(kStoryCompute,
            sure(write_event(event(kStoryCompute, EventKind::match_scored, to_json(scored)))))};
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
    request.opening = OpeningTerms{.consortium = documents_.consortium.digest,
                                   .data_root = data_root_of(documents_.indexes),
                                   .epoch = documents_.consortium.epoch,
                                   .opening_key = hash("opening key"),
                                   .outputs = documents_.outputs.digest,
                                   .query = hash("encrypted query"),
                                   .query_proof = hash("proof of the query")};
    options_.bends.request(request);
    return sure(parse_request(sure(make_request(request, identity_signer(requester_)))));
}

std::vector<SlotRecord> Story::draft_slots(const std::string& name) {
    std::vector<SlotRecord> slots;
    for (std::uint64_t i = 0; i < options_.slots_each; ++i) {
        SlotRecord slot;
        slot.batch = codec::to_hex(hash("batch " + name).view()).substr(0, 32);
        slot.commitment = hash(name + " case " + std::to_string(i));
        slot.slot = i;
        slot.position = static_cast<std::uint32_t>(7 * i);
        slot.permitted = i % 2 == 0;
        if (!slot.permitted) {
            slot.rules = {"consent.purpose"};
        }
        slots.push_back(slot);
    }
    options_.bends.slots(slots);
    slots_[name] = slots;
    return slots;
}

Answer Story::draft_answer(const std::string& name, const std::vector<SlotRecord>& slots) const {
    Answer out;
    out.institution = name;
    out.job = kJob;
    out.profile = request_.profile;
    out.query_commitment = request_.request.object;
    out.request = request_.digest;
    out.outputs = documents_.outputs.digest;
    out.checks = {.data_root = data_root_of(documents_.indexes),
                  .linear_repetitions = kRepetitions,
                  .query_proof = request_.opening->query_proof};
    out.count = slots.size();
    out.permitted = static_cast<std::uint64_t>(std::count_if(
        slots.begin(), slots.end(), [](const SlotRecord& one) { return one.permitted; }));
    out.slots_root = slots_root(slot_leaves(slots));
    for (const OpenedBatch& one : opened_batches(documents_, requester_)) {
        out.openings.push_back({.batch = one.batch,
                                .finished = hash("finished " + one.batch),
                                .owner = one.owner,
                                .share = hash("share " + name + one.batch)});
    }
    return out;
}

MatchDecisionData Story::draft_decision(const Answer& answer) {
    MatchDecisionData out;
    out.requester = requester_;
    out.granted = true;
    for (const std::string_view rule : job_rules(Basis::files)) {
        out.rules.push_back({std::string(rule), Outcome::holds});
    }
    out.request = request_.digest;
    out.count = answer.count;
    out.permitted = answer.permitted;
    out.slots_root = answer.slots_root;
    options_.bends.decision(out);
    rules_[answer.institution].clear();
    for (const RuleRecord& rule : out.rules) {
        rules_[answer.institution].push_back(rule.rule);
    }
    return out;
}

Answer Story::answer(const std::string& name) {
    Answer out = draft_answer(name, draft_slots(name));
    Event decided = event(name, EventKind::decision, to_json(draft_decision(out)));
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

std::vector<RankedSlot> Story::rank(const std::vector<Answer>& answers) const {
    std::vector<RankedSlot> out;
    for (const Answer& answer : answers) {
        const auto found = slots_.find(answer.institution);
        if (found == slots_.end()) {
            continue;  // bent to be of nobody
        }
        const std::vector<SlotRecord>& slots = found->second;
        const std::vector<Hash32> leaves = slot_leaves(slots);
        for (const SlotRecord& slot : slots) {
            const bool is_closed =
                std::binary_search(answer.closed.begin(), answer.closed.end(), slot.slot);
            if (slot.permitted && !is_closed) {
                out.push_back({.institution = answer.institution,
                               .proof = sure(slot_proof(leaves, slot.slot)),
                               .record = slot,
                               .score = 100 - static_cast<std::int64_t>(slot.slot)});
            }
        }
    }
    std::sort(out.begin(), out.end(), &is_ranked_before);
    out.resize(std::min<std::size_t>(out.size(), request_.top));
    return out;
}

ResultPackage Story::conclude(const std::vector<Answer>& answers) {
    ResultPackage out;
    out.job = kJob;
    out.requester = requester_;
    out.purpose = request_.request.purpose;
    out.profile = request_.profile;
    out.query_commitment = request_.request.object;
    out.request = request_.digest;
    out.top = request_.top;
    out.computation = computation_of(documents_);
    out.checks = {{requester_, kRepetitions}};
    for (const Answer& one : answers) {
        out.checks.push_back({one.institution, one.checks.linear_repetitions});
        out.decisions.push_back({.institution = one.institution,
                                 .count = one.count,
                                 .not_permitted = not_permitted_of(one),
                                 .permitted = one.permitted,
                                 .rules = rules_[one.institution]});
    }
    out.ranking = rank(answers);
    options_.bends.result(out);
    return out;
}

BundleParts Story::tell() {
    BundleParts parts;
    found();
    make_indexes();
    compute();
    request_ = ask();
    parts.consortium = documents_.consortium.note;
    parts.keys = documents_.keys.note;
    for (const IndexDocument& one : documents_.indexes) {
        parts.indexes.push_back(one.note);
    }
    parts.outputs = documents_.outputs.note;
    parts.request = request_.note;
    MatchRequestedData requested{.consortium = request_.opening->consortium,
                                 .epoch = request_.opening->epoch,
                                 .profile = request_.profile,
                                 .purpose = request_.request.purpose,
                                 .query = request_.opening->query,
                                 .query_commitment = request_.request.object,
                                 .recipients = request_.recipients,
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
    for (const std::string& name : everyone()) {
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
    for (const std::string& name : everyone()) {
        out += "log " + crypto::write_vkey(log_signer(name).verifier()) + "\n";
        cards.push_back(sure(parse_card(card_of(name))).digest);
    }
    return out + "roster " + hex(roster_hash(cards)) + "\nquorum none\n";
}

}  // namespace mednexus::service::internal
