/// Erasure and the acts about the case that are not done: none may bring back what it destroys, and
/// none may keep keys or salts in its steps. docs/formats/journal.md, "Erasure".
#include "mednexus/service/internal/arguments.hpp"
#include "mednexus/service/internal/node_state.hpp"

namespace mednexus::service::internal {

namespace {

constexpr std::string_view kErase = "case.erase";

bool names(const std::string& text, const CaseId& id) {
    return text.find(codec::to_hex(id.view())) != std::string::npos;
}

/// A grant writes its document before the row that an erasure would find it by.
Result<void> remove_document(NodeState& node, const json::Object& steps) {
    const json::Value* const prepared = steps.find("prepare");
    const json::Value* const id = prepared != nullptr && prepared->as_object() != nullptr
                                      ? prepared->as_object()->find("id")
                                      : nullptr;
    if (id == nullptr || id->as_string() == nullptr) {
        return {};
    }
    const auto removed = node.disk->remove("consents/" + *id->as_string() + ".note");
    return removed || removed.error().kind == Kind::not_found ? Result<void>() : removed;
}

Result<void> give_up_one(NodeState& node, const Journal::Unfinished& one, const CaseId& id) {
    const auto steps = node.journal->steps_of(one);
    if (!steps && steps.error().kind == Kind::not_found) {
        return {};
    }
    if (!steps) {
        return tl::unexpected(steps.error());
    }
    if (!names(
            one.key + json::write_canonical(one.input) + json::write_canonical(json::Value(*steps)),
            id)) {
        return {};
    }
    if (one.kind == "consent.grant") {
        MN_DO(remove_document(node, *steps));
    }
    const auto closed = node.journal->give_up(one);
    // An answer under way opens no slot of this case any more, and drops its steps at its end. A
    // peer that asks again and again may not put an erasure off.
    const bool may_go_on = one.kind == "answer" && !closed && closed.error().kind == Kind::busy;
    return may_go_on ? Result<void>() : closed;
}

}  // namespace

Result<void> give_up_acts_about(NodeState& node, const CaseId& id) {
    MN_TRY(const auto unfinished, node.journal->unfinished());
    for (const Journal::Unfinished& one : unfinished) {
        if (one.kind != kErase) {
            MN_DO(give_up_one(node, one, id));
        }
    }
    return {};
}

Result<void> need_not_erased(const NodeState& node, const CaseId& id) {
    MN_TRY(const bool is_erased, node.journal->was_begun(kErase, hex_of(id)));
    if (is_erased) {
        return fail(Kind::not_found, "case " + hex_of(id) + ": not here");
    }
    return {};
}

}  // namespace mednexus::service::internal
