#include <fmt/format.h>

#include "apps/mednexus/chain_desk.hpp"
#include "apps/mednexus/chain_tools/deploy.hpp"
#include "apps/mednexus/commands.hpp"
#include "apps/mednexus/files.hpp"
#include "mednexus/service/documents.hpp"

namespace mednexus::cli {
namespace {

constexpr std::string_view kUsage = R"(usage: mednexus chain accredit [OPTIONS] CARD

Accredits the institution of a card, and gives the account that the card names a little to pay for
transactions with, where the accreditor owns something. Compare the card with its owner by another
way first.

  --account 0x…           the account that you expect: refused when the card names another one
  --expires WHEN          a number of days, or a date like 2030-12-31 (365)
  --dir DIR               the chain's folder (or MEDNEXUS_CHAIN_DIR;
                          otherwise ~/.local/state/mednexus/chain)
  --rpc URL               another node than the folder's local chain
  --accreditor FILE       another sealed key than DIR/accreditor.mnk
  --tip-gwei N            the least tip (2 on 0G's chains, else what the node suggests)
  --passphrase-file FILE  its first line; or --passphrase-fd N; otherwise it is asked for
  --json                  {"account":…,"block":…,"expires":…,"funded":…,"institution":…,…}

examples:
  mednexus chain accredit north/card.note
  mednexus chain accredit --account 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --expires 90 \
    --json north/card.note
)";

/// To begin with: some fifty transactions at the 2 gwei that 0G's pools want at least.
constexpr std::uint64_t kGiftWei = 10'000'000'000'000'000;

struct Options {
    ChainOptions chain;
    std::string account;
    std::string expires = "365";
    std::string card;
};

void declare(Parser& parser, Options& options) {
    declare_accreditor(parser, options.chain);
    parser.text("--account", options.account);
    parser.text("--expires", options.expires);
    parser.word("CARD", options.card);
}

Result<service::Card> read_card(const std::string& path) {
    MN_TRY(const Bytes raw, read_input(path, service::kDocumentSizeBytesMax));
    auto card = service::parse_card(text_of(raw));
    if (!card) {
        return fail_in(path, card.error());
    }
    return card;
}

/// The registry holds one account for ever, so a mix-up is found out before anything is sent.
/// Errors   invalid: `expected` is no address, or not the card's
Result<void> check_account(const service::Card& card, const std::string& expected) {
    if (expected.empty()) {
        return {};
    }
    MN_TRY(const chain::Address account, crypto::parse_evm_address(expected));
    if (account != card.account) {
        return fail(
            Kind::invalid,
            fmt::format("--account: the card names {}", crypto::to_checksum_address(card.account)));
    }
    return {};
}

/// False: the accreditor owns too little. Gas still has to be paid from what is left, hence twice.
Result<bool> give_gas_money(AccreditorAct& act, const chain::Address& account) {
    MN_TRY(const bool is_rich,
           chain_tools::has_balance(
               act.desk->transport(), act.desk->url(), act.sender->account(), 2 * kGiftWei));
    if (!is_rich) {
        return false;
    }
    MN_TRY([[maybe_unused]] const auto receipt, act.sender->transfer(account, kGiftWei));
    return true;
}

Result<int> run_accredit(const Options& options, Terminal& terminal) {
    MN_TRY(const service::Card card, read_card(options.card));
    MN_DO(check_account(card, options.account));
    MN_TRY(const UnixTime expires, parse_expiry(options.expires, terminal.clock().now()));
    MN_TRY(auto act, open_act(options.chain, terminal));
    const chain::Accreditation accreditation{
        chain::institution_id(card.name), card.account, card.digest, card.endpoint, expires};
    MN_TRY(const auto receipt,
           act.sender->send(act.at.institutions, chain::accredit_call(accreditation)));
    MN_TRY(const bool is_funded, give_gas_money(act, card.account));
    json::Object object = act_json(card.name, receipt);
    object.set("account", crypto::to_checksum_address(card.account));
    object.set("expires", to_rfc3339(expires));
    object.set("funded", is_funded);
    terminal.result(std::move(object),
                    fmt::format("{}: accredited until {} in block {}\n",
                                card.name,
                                to_rfc3339(expires),
                                receipt.block_number));
    return 0;
}

}  // namespace

int cmd_chain_accredit(Args args, Terminal& terminal) {
    return command<Options>(kUsage, args, terminal, declare, run_accredit);
}

}  // namespace mednexus::cli
