/// case.erase: keys and salts are destroyed, so that what cannot be deleted says nothing. The
/// report gives each stage `done`, or `pending until …`, or names what cannot be reached.
/// docs/formats/journal.md, "Erasure".
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/consent_chain.hpp"
#include "mednexus/service/internal/node_index.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

namespace {

/// What must be known after the rows are gone.
struct Erasing {
    CaseId case_id;
    Hash32 salt;
    ObjectRoot root;
    std::vector<std::string> consents;    ///< ids
    std::vector<std::string> recipients;  ///< institutions that hold a copy
    std::optional<Hash32> handle;         ///< on chain
    json::Value index;                    ///< its places in the encrypted index
};

json::Value texts_json(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& text : texts) {
        out.emplace_back(text);
    }
    return out;
}

Result<Erasing> prepare(NodeState& node, Journal::Run& run, const CaseId& case_id) {
    MN_TRY(const json::Value kept, run.step("prepare", [&]() -> Result<json::Value> {
        MN_TRY(const CaseTraces traces, node.database->traces_of(case_id));
        MN_TRY(const std::optional<OnChainName> name, node.database->case_on_chain(case_id));
        json::Object out;
        out.set("salt", hex(random_id<Hash32>(node.random)));
        out.set("root", hex_of(traces.root));
        out.set("consents", texts_json(traces.consents));
        out.set("recipients", texts_json(traces.recipients));
        out.set("handle", name ? hex(name->handle) : "");
        MN_TRY(json::Value index, index_traces(node, case_id));
        out.set("index", std::move(index));
        return json::Value(std::move(out));
    }));
    json::Reader reader(kept, "prepare");
    Erasing out;
    out.case_id = case_id;
    MN_TRY(out.salt, read_hash(reader, "salt"));
    MN_TRY(out.root, read_hex<ObjectRoot>(reader, "root"));
    MN_TRY(out.consents, reader.strings("consents"));
    MN_TRY(out.recipients, reader.strings("recipients"));
    MN_TRY(const std::string handle, reader.string("handle"));
    const json::Value* const index = reader.optional("index");  // not in acts of before
    out.index = index != nullptr ? *index : json::Value(json::Array());
    if (!handle.empty()) {
        MN_TRY(out.handle, codec::parse_hex_as<Hash32>(handle));
    }
    return out;
}

/// Signs what the chain must be told while the keys exist, and queues it. Gives the items' names.
Result<std::vector<std::string>> queue_for_chain(NodeState& node,
                                                 Journal::Run& run,
                                                 const Erasing& erasing) {
    MN_TRY(const json::Value kept, run.step("queued", [&]() -> Result<json::Value> {
        json::Array items;
        if (!node.chain) {
            return json::Value(std::move(items));
        }
        MN_TRY(const Secret<32> seed, node.database->patient_seed_of(erasing.case_id));
        for (const std::string& consent : erasing.consents) {
            MN_TRY(const std::optional<std::string> item, queue_revocation(node, consent, seed));
            if (item) {
                items.emplace_back(*item);
            }
        }
        if (erasing.handle) {
            const std::string item = "tombstone/" + hex(*erasing.handle);
            MN_DO(node.chain->outbox().enqueue(
                ItemKind::tombstone, item, write_tombstone_item(*erasing.handle)));
            items.emplace_back(item);
        }
        return json::Value(std::move(items));
    }));
    std::vector<std::string> out;
    for (const json::Value& item : *kept.as_array()) {
        out.push_back(*item.as_string());
    }
    return out;
}

Result<void> remove_if_there(const Result<void>& removed) {
    return removed || removed.error().kind == Kind::not_found ? Result<void>() : removed;
}

Result<void> shred(NodeState& node, const Erasing& erasing) {
    MN_DO(remove_if_there(node.objects->remove(erasing.root)));
    for (const std::string& consent : erasing.consents) {
        MN_DO(remove_if_there(node.disk->remove("consents/" + consent + ".note")));
        MN_DO(remove_if_there(node.disk->remove("consents/" + consent + ".revoked.note")));
    }
    MN_DO(node.database->shred_case(erasing.case_id));
    return node.journal->forget_outcomes("case.add", [&](const json::Value& outcome) {
        const json::Value* const id =
            outcome.as_object() != nullptr ? outcome.as_object()->find("case") : nullptr;
        return id != nullptr && id->as_string() != nullptr &&
               *id->as_string() == hex_of(erasing.case_id);
    });
}

json::Value stage(std::string_view name, std::string_view state, std::string detail) {
    json::Object out;
    out.set("stage", name);
    out.set("state", state);
    out.set("detail", std::move(detail));
    return json::Value(std::move(out));
}

Result<json::Value> erase_once(NodeState& node, Journal::Run& run, const CaseId& case_id) {
    // First: whatever fails below, nothing is permitted any more.
    node.directory->forget(case_id);
    MN_DO(give_up_acts_about(node, case_id));
    MN_TRY(const Erasing erasing, prepare(node, run, case_id));
    const Hash32 commitment = commit_to_case(erasing.salt, case_id);
    MN_TRY(
        const Logged logged, log_event(node, run, "erased", [&]() -> Result<EventDraft> {
            json::Object data;
            data.set("commitment", hex(commitment));
            data.set("root", hex_of(erasing.root));
            return EventDraft{EventKind::case_erased, node.name(), std::nullopt, std::move(data)};
        }));
    MN_TRY(const std::vector<std::string> items, queue_for_chain(node, run, erasing));
    MN_DO(shred(node, erasing));
    json::Object out;
    out.set("case", hex_of(case_id));
    out.set("root", hex_of(erasing.root));
    out.set("leaf", logged.index);
    out.set("chain_items", texts_json(items));
    out.set("recipients", texts_json(erasing.recipients));
    out.set("index", erasing.index);
    return json::Value(std::move(out));
}

/// Stages that the act itself finished: it is kept only when all of them are.
json::Array own_stages() {
    json::Array out;
    out.push_back(stage("decisions", "done", "no release of this case is permitted any more"));
    out.push_back(stage("index", "done", "its vector is not scored any more, and deleted"));
    out.push_back(stage("object_key", "done", "the header that opens its body is destroyed"));
    out.push_back(stage("body", "done", "the sealed body is removed from this store"));
    out.push_back(stage("salts", "done", "commitments in the log and on chain say nothing now"));
    out.push_back(stage("patient_seed", "done", "no consent of this patient can be signed again"));
    out.push_back(stage("consents", "done", "their documents are deleted"));
    return out;
}

Result<json::Value> chain_stage(const NodeState& node, const std::string& key) {
    if (!node.chain) {  // it did when the case was erased
        return stage(
            "chain", "not reachable", "this home names no chain now; it was to be told: " + key);
    }
    MN_TRY(const Item item, node.chain->outbox().item(key));
    const std::string name = "chain." + std::string(name_of(item.kind));
    switch (item.state) {
        case ItemState::settled:
            return stage(name, "done", "in transaction " + hex(*item.transaction));
        case ItemState::refused:
            return stage(name, "refused", item.problem);
        case ItemState::queued:
            return stage(name,
                         "pending",
                         item.problem.empty() ? "until its transaction is sent"
                                              : "until the chain takes it: " + item.problem);
        case ItemState::sent:
            break;
    }
    return stage(name,
                 "pending",
                 "until its transaction is " + std::to_string(node.chain->config().confirmations) +
                     " blocks deep");
}

/// What no one at this institution can undo, said plainly.
void add_limits(json::Array& stages, const std::vector<std::string>& recipients) {
    for (const std::string& recipient : recipients) {
        stages.push_back(stage(
            "copy." + recipient,
            "not reachable",
            "handed over before under a decision; " + recipient + " must be asked to erase it"));
    }
    stages.push_back(stage("log",
                           "kept",
                           "leaves stay, so that old proofs still verify; they hold commitments"
                           " whose salts are destroyed"));
    stages.push_back(
        stage("backups", "not reachable", "copies of this home made before hold the old keys"));
}

Result<json::Value> report_of(const NodeState& node, const json::Value& outcome) {
    json::Reader reader(outcome, "case.erase");
    MN_TRY(const std::vector<std::string> items, reader.strings("chain_items"));
    MN_TRY(const std::vector<std::string> recipients, reader.strings("recipients"));
    json::Array stages = own_stages();
    const json::Value* const traces = reader.optional("index");
    MN_TRY(const json::Array index,
           index_stages(node, traces != nullptr ? *traces : json::Value()));
    stages.insert(stages.end(), index.begin(), index.end());
    for (const std::string& item : items) {
        MN_TRY(json::Value one, chain_stage(node, item));
        stages.push_back(std::move(one));
    }
    add_limits(stages, recipients);
    json::Object out;
    for (const auto& [key, value] : outcome.as_object()->members()) {
        if (key != "index") {  // its stages say it
            out.set(key, value);
        }
    }
    out.set("stages", std::move(stages));
    return json::Value(std::move(out));
}

}  // namespace

Result<json::Value> case_erase(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "case.erase");
    MN_TRY(const CaseId case_id, read_hex<CaseId>(reader, "case"));
    MN_DO(reader.finish());
    const Act act{.kind = "case.erase", .key = hex_of(case_id), .input = arguments};
    MN_TRY(const Journal::Outcome outcome, node.journal->perform(act, [&](Journal::Run& run) {
        return erase_once(node, run, case_id);
    }));
    if (node.chain) {
        const auto turned =
            node.chain->turn();  // the report says what is pending; so no error here
        (void)turned;
    }
    MN_TRY(json::Value out, report_of(node, outcome.value));
    out.as_object()->set("status", outcome.is_repeat ? "existing" : "erased");
    return out;
}

}  // namespace mednexus::service::internal
