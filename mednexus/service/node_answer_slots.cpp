/// The slots of an answer: decided and counted, kept as a step, masked.
#include <algorithm>

#include "mednexus/crypto/hash.hpp"
#include "mednexus/service/internal/answer_slots.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/index_mirror.hpp"
#include "mednexus/service/internal/opening_budget.hpp"
#include "mednexus/service/internal/record_fields.hpp"

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

/// What follows from seed, case and number.
void complete(Slot& slot, const Hash32& seed, std::uint64_t number) {
    slot.salt = slot_salt(seed, slot.case_id);
    slot.record.commitment = commit_to_case(slot.salt, slot.case_id);
    slot.record.permitted = slot.record.rules.empty();
    slot.record.slot = number;
}

/// Every case of our own index, in its order, not yet decided.
Result<std::vector<Slot>> cases_of(NodeState& node, const IndexDocument& own) {
    std::vector<Slot> out;
    for (const IndexBatch& batch : own.batches) {
        MN_TRY(const std::vector<SlotRow> rows, slots_of_own_batch(node, batch.id));
        for (const SlotRow& row : rows) {
            Slot slot;
            slot.case_id = row.case_id;
            slot.record.batch = batch.id;
            slot.record.position = row.slot;
            out.push_back(std::move(slot));
        }
    }
    return out;
}

std::vector<CaseId> ids_of(const std::vector<Slot>& slots) {
    std::vector<CaseId> out;
    out.reserve(slots.size());
    for (const Slot& slot : slots) {
        out.push_back(slot.case_id);
    }
    return out;
}

/// The rules of each slot's consent.
Result<std::vector<std::vector<RuleOutcome>>> decide_consents(const NodeState& node,
                                                              const ReleaseRequest& request,
                                                              const Evidence& evidence,
                                                              const std::vector<Slot>& slots) {
    MN_TRY(const auto consents, consents_of(node, ids_of(slots), evidence));
    std::vector<std::vector<RuleOutcome>> out;
    out.reserve(slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
        out.push_back(decide_slot(request, evidence, consents[i]));
    }
    return out;
}

/// Counts an opening of each case that everything else permits, and adds the budget's rule to all.
Result<void> decide_budgets(NodeState& node,
                            const Consortium& consortium,
                            const ReleaseRequest& request,
                            const std::vector<Slot>& slots,
                            std::vector<std::vector<RuleOutcome>>& rules) {
    std::vector<CaseId> asked;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (all_hold(rules[i])) {
            asked.push_back(slots[i].case_id);
        }
    }
    // Two requesters may draw one job id, so the count is under both names.
    MN_TRY(const std::vector<bool> left,
           OpeningBudget(*node.database)
               .reserve(request.requester + "/" + request.job,
                        {.consortium = consortium.digest, .openings_max = consortium.openings_max},
                        asked));
    std::size_t next = 0;
    for (std::vector<RuleOutcome>& one : rules) {
        const bool is_left = all_hold(one) && left[next++];
        one.push_back(decide_budget(one, is_left));
    }
    return {};
}

Result<Slot> parse_slot(const json::Value& value, const Hash32& seed, std::uint64_t number) {
    json::Reader reader(value, "journal.slots");
    Slot out;
    MN_TRY(out.case_id, read_hex<CaseId>(reader, "case"));
    MN_TRY(out.record.batch, reader.string("batch"));
    MN_TRY(const std::uint64_t position, read_count(reader, "position", kPositionsMax - 1));
    MN_TRY(out.record.rules, reader.strings("rules"));
    MN_DO(reader.finish());
    out.record.position = static_cast<std::uint32_t>(position);
    complete(out, seed, number);
    return out;
}

json::Value slot_json(const Slot& slot) {
    json::Object out;
    out.set("case", hex_of(slot.case_id));
    out.set("batch", slot.record.batch);
    out.set("position", std::uint64_t{slot.record.position});
    out.set("rules", texts_of(slot.record.rules));
    return json::Value(std::move(out));
}

}  // namespace

Result<std::vector<Slot>> decide_slots(NodeState& node,
                                       const Consortium& consortium,
                                       const IndexDocument& own,
                                       const ReleaseRequest& request,
                                       const Evidence& evidence,
                                       const Hash32& seed) {
    MN_TRY(std::vector<Slot> out, cases_of(node, own));
    MN_TRY(auto rules, decide_consents(node, request, evidence, out));
    MN_DO(decide_budgets(node, consortium, request, out, rules));
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].record.rules = failed_names(rules[i]);
        complete(out[i], seed, i);
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
        list.push_back(slot_json(slot));
    }
    json::Object out;
    out.set("seed", hex(seed));
    out.set("slots", std::move(list));
    return json::Value(std::move(out));
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

Result<std::vector<std::uint64_t>> closed_since(NodeState& node,
                                                const ReleaseRequest& request,
                                                const Evidence& evidence,
                                                const std::vector<Slot>& slots) {
    MN_TRY(const auto rules, decide_consents(node, request, evidence, slots));
    std::vector<std::uint64_t> out;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i].record.permitted && !all_hold(rules[i])) {
            out.push_back(i);
        }
    }
    return out;
}

compute::SlotMask open_slots_of(const std::vector<Slot>& slots,
                                const std::vector<std::uint64_t>& closed,
                                const std::string& batch,
                                std::uint32_t positions) {
    compute::SlotMask out(positions, false);
    for (const Slot& slot : slots) {
        const bool is_closed = std::binary_search(closed.begin(), closed.end(), slot.record.slot);
        if (slot.record.batch == batch && slot.record.permitted && !is_closed) {
            out.at(slot.record.position) = true;
        }
    }
    return out;
}

}  // namespace mednexus::service::internal
