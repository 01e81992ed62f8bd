#include "apps/mednexus/commands.hpp"

#include <array>

namespace mednexus::cli {

std::span<const Command> commands() {
    static constexpr std::array kCommands{
        Command{"agreement add", cmd_agreement_add},
        Command{"agreement propose", cmd_agreement_propose},
        Command{"agreement sign", cmd_agreement_sign},
        Command{"case add", cmd_case_add},
        Command{"case erase", cmd_case_erase},
        Command{"case list", cmd_case_list},
        Command{"case share", cmd_case_share},
        Command{"case show", cmd_case_show},
        Command{"chain accredit", cmd_chain_accredit},
        Command{"chain deploy", cmd_chain_deploy},
        Command{"chain down", cmd_chain_down},
        Command{"chain join", cmd_chain_join},
        Command{"chain reinstate", cmd_chain_reinstate},
        Command{"chain renew", cmd_chain_renew},
        Command{"chain revoke", cmd_chain_revoke},
        Command{"chain status", cmd_chain_status},
        Command{"chain suspend", cmd_chain_suspend},
        Command{"chain up", cmd_chain_up},
        Command{"check", cmd_check},
        Command{"consent explain", cmd_consent_explain},
        Command{"consent grant", cmd_consent_grant},
        Command{"consent revoke", cmd_consent_revoke},
        Command{"consortium add", cmd_consortium_add},
        Command{"consortium end", cmd_consortium_end},
        Command{"consortium found", cmd_consortium_found},
        Command{"consortium propose", cmd_consortium_propose},
        Command{"consortium renew", cmd_consortium_renew},
        Command{"consortium sign", cmd_consortium_sign},
        Command{"consortium status", cmd_consortium_status},
        Command{"demo", cmd_demo},
        Command{"eval similar", cmd_eval_similar},
        Command{"index status", cmd_index_status},
        Command{"index sync", cmd_index_sync},
        Command{"init", cmd_init},
        Command{"log anchor", cmd_log_anchor},
        Command{"log audit", cmd_log_audit},
        Command{"log disperse", cmd_log_disperse},
        Command{"log export", cmd_log_export},
        Command{"log prove", cmd_log_prove},
        Command{"log rebuild", cmd_log_rebuild},
        Command{"log status", cmd_log_status},
        Command{"match", cmd_match},
        Command{"peer add", cmd_peer_add},
        Command{"storage get", cmd_storage_get},
        Command{"storage put", cmd_storage_put},
        Command{"storage root", cmd_storage_root},
        Command{"verify", cmd_verify},
    };
    return kCommands;
}

}  // namespace mednexus::cli
