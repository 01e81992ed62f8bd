/// The slots of an answer: decided, kept as a step, opened.
#include <algorithm>
#include <unordered_map>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/answer_slots.hpp"
#include "mednexus/service/internal/arguments.hpp"

namespace mednexus::service::internal {

namespace {

/// The salt of a slot: HMAC of its case under a seed drawn for the job.
Hash32 slot_salt(const Hash32& seed, const CaseId& case_id) {
    return crypto::hmac_sha256(seed.view(), case_id.view());
}

std::vector<std::string> failed_names(const std::vector<RuleOutcome>& rules) {
    std::vector<std::string> out;
    for (const RuleOutcome& one : rules) {
        if (one.outcome != Outcome::holds) {
            out.push_back(one.rule);
        }
    }
    return out;
}

Result<Slot> parse_slot(const json::Value& value, const Hash32& seed, std::uint64_t number) {
    const json::Array* const list = value.as_array();
    if (list == nullptr || list->empty()) {
        return fail(Kind::corrupt, "journal: a slot is no list");
    }
    Slot out;
    for (const json::Value& one : *list) {
        if (one.as_string() == nullptr) {
            return fail(Kind::corrupt, "journal: a slot holds no text");
        }
        out.record.rules.push_back(*one.as_string());
    }
    MN_TRY(out.case_id, codec::parse_hex_as<CaseId>(out.record.rules.front()));
    out.record.rules.erase(out.record.rules.begin());
    out.salt = slot_salt(seed, out.case_id);
    out.record.commitment = commit_to_case(out.salt, out.case_id);
    out.record.permitted = out.record.rules.empty();
    out.record.slot = number;
    return out;
}

/// Cases that were permitted, and still are: a consent revoked since the decision keeps its slot
/// closed.
Result<std::unordered_map<CaseId, std::size_t>> still_permitted(const NodeState& node,
                                                                const ReleaseRequest& request,
                                                                const Evidence& evidence,
                                                                const std::vector<Slot>& slots) {
    std::vector<CaseId> ids;
    ids.reserve(slots.size());
    for (const Slot& slot : slots) {
        ids.push_back(slot.case_id);
    }
    MN_TRY(const auto consents, consents_of(node, ids, evidence));
    std::unordered_map<CaseId, std::size_t> out;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i].record.permitted && all_hold(decide_slot(request, evidence, consents[i]))) {
            out.emplace(slots[i].case_id, i);
        }
    }
    return out;
}

}  // namespace

Result<std::vector<Slot>> decide_slots(const NodeState& node,
                                       const ReleaseRequest& request,
                                       const Evidence& evidence,
                                       const std::vector<CaseId>& ids,
                                       const Hash32& seed) {
    MN_TRY(const auto consents, consents_of(node, ids, evidence));
    std::vector<Slot> out;
    out.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::vector<RuleOutcome> rules = decide_slot(request, evidence, consents[i]);
        Slot slot;
        slot.case_id = ids[i];
        slot.salt = slot_salt(seed, ids[i]);
        slot.record.commitment = commit_to_case(slot.salt, ids[i]);
        slot.record.permitted = all_hold(rules);
        slot.record.rules = failed_names(rules);
        slot.record.slot = i;
        out.push_back(std::move(slot));
    }
    return out;
}

std::vector<SlotRecord> records_of(const std::vector<Slot>& slots) {
    std::vector<SlotRecord> out;
    out.reserve(slots.size());
    for (const Slot& slot : slots) {
        out.push_back(slot.record);
    }
    return out;
}

std::uint64_t permitted_count(const std::vector<Slot>& slots) {
    return static_cast<std::uint64_t>(std::count_if(
        slots.begin(), slots.end(), [](const Slot& slot) { return slot.record.permitted; }));
}

json::Value slots_json(const Hash32& seed, const std::vector<Slot>& slots) {
    json::Array list;
    for (const Slot& slot : slots) {
        json::Array one;
        one.emplace_back(hex_of(slot.case_id));
        for (const std::string& rule : slot.record.rules) {
            one.emplace_back(rule);
        }
        list.emplace_back(std::move(one));
    }
    json::Object out;
    out.set("seed", hex(seed));
    out.set("slots", std::move(list));
    return out;
}

Result<std::vector<Slot>> parse_slots(const json::Value& value) {
    json::Reader reader(value, "slots");
    MN_TRY(const Hash32 seed, read_hash(reader, "seed"));
    MN_TRY(const json::Array* list, reader.array("slots"));
    std::vector<Slot> out;
    out.reserve(list->size());
    for (const json::Value& one : *list) {
        MN_TRY(Slot slot, parse_slot(one, seed, out.size()));
        out.push_back(std::move(slot));
    }
    return out;
}

Result<std::vector<OpenedSlot>> open_slots(NodeState& node,
                                           const Release& release,
                                           const MatchCall& call,
                                           const Evidence& evidence,
                                           const std::vector<Slot>& slots) {
    const std::vector<SlotRecord> records = records_of(slots);
    MN_DO(release.permits(ReleaseKind::opening_share, slots_root(records)));
    std::vector<OpenedSlot> out;
    MN_TRY(const auto snapshot, node.index->snapshot());
    if (!snapshot->index || permitted_count(slots) == 0) {
        return out;
    }
    compute::SlotMask mask(snapshot->ids.size(), false);
    MN_TRY(const auto slot_of, still_permitted(node, call.request.request, evidence, slots));
    std::vector<std::string> handles(snapshot->ids.size());
    for (std::size_t i = 0; i < snapshot->ids.size(); ++i) {
        const auto at = slot_of.find(snapshot->ids[i]);
        if (at != slot_of.end()) {
            mask[i] = true;
            handles[i] = handle_of(records[at->second].commitment);
        }
    }
    const compute::Scorer& scorer = node.index->scorer();
    MN_TRY(const compute::Vector vector, compute::Vector::make(call.request.profile, call.vector));
    MN_TRY(const auto query, scorer.make_query(vector));
    MN_TRY(const auto scores, scorer.score(*query, *snapshot->index, mask));
    for (const compute::Ranked& one : compute::rank(scores, handles, call.request.top)) {
        const SlotRecord& record = records[slot_of.at(snapshot->ids[one.item])];
        OpenedSlot opened;
        opened.record = record;
        MN_TRY(opened.proof, slot_proof(records, record.slot));
        opened.score = one.score;
        out.push_back(std::move(opened));
    }
    return out;
}

}  // namespace mednexus::service::internal
