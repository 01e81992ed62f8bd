#pragma once
/// Every command; each has its own cmd_<name>.cpp and its page in docs/man.
#include <span>

#include "apps/mednexus/command.hpp"

namespace mednexus::cli {

int cmd_agreement_add(Args args, Terminal& terminal);
int cmd_agreement_propose(Args args, Terminal& terminal);
int cmd_agreement_sign(Args args, Terminal& terminal);
int cmd_case_add(Args args, Terminal& terminal);
int cmd_case_erase(Args args, Terminal& terminal);
int cmd_case_list(Args args, Terminal& terminal);
int cmd_case_share(Args args, Terminal& terminal);
int cmd_case_show(Args args, Terminal& terminal);
int cmd_chain_accredit(Args args, Terminal& terminal);
int cmd_chain_deploy(Args args, Terminal& terminal);
int cmd_chain_down(Args args, Terminal& terminal);
int cmd_chain_join(Args args, Terminal& terminal);
int cmd_chain_reinstate(Args args, Terminal& terminal);
int cmd_chain_renew(Args args, Terminal& terminal);
int cmd_chain_revoke(Args args, Terminal& terminal);
int cmd_chain_status(Args args, Terminal& terminal);
int cmd_chain_suspend(Args args, Terminal& terminal);
int cmd_chain_up(Args args, Terminal& terminal);
int cmd_check(Args args, Terminal& terminal);
int cmd_consent_explain(Args args, Terminal& terminal);
int cmd_consent_grant(Args args, Terminal& terminal);
int cmd_consent_revoke(Args args, Terminal& terminal);
int cmd_consortium_add(Args args, Terminal& terminal);
int cmd_consortium_end(Args args, Terminal& terminal);
int cmd_consortium_found(Args args, Terminal& terminal);
int cmd_consortium_propose(Args args, Terminal& terminal);
int cmd_consortium_renew(Args args, Terminal& terminal);
int cmd_consortium_sign(Args args, Terminal& terminal);
int cmd_consortium_status(Args args, Terminal& terminal);
int cmd_demo(Args args, Terminal& terminal);
int cmd_eval_similar(Args args, Terminal& terminal);
int cmd_index_status(Args args, Terminal& terminal);
int cmd_index_sync(Args args, Terminal& terminal);
int cmd_init(Args args, Terminal& terminal);
int cmd_log_anchor(Args args, Terminal& terminal);
int cmd_log_audit(Args args, Terminal& terminal);
int cmd_log_disperse(Args args, Terminal& terminal);
int cmd_log_export(Args args, Terminal& terminal);
int cmd_log_prove(Args args, Terminal& terminal);
int cmd_log_rebuild(Args args, Terminal& terminal);
int cmd_log_status(Args args, Terminal& terminal);
int cmd_match(Args args, Terminal& terminal);
int cmd_peer_add(Args args, Terminal& terminal);
int cmd_storage_get(Args args, Terminal& terminal);
int cmd_storage_put(Args args, Terminal& terminal);
int cmd_storage_root(Args args, Terminal& terminal);
int cmd_verify(Args args, Terminal& terminal);

/// All of them, sorted by path.
[[nodiscard]] std::span<const Command> commands();

}  // namespace mednexus::cli
