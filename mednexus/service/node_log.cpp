/// status, log.status, log.prove, log.export.
#include <algorithm>

#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

namespace {

json::Object log_facts(const NodeState& node, const ledger::Checkpoint& checkpoint) {
    json::Object out;
    out.set("origin", checkpoint.origin);
    out.set("size", checkpoint.size);
    out.set("root", hex(checkpoint.root));
    out.set("vkey", crypto::write_vkey(node.log->verifier()));
    return out;
}

/// Cases whose scores would mean nothing: they are in no index.
std::uint64_t count_of_other_profile(const std::vector<CaseSummary>& cases, const Clinic& clinic) {
    return static_cast<std::uint64_t>(
        std::count_if(cases.begin(), cases.end(), [&](const CaseSummary& one) {
            return one.profile != clinic.profile.id();
        }));
}

}  // namespace

Result<json::Value> status(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "status").finish());
    MN_TRY(const auto cases, node.database->list_cases());
    MN_TRY(const auto received, node.database->list_received());
    MN_TRY(const auto unfinished, node.journal->unfinished());
    const Card& own = node.directory->own();
    json::Object out;
    out.set("name", own.name);
    out.set("role", name_of(node.config.role));
    out.set("legal_name", own.legal_name);
    out.set("jurisdiction", own.jurisdiction);
    out.set("endpoint", own.endpoint);
    out.set("card", hex(own.digest));
    out.set("cases", std::uint64_t{cases.size()});
    out.set("received", std::uint64_t{received.size()});
    out.set("peers", std::uint64_t{node.directory->peers().size()});
    out.set("agreements", std::uint64_t{node.directory->agreements().size()});
    out.set("unfinished", std::uint64_t{unfinished.size()});
    out.set("log", log_facts(node, node.log->checkpoint()));
    if (node.clinic) {
        out.set("profile", hex(node.clinic->profile.id()));
        out.set("hpo_release", node.clinic->hpo.ontology->release());
        out.set("cases_of_other_profile", count_of_other_profile(cases, *node.clinic));
    }
    return json::Value(std::move(out));
}

Result<json::Value> log_status(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "log.status").finish());
    const std::string note = node.log->checkpoint_note();
    MN_TRY(const ledger::Checkpoint checkpoint,
           ledger::open_checkpoint(note, node.log->verifier()));
    json::Object out = log_facts(node, checkpoint);
    out.set("checkpoint", note);
    return json::Value(std::move(out));
}

Result<json::Value> log_prove(NodeState& node, const json::Value& arguments) {
    json::Reader reader(arguments, "log.prove");
    MN_TRY(const std::int64_t leaf, reader.integer("leaf"));
    MN_DO(reader.finish());
    if (leaf < 0) {
        return fail(Kind::invalid, "log.prove.leaf: negative");
    }
    MN_TRY(const ledger::TlogProof proof, node.log->prove(static_cast<std::uint64_t>(leaf)));
    json::Object out;
    out.set("leaf", leaf);
    out.set("proof", ledger::write_tlog_proof(proof));
    return json::Value(std::move(out));
}

/// Names the files of the log as it is now; their content is for log_file.
Result<json::Value> log_export(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "log.export").finish());
    const ledger::Checkpoint checkpoint = node.log->checkpoint();
    json::Object out = log_facts(node, checkpoint);
    json::Array files;
    files.emplace_back("checkpoint");
    files.emplace_back("log.vkey");
    for (const ledger::TileName& tile : ledger::Tiles(checkpoint.size)) {
        files.emplace_back(ledger::path_of(tile));
    }
    out.set("files", std::move(files));
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
