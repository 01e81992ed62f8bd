/// What a crash left open goes on when the home is opened; what needs a peer waits to be asked.
#include "mednexus/core/log.hpp"
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/consent_chain.hpp"
#include "mednexus/service/internal/consortium_parts.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

namespace {

json::Value one_field(std::string_view key, const json::Value& value) {
    json::Object out;
    out.set(std::string(key), value);
    return json::Value(std::move(out));
}

Result<void> ignore_value(const Result<json::Value>& result) {
    if (!result) {
        return tl::unexpected(result.error());
    }
    return {};
}

/// Nothing, for kinds that wait for their peer or their operator.
Result<void> resume_one(NodeState& node, const Journal::Unfinished& one) {
    if (one.kind == "case.add") {
        return node.clinic ? resume_deposit(node, one.key, one.input) : Result<void>{};
    }
    if (one.kind == "peer.add") {
        return ignore_value(peer_add(node, one_field("card", one.input)));
    }
    if (one.kind == "agreement.add") {
        return ignore_value(agreement_add(node, one_field("note", one.input)));
    }
    if (one.kind == "consortium.add") {
        return ignore_value(consortium_add(node, one_field("note", one.input)));
    }
    if (one.kind == "consortium.complete") {
        return resume_complete(node, one.key, one.input);
    }
    if (one.kind == "consortium.end") {
        return ignore_value(consortium_end(node, one.input));
    }
    if (one.kind == "consent.grant") {
        return ignore_value(consent_grant(node, one.input));
    }
    if (one.kind == "case.erase") {
        return ignore_value(case_erase(node, one.input));
    }
    if (one.kind == "consent.revoke") {
        return resume_revocation(node, one.key, one.input);
    }
    return {};
}

}  // namespace

Result<void> resume(NodeState& node) {
    MN_TRY(const auto unfinished, node.journal->unfinished());
    for (const Journal::Unfinished& one : unfinished) {
        const Result<void> done = resume_one(node, one);
        log(done ? LogLevel::info : LogLevel::warning,
            "workflow.resumed",
            {{"kind", one.kind},
             {"outcome", done ? "ok" : std::string(name_of(done.error().kind))}});
    }
    return {};
}

Result<json::Value> workflow_list(NodeState& node, const json::Value& arguments) {
    MN_DO(json::Reader(arguments, "workflow.list").finish());
    MN_TRY(const auto unfinished, node.journal->unfinished());
    json::Array list;
    for (const Journal::Unfinished& one : unfinished) {
        list.push_back(one_field("kind", one.kind));
    }
    json::Object out;
    out.set("unfinished", std::move(list));
    return json::Value(std::move(out));
}

}  // namespace mednexus::service::internal
